package org.gradtwin.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An expression by operators alone, forward and backward, in the engine and as the textbook's graph.
 *
 * @param name of the row
 * @param edges that one graph has, roughly: weights of a network
 * @param engine one graph in the engine
 * @param textbook the same graph as objects
 */
record Expression(String name, int edges, Runnable engine, Runnable textbook) {

    private static final String TEXTBOOK = "textbook";
    private static final String ENGINE = "engine";

    /** A network, an operation an edge. */
    static Expression net(NotebookNet net) {
        TextbookNode.Network textbook = net.textbook();
        return new Expression(
                "net by + and *",
                net.weights(),
                () -> net.forwardByOperators().backward(),
                () -> NotebookNet.forward(textbook).backward());
    }

    /** A network whose graph fits into the cache. */
    static Expression smallNet() {
        NotebookNet net = new NotebookNet(1, 200);
        Expression expression = net(net);
        String name = "net of %,d weights by + and *".formatted(net.weights());
        return new Expression(name, net.weights(), expression.engine, expression.textbook);
    }

    /** A long expression. */
    static Expression chain(int terms) {
        return new Expression(
                "chain by + and *", terms * 5 / 2, () -> Chain.engine(terms), () -> Chain.textbook(terms));
    }

    /** A short expression of several operations. */
    static Expression notebook() {
        return new Expression("notebook's expression", 8, NotebookExpression::engine, NotebookExpression::textbook);
    }

    /** Engine ÷ textbook. A small graph is built many times a round, so that a round has {@code atLeast} edges. */
    Row row(Rounds rounds, int atLeast) {
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put(TEXTBOOK, repeated(textbook, atLeast));
        tasks.put(ENGINE, repeated(engine, atLeast));
        Times.Spread ratio = rounds.measure(tasks).ratio(ENGINE, TEXTBOOK);
        return Row.told("scalar", name + " ÷ textbook graph", "", ratio).atMost(1.0, 0.7);
    }

    private Runnable repeated(Runnable graph, int atLeast) {
        int times = Math.max(1, atLeast / edges);
        return () -> {
            for (int i = 0; i < times; i++) {
                graph.run();
            }
        };
    }
}
