package org.gradtwin.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An expression by operators alone, forward and backward, in the engine, as the textbook's graph, and on a bare tape.
 *
 * @param name of the row
 * @param edges that one graph has, roughly: weights of a network
 * @param engine one graph in the engine
 * @param textbook the same graph as objects
 * @param bare the same on a tape that checks nothing
 */
record Expression(String name, int edges, Runnable engine, Runnable textbook, Runnable bare) {

    private static final String TEXTBOOK = "textbook";
    private static final String ENGINE = "engine";

    /** A network, an operation an edge. */
    static Expression net(NotebookNet net) {
        TextbookNode.Network textbook = net.textbook();
        BareTape.Network bare = net.bare();
        return new Expression(
                "net by + and *",
                net.weights(),
                () -> net.forwardByOperators().backward(),
                () -> NotebookNet.forward(textbook).backward(),
                () -> NotebookNet.step(bare));
    }

    /** A network whose graph fits into the cache. */
    static Expression smallNet() {
        NotebookNet net = new NotebookNet(1, 200);
        Expression expression = net(net);
        String name = "net of %,d weights by + and *".formatted(net.weights());
        return new Expression(name, net.weights(), expression.engine, expression.textbook, expression.bare);
    }

    /** A long expression. */
    static Expression chain(int terms) {
        BareTape tape = new BareTape();
        return new Expression(
                "chain by + and *",
                terms * 5 / 2,
                () -> Chain.engine(terms),
                () -> Chain.textbook(terms),
                () -> Chain.bare(tape, terms));
    }

    /** A short expression of several operations. */
    static Expression notebook() {
        BareTape tape = new BareTape();
        return new Expression(
                "notebook's expression",
                8,
                NotebookExpression::engine,
                NotebookExpression::textbook,
                () -> NotebookExpression.bare(tape));
    }

    /** Bare tape ÷ textbook: what could be had if nothing were checked. */
    Row bareRow(Rounds rounds, int atLeast) {
        Times.Spread ratio = times(rounds, atLeast, bare).ratio(ENGINE, TEXTBOOK);
        return Row.told("scalar", name + ", bare tape ÷ textbook graph", "", ratio);
    }

    /** Engine ÷ textbook. A small graph is built many times a round, so that a round has {@code atLeast} edges. */
    Row row(Rounds rounds, int atLeast) {
        Times.Spread ratio = times(rounds, atLeast, engine).ratio(ENGINE, TEXTBOOK);
        return Row.told("scalar", name + " ÷ textbook graph", "", ratio).atMost(1.0, 0.7);
    }

    private Times times(Rounds rounds, int atLeast, Runnable graph) {
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put(TEXTBOOK, repeated(textbook, atLeast));
        tasks.put(ENGINE, repeated(graph, atLeast));
        return rounds.measure(tasks);
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
