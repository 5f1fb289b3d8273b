package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.scalar.Node;

/** The scalar engine on the notebook's network, against PyTorch on whole layers and against the textbook's graph of objects. */
public final class ScalarBench {
    /** Parameters of the notebook's network with one hidden layer of 200 neurons, 3 inputs and 1 output. */
    public static final int LEAST_WEIGHTS = 1001;

    /** So many weights take megabytes. */
    private static final int MEASURABLE = 200_000;

    private static final String GROUP = "scalar";

    private final Rounds rounds;
    private final int hidden;
    private final int width;

    /** The network with {@code hidden} layers of {@code width} neurons. */
    public ScalarBench(Rounds rounds, int hidden, int width) {
        this.rounds = rounds;
        this.hidden = hidden;
        this.width = width;
    }

    /** The number of weights of the network with 200 neurons a layer comes closest to this with so many hidden layers. */
    public static int hiddenLayers(double weights) {
        return (int) Math.max(1, Math.round((weights - LEAST_WEIGHTS) / 40200) + 1);
    }

    /** All rows; for a large network without those that make something of every edge, for which memory would not do. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>(network());
        if (recordsEdges(hidden, width)) {
            rows.addAll(expressions());
        }
        rows.add(memory());
        return rows;
    }

    /** Whether a network is small enough to make something of every edge: up to two million. */
    public static boolean recordsEdges(int hidden, int width) {
        return (double) hidden * width * width <= 2e6;
    }

    /** The network through {@code MLP} in the engine and in PyTorch. */
    public List<Row> network() {
        NotebookNet net = new NotebookNet(hidden, width);
        try (TorchNetwork torch = net.torch()) {
            Node[] output = new Node[1];
            Map<String, Runnable> tasks = new LinkedHashMap<>();
            tasks.put("torch", () -> torch.step(0));
            tasks.put("forward", () -> output[0] = net.forward());
            tasks.put("backward", () -> output[0].backward());
            Times times = sum(rounds.measure(tasks), "both", "forward", "backward");
            double perWeight = 1.0 / net.weights();
            String name = "net of %,d weights".formatted(net.weights());
            return List.of(
                    told(name + ": forward, a weight", "ns", times, "forward", perWeight),
                    told(name + ": backward, a weight", "ns", times, "backward", perWeight),
                    told(name + ": PyTorch, a weight", "ns", times, "torch", perWeight),
                    Row.told(GROUP, name + " ÷ PyTorch", "", times.ratio("both", "torch"))
                            .atMost(1.5, 0.5));
        }
    }

    private static Row told(String quantity, String unit, Times times, String task, double scale) {
        return Row.told(GROUP, quantity, unit, Times.Spread.of(times.of(task)).times(scale));
    }

    /** The network with and without the dot record, and other expressions without, each against the textbook's graph. */
    public List<Row> expressions() {
        NotebookNet net = new NotebookNet(hidden, width);
        TextbookNode.Network textbook = net.textbook();
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put("textbook", () -> NotebookNet.forward(textbook).backward());
        tasks.put("engine", () -> net.forward().backward());
        Times dots = rounds.measure(tasks);
        List<Row> rows = new ArrayList<>();
        rows.add(told("textbook graph, a weight", "ns", dots, "textbook", 1.0 / net.weights()));
        rows.add(Row.told(GROUP, "net ÷ textbook graph", "", dots.ratio("engine", "textbook"))
                .atMost(0.08, 0.02));
        List<Expression> expressions = List.of(
                Expression.net(net),
                Expression.smallNet(),
                Expression.chain(Math.max(10, net.weights() * 2 / 5)),
                Expression.notebook());
        for (Expression expression : expressions) {
            rows.add(expression.row(rounds, net.weights()));
        }
        return rows;
    }

    /** Bytes that the network, its gradients and the graph of one forward and backward pass keep. */
    public Row memory() {
        int weights = new NotebookNet(hidden, width).weights();
        double bytes = bytes(hidden, width);
        return Row.told(GROUP, "live bytes a weight", "B", Times.Spread.of(bytes / weights))
                .atMost(40, 22);
    }

    /** The live bytes of a network after a pass; of a small one of many, or what else is on the heap would be more than it. */
    static long bytes(int hidden, int width) {
        int copies = 1 + MEASURABLE / new NotebookNet(hidden, width).weights();
        return Heap.bytesOf(() -> IntStream.range(0, copies)
                        .mapToObj(i -> {
                            NotebookNet net = new NotebookNet(hidden, width);
                            Node y = net.forward();
                            y.backward();
                            return List.of(net, y);
                        })
                        .toList())
                / copies;
    }

    private static Times sum(Times times, String name, String first, String second) {
        Map<String, double[]> all = new LinkedHashMap<>();
        times.tasks().forEach(task -> all.put(task, times.of(task)));
        double[] total = times.of(first);
        double[] more = times.of(second);
        for (int i = 0; i < total.length; i++) {
            total[i] += more[i];
        }
        all.put(name, total);
        return new Times(all);
    }
}
