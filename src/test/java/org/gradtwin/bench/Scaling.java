package org.gradtwin.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.gradtwin.report.draw.Plot;
import org.gradtwin.report.draw.XyPlot;
import org.gradtwin.scalar.Node;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The notebook's experiment: is backpropagation linear in the size of the network? Networks of 1 to n hidden layers, forward
 * and backward timed separately, and the power law that fits from 2 layers on; the first is too small to count. Time is
 * the thread's CPU time, as the notebook takes its process's: other programs on the machine do not lengthen it.
 *
 * @param format {@value #FORMAT}
 * @param machine what it ran on
 * @param points a point a network
 * @param forward time of the forward pass over the number of weights, nanoseconds
 * @param backward the same of the backward pass
 */
public record Scaling(String format, Machine machine, List<Point> points, PowerLaw forward, PowerLaw backward) {
    /** The name of this format. */
    public static final String FORMAT = "gradtwin-scaling-1";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * A network.
     *
     * @param hidden layers
     * @param weights parameters
     * @param forward nanoseconds of each run
     * @param backward nanoseconds of each run
     * @param bytes that the network and its graph keep alive
     */
    public record Point(int hidden, int weights, List<Double> forward, List<Double> backward, long bytes) {}

    /**
     * Runs the experiment.
     *
     * @param nets from 1 hidden layer to so many, at least 5
     * @param width neurons a hidden layer
     */
    public static Scaling run(Rounds rounds, int nets, int width, Machine machine) {
        if (nets < 5) {
            throw new IllegalArgumentException("scaling over %d networks: at least 5 are needed".formatted(nets));
        }
        List<NotebookNet> models = new ArrayList<>();
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        Node[] output = new Node[1];
        for (int k = 1; k <= nets; k++) {
            NotebookNet net = new NotebookNet(k, width);
            models.add(net);
            tasks.put("forward " + k, () -> output[0] = net.forward());
            tasks.put("backward " + k, () -> output[0].backward());
        }
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        Times times = rounds.measure(tasks, thread::getCurrentThreadCpuTime);
        List<Point> points = new ArrayList<>();
        for (int k = 1; k <= nets; k++) {
            points.add(new Point(
                    k,
                    models.get(k - 1).weights(),
                    list(times.of("forward " + k)),
                    list(times.of("backward " + k)),
                    ScalarBench.bytes(k, width)));
        }
        return new Scaling(FORMAT, machine, points, fit(points, true), fit(points, false));
    }

    private static List<Double> list(double... values) {
        return DoubleStream.of(values).boxed().toList();
    }

    private static PowerLaw fit(List<Point> points, boolean forward) {
        List<Point> fitted = points.subList(1, points.size());
        return PowerLaw.fit(weights(fitted), nanos(fitted, forward));
    }

    private static double[] weights(List<Point> points) {
        return points.stream()
                .flatMapToDouble(point -> point.forward().stream().mapToDouble(run -> point.weights()))
                .toArray();
    }

    private static double[] nanos(List<Point> points, boolean forward) {
        return points.stream()
                .flatMap(point -> (forward ? point.forward() : point.backward()).stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /** The exponents as rows of the table. */
    public List<Row> rows() {
        return List.of(row("forward", forward), row("backward", backward));
    }

    private static Row row(String pass, PowerLaw law) {
        Row row = new Row(
                "scalar", "growth exponent, " + pass, "", law.exponent(), law.low(), law.high(), null, null, false);
        return row.atMost(1.10, 1.03);
    }

    /** In words, a line a pass. */
    public String text() {
        StringBuilder text = new StringBuilder(machine.line()).append('\n');
        for (Point point : points) {
            text.append(String.format(
                    Locale.ROOT,
                    "%2d hidden layers %,9d weights  forward %6.2f  backward %6.2f ns a weight  %5.1f bytes a weight%n",
                    point.hidden(),
                    point.weights(),
                    perWeight(point, point.forward()),
                    perWeight(point, point.backward()),
                    (double) point.bytes() / point.weights()));
        }
        return text.append(line("forward", forward))
                .append(line("backward", backward))
                .toString();
    }

    private static double perWeight(Point point, List<Double> runs) {
        return Times.median(runs.stream().mapToDouble(Double::doubleValue).toArray()) / point.weights();
    }

    private static String line(String pass, PowerLaw law) {
        return String.format(
                Locale.ROOT,
                "%-8s time ~ weights^%.3f, 95 %% confidence %.3f … %.3f%n",
                pass,
                law.exponent(),
                law.low(),
                law.high());
    }

    /** The experiment as JSON. */
    public String json() {
        return JSON.writeValueAsString(this) + "\n";
    }

    /** Every run as a point, with the fitted line; beside it the memory. */
    public Plot plot() {
        double[] sizes = points.stream().mapToDouble(Point::weights).toArray();
        XyPlot time = new XyPlot("CPU time of a pass; exponents with 95 % confidence", "weights n", "milliseconds")
                .points("forward", weights(points), millis(nanos(points, true)))
                .fit(label(forward), sizes, millis(at(forward, sizes)))
                .points("backward", weights(points), millis(nanos(points, false)))
                // A name of its own where both laws are the same.
                .fit(label(backward) + " ", sizes, millis(at(backward, sizes)));
        double[] megabytes =
                points.stream().mapToDouble(point -> point.bytes() / 1e6).toArray();
        Point last = points.get(points.size() - 1);
        double each = (double) last.bytes() / last.weights();
        XyPlot memory = new XyPlot("Memory kept after both passes", "weights n", "megabytes")
                .points("network and graph", sizes, megabytes)
                .fit(
                        String.format(Locale.ROOT, "%.1f bytes a weight", each),
                        sizes,
                        DoubleStream.of(sizes).map(size -> size * each / 1e6).toArray());
        return Plot.row("Backpropagation is linear in the size of the network", List.of(time, memory));
    }

    private static String label(PowerLaw law) {
        double half = (law.high() - law.low()) / 2;
        return String.format(Locale.ROOT, "n^%.3f ± %.3f", law.exponent(), half);
    }

    private static double[] at(PowerLaw law, double... sizes) {
        return DoubleStream.of(sizes).map(law::at).toArray();
    }

    private static double[] millis(double... nanos) {
        return DoubleStream.of(nanos).map(value -> value / 1e6).toArray();
    }
}
