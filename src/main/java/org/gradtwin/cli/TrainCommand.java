package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.gradtwin.fixture.SplitMix64;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.draw.XyPlot;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.gradtwin.train.Architecture;
import org.gradtwin.train.Checkpoint;
import org.gradtwin.train.DataLoader;
import org.gradtwin.train.Dataset;
import org.gradtwin.train.Loss;
import org.gradtwin.train.MatrixNetwork;
import org.gradtwin.train.Metrics;
import org.gradtwin.train.Network;
import org.gradtwin.train.SGD;
import org.gradtwin.train.ScalarNetwork;
import org.gradtwin.train.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains the notebook's model on the notebook's data. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Trains the notebook's model: y = x² + noise, MLP(1, [8, 4, 1], tanh), SGD at batch size 1.",
        footer = {"", "Example: java -jar target/gradtwin.jar train --epochs 100 --seed 7 --out target/gradtwin/train"})
final class TrainCommand implements Callable<Integer> {
    private static final int SAMPLES = 500;
    private static final int WINDOW = 5;

    /** More points than this are not told apart in a picture, and make it large. */
    private static final int DRAWN = 1000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: ${DEFAULT-VALUE}).")
    private int epochs = 1000;

    @Option(names = "--lr", paramLabel = "R", description = "The learning rate (default: ${DEFAULT-VALUE}).")
    private double rate = 1e-4;

    @Option(names = "--seed", paramLabel = "S", description = "Of the initial weights (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--data-seed", paramLabel = "S", description = "Of the noise (default: ${DEFAULT-VALUE}).")
    private long dataSeed = 2;

    @Option(names = "--order-seed", paramLabel = "S", description = "Of the shuffling (default: ${DEFAULT-VALUE}).")
    private long orderSeed = 3;

    @Option(names = "--engine", paramLabel = "E", description = "scalar or matrix (default: ${DEFAULT-VALUE}).")
    private String engine = "scalar";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/gradtwin/train",
            description = "Where the pictures (data, loss, fit) and model.json go (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Override
    public Integer call() {
        if (epochs < 1) {
            throw new ParameterException(spec.commandLine(), "--epochs: " + epochs + " is not positive");
        }
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new ParameterException(spec.commandLine(), "--lr: " + rate + " is not a positive number");
        }
        Network network = network();
        ReportFiles.requireFolder(out);
        double[] x = new double[SAMPLES];
        double[] y = new double[SAMPLES];
        SplitMix64 noise = new SplitMix64(dataSeed);
        // What no model of x can predict: the mean of the squared noise.
        double floor = 0;
        for (int i = 0; i < SAMPLES; i++) {
            x[i] = -1 + 6.0 * i / (SAMPLES - 1);
            y[i] = x[i] * x[i] + 0.5 * noise.bell();
            floor += Math.pow(y[i] - x[i] * x[i], 2) / SAMPLES;
        }
        Dataset data = Dataset.regression(1, x, 1, y);
        Trainer trainer =
                new Trainer(network, data, Loss.SQUARED_ERROR, new SGD(network.blocks(), SGD.Options.of(rate)));
        train(trainer);
        double error = Metrics.meanSquaredError(network, data);
        requireFinite(error);
        draw("data", new XyPlot("The data", "x", "y").points("data", x, y));
        draw("loss", lossCurve(trainer.history(), floor));
        draw(
                "fit",
                new XyPlot("The data and the model", "x", "y")
                        .points("data", x, y)
                        .line("model", x, network.predict(x)));
        ReportFiles.write(out.resolve("model.json"), Checkpoint.of(network).toJson());
        PrintWriter result = spec.commandLine().getOut();
        result.println(String.format(
                Locale.ROOT,
                "trained %s on %s for %d steps: mean squared error %.4f, of the noise alone %.4f",
                network.architecture(),
                engine,
                trainer.history().length,
                error,
                floor));
        result.println("  " + out.resolve("data.svg") + ", loss.svg, fit.svg, each as .png too");
        result.println("  " + out.resolve("model.json"));
        result.flush();
        return Main.AGREE;
    }

    private Network network() {
        Architecture architecture = new Architecture(1, new int[] {8, 4, 1}, Activation.TANH);
        Network scalar = new ScalarNetwork(architecture, Initialization.uniform(seed));
        return switch (engine) {
            case "scalar" -> scalar;
            case "matrix" -> {
                Network matrix = new MatrixNetwork(architecture, DType.FLOAT64);
                Checkpoint.of(scalar).restore(matrix);
                yield matrix;
            }
            default ->
                throw new ParameterException(
                        spec.commandLine(), "--engine: unknown engine '" + engine + "', expected scalar or matrix");
        };
    }

    private void draw(String name, XyPlot plot) {
        ReportFiles.write(out.resolve(name + ".svg"), plot.toSvg());
        ReportFiles.write(out.resolve(name + ".png"), plot.toPng());
    }

    /** Trains; a terminal shows a bar, other outputs ten lines. */
    private void train(Trainer trainer) {
        PrintWriter err = spec.commandLine().getErr();
        int told = Math.max(1, epochs / 10);
        Optional<ProgressBar> bar = Progress.bar("train", epochs);
        try {
            trainer.train(new DataLoader(SAMPLES, 1, orderSeed), epochs, (epoch, mean) -> {
                requireFinite(mean);
                bar.ifPresent(b -> b.step().setExtraMessage(String.format(Locale.ROOT, " mean loss %.4f", mean)));
                if (bar.isEmpty() && (epoch % told == 0 || epoch == epochs)) {
                    err.println(String.format(Locale.ROOT, "epoch %d of %d: mean loss %.4f", epoch, epochs, mean));
                    err.flush();
                }
            });
        } finally {
            bar.ifPresent(ProgressBar::close);
        }
    }

    private void requireFinite(double error) {
        if (!Double.isFinite(error)) {
            throw new ParameterException(
                    spec.commandLine(), "--lr: training diverges at " + rate + ": the mean squared error is " + error);
        }
    }

    /** The notebook's moving average, of a long training every n-th point of it; the mean of each epoch; the floor. */
    private static XyPlot lossCurve(double[] losses, double floor) {
        double[] mean = XyPlot.movingAverage(losses, WINDOW);
        int stride = (losses.length + DRAWN - 1) / DRAWN;
        double[] step = every(stride, losses.length);
        double[] epoch = every(SAMPLES, losses.length);
        double[] means = Arrays.stream(epoch)
                .map(from -> Arrays.stream(losses, (int) from, (int) from + SAMPLES)
                        .average()
                        .orElseThrow())
                .toArray();
        String drawn = stride == 1 ? "" : ", every " + stride + "th";
        return new XyPlot("The loss while training", "step", "squared error")
                .points(
                        "mean of " + WINDOW + " steps" + drawn,
                        step,
                        Arrays.stream(step).map(at -> mean[(int) at]).toArray())
                .line("mean of an epoch", epoch, means)
                .line(
                        String.format(Locale.ROOT, "noise alone, %.4f", floor),
                        new double[] {0, losses.length},
                        new double[] {floor, floor})
                .log(false, true);
    }

    private static double[] every(int stride, int length) {
        return IntStream.range(0, (length + stride - 1) / stride)
                .mapToDouble(i -> i * (double) stride)
                .toArray();
    }
}
