package org.gradtwin.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.scalar.nn.MLP;

/** Prints ns per edge of the engine and of the textbook graph, in interleaved rounds. Run its main; asserts nothing. */
public final class Timing {

    private static final int ROUNDS = 15;

    private Timing() {}

    public static void main(String[] args) {
        int[] sizes = new int[16];
        Arrays.fill(sizes, 200);
        sizes[15] = 1;
        MLP model = new MLP(3, sizes, Activation.RELU, Initialization.kaimingUniform(1));
        TextbookNode.Network textbook =
                new TextbookNode.Network(model.parameters().data(), sizes);
        long edges = 2L * model.parameters().size();
        compare(
                "network [200]*15 + [1]",
                edges / 2,
                List.of(
                        new Contender("textbook", () -> textbookNetwork(textbook)),
                        new Contender("engine", () -> engineNetwork(model)),
                        new Contender("engine, rewound", () -> rewound(() -> engineNetwork(model)))));
        int terms = 200_000;
        compare(
                "expressions, " + terms + " terms",
                6L * terms,
                List.of(
                        new Contender("textbook", () -> textbookExpression(terms)),
                        new Contender("engine", () -> engineExpression(terms)),
                        new Contender("engine, rewound", () -> rewound(() -> engineExpression(terms)))));
        slope();
        memory();
    }

    private record Contender(String name, Supplier<Double> run) {}

    private static double textbookNetwork(TextbookNode.Network network) {
        network.parameters.forEach(p -> p.grad = 0);
        TextbookNode y =
                network.forward(Collections.nCopies(3, new TextbookNode(1))).get(0);
        y.backward();
        return y.data;
    }

    private static double engineNetwork(MLP model) {
        model.zeroGrad();
        Node y = model.forward(Collections.nCopies(3, Node.of(1))).get(0);
        y.backward();
        return y.data();
    }

    private static double textbookExpression(int terms) {
        TextbookNode x = new TextbookNode(0.5);
        TextbookNode w = new TextbookNode(0.25);
        TextbookNode sum = new TextbookNode(0);
        for (int i = 0; i < terms; i++) {
            sum = sum.plus(x.times(w).plus(sum.times(w)));
            sum = sum.times(w);
        }
        sum.backward();
        return x.grad;
    }

    private static double engineExpression(int terms) {
        Node x = Node.of(0.5);
        Node w = Node.of(0.25);
        Node sum = Node.of(0);
        for (int i = 0; i < terms; i++) {
            sum = sum.plus(x.times(w).plus(sum.times(w)));
            sum = sum.times(w);
        }
        sum.backward();
        return x.grad();
    }

    private static final Tape TAPE = new Tape(16);

    private static double rewound(Supplier<Double> run) {
        TAPE.managed = true;
        Recorder.current().open(TAPE);
        double result = run.get();
        Recorder.current().close(TAPE);
        TAPE.rewind();
        return result;
    }

    private static void compare(String what, long edges, List<Contender> contenders) {
        List<double[]> times = new ArrayList<>();
        contenders.forEach(c -> times.add(new double[ROUNDS]));
        double sink = 0;
        for (int round = -10; round < ROUNDS; round++) {
            for (int c = 0; c < contenders.size(); c++) {
                long start = System.nanoTime();
                sink += contenders.get(c).run.get();
                if (round >= 0) {
                    times.get(c)[round] = (System.nanoTime() - start) / (double) edges;
                }
            }
        }
        System.out.printf(Locale.ROOT, "%s (checksum %.3g)%n", what, sink);
        for (int c = 0; c < contenders.size(); c++) {
            Arrays.sort(times.get(c));
            double median = times.get(c)[ROUNDS / 2];
            Arrays.sort(times.get(0));
            System.out.printf(
                    Locale.ROOT,
                    "  %-16s %8.2f ns/edge, %.4f of textbook%n",
                    contenders.get(c).name,
                    median,
                    median / times.get(0)[ROUNDS / 2]);
        }
    }

    /** The exponent of time against size over k = 2 … 15 hidden layers. */
    private static void slope() {
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        int n = 0;
        for (int k = 2; k <= 15; k++) {
            int[] sizes = new int[k + 1];
            Arrays.fill(sizes, 200);
            sizes[k] = 1;
            MLP model = new MLP(3, sizes, Activation.RELU, Initialization.kaimingUniform(1));
            double[] times = new double[41];
            for (int i = 0; i < times.length; i++) {
                long start = System.nanoTime();
                engineNetwork(model);
                times[i] = System.nanoTime() - start;
            }
            Arrays.sort(times);
            double x = Math.log(model.parameters().size());
            double y = Math.log(times[times.length / 2]);
            sx += x;
            sy += y;
            sxx += x * x;
            sxy += x * y;
            n++;
        }
        System.out.printf(Locale.ROOT, "exponent over k = 2..15: %.3f%n", (n * sxy - sx * sy) / (n * sxx - sx * sx));
    }

    private static void memory() {
        long before = used();
        int[] sizes = new int[16];
        Arrays.fill(sizes, 200);
        sizes[15] = 1;
        List<MLP> models = new ArrayList<>();
        List<Node> outputs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            MLP model = new MLP(3, sizes, Activation.RELU, Initialization.kaimingUniform(i));
            Node y = model.forward(NodeRun.leaves(1, 1, 1)).get(0);
            y.backward();
            models.add(model);
            outputs.add(y);
        }
        long weights = 20L * models.get(0).parameters().size();
        System.out.printf(
                Locale.ROOT,
                "live bytes per weight, model and graph: %.2f (%d outputs)%n",
                (used() - before) / (double) weights,
                outputs.size());
    }

    private static long used() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
