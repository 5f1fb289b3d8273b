package org.gradtwin.bench;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.gradtwin.scalar.NoGrad;
import org.gradtwin.scalar.Node;

/**
 * What evaluation without gradients saves: the forward pass of the notebook's network with a graph, and without one.
 */
public final class NoGradBench {
    private static final String GROUP = "scalar";

    private final Rounds rounds;
    private final NotebookNet net;

    /** The network with {@code hidden} layers of {@code width} neurons. */
    public NoGradBench(Rounds rounds, int hidden, int width) {
        this.rounds = rounds;
        this.net = new NotebookNet(hidden, width);
    }

    /** CPU time and memory, with an operation a neuron and with an operation an edge. */
    public List<Row> rows() {
        Supplier<Node> dots = net::forward;
        Supplier<Node> operators = net::forwardByOperators;
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put("dots", () -> dots.get().data());
        tasks.put("dots, no grad", () -> withoutGraph(dots));
        tasks.put("operators", () -> operators.get().data());
        tasks.put("operators, no grad", () -> withoutGraph(operators));
        Times times = rounds.measure(tasks, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        return List.of(
                Row.told(GROUP, "net without ÷ with a graph, forward", "", times.ratio("dots, no grad", "dots")),
                graph("net: its graph", dots),
                Row.told(
                        GROUP,
                        "net by + and * without ÷ with a graph, forward",
                        "",
                        times.ratio("operators, no grad", "operators")),
                graph("net by + and *: its graph", operators),
                row("net without a graph", Heap.bytesOf(() -> withoutGraph(dots))));
    }

    @SuppressWarnings("try") // the scope works by being open
    private static Node withoutGraph(Supplier<Node> forward) {
        try (NoGrad scope = NoGrad.open()) {
            return forward.get();
        }
    }

    private static Row graph(String what, Supplier<Node> forward) {
        return row(what, Heap.bytesOf(forward::get));
    }

    private static Row row(String what, long bytes) {
        return Row.told(GROUP, what + " keeps", "kB", Times.Spread.of(bytes / 1e3));
    }
}
