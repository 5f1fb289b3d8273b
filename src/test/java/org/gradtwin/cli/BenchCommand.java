package org.gradtwin.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradtwin.bench.BenchReport;
import org.gradtwin.bench.GemmBench;
import org.gradtwin.bench.Machine;
import org.gradtwin.bench.NoGradBench;
import org.gradtwin.bench.OracleBench;
import org.gradtwin.bench.Problem;
import org.gradtwin.bench.ProgramBench;
import org.gradtwin.bench.Rounds;
import org.gradtwin.bench.Row;
import org.gradtwin.bench.ScalarBench;
import org.gradtwin.bench.Scaling;
import org.gradtwin.bench.StepBench;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.report.ReportFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the engines beside PyTorch and says which bars they reach. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Measures the engines beside PyTorch, in turn in one process: medians over rounds, and the bars of the project.",
            "ok: the bar is reached; stretch: so is the better figure that the project hopes for; miss: neither is.",
            "A missed bar does not change the exit code: it depends on the machine."
        },
        footer = {"", "Example: mvn -q -P bench test-compile exec:exec -Dbench=scalar"})
final class BenchCommand implements Callable<Integer> {
    /** What can be measured. */
    enum Subject {
        SCALAR,
        MATRIX,
        ORACLE,
        DESK,
        SCALING,
        ALL
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "SUBJECT",
            defaultValue = "all",
            description =
                    "scalar, matrix, oracle, desk, scaling or all (default: ${DEFAULT-VALUE}). desk is how long verify"
                            + " takes, each time in a new Java; scaling is the notebook's experiment: 15 networks, and how time grows with size.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Subject subject;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds that count (default: 15, for scaling 5).")
    private @Nullable Integer rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to a file too.")
    private @Nullable Path json;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            defaultValue = "target/gradtwin/scaling.svg",
            description = "Where the plot of scaling goes (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path plot;

    @Option(
            names = "--weights",
            paramLabel = "N",
            defaultValue = "560800",
            description = "Size of the scalar network, " + ScalarBench.LEAST_WEIGHTS
                    + " to 1e8 (default: ${DEFAULT-VALUE}, 15 hidden layers)."
                    + " Beyond 2e6 nothing is made of every edge; 1e8 weights need -Xmx8g.")
    private double weights;

    @Option(
            names = "--quick",
            description = "Small sizes and little warming up: shows that it runs, the figures are worthless.")
    private boolean quick;

    /** Measures, and exits with the code. */
    public static void main(String[] arguments) {
        System.exit(Main.execute(commandLine(), arguments));
    }

    /** The command line, for measuring without leaving the process. */
    static CommandLine commandLine() {
        return Main.configured(new CommandLine(new BenchCommand()));
    }

    @Override
    public Integer call() throws IOException {
        if (rounds != null && rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds: at least 1 is needed, not " + rounds);
        }
        if (!(weights >= ScalarBench.LEAST_WEIGHTS && weights <= 1e8)) {
            throw new ParameterException(
                    spec.commandLine(), "--weights: from " + ScalarBench.LEAST_WEIGHTS + " to 1e8, not " + weights);
        }
        if (json != null) {
            ReportFiles.requireFile(json);
        }
        if (subject == Subject.SCALING) {
            ReportFiles.requireFile(plot);
        }
        if (!Kernels.vectorIsPresent()) {
            spec.commandLine()
                    .getErr()
                    .println("gradtwin: plain kernels only: with the Vector API the engines are faster");
        }
        PrintWriter out = spec.commandLine().getOut();
        Machine machine = Machine.current(Kernels.best().name());
        if (subject == Subject.SCALING) {
            Scaling scaling = scaling(machine);
            out.print(scaling.text());
            ReportFiles.write(plot, scaling.plot().toSvg());
            out.println("plot     " + plot);
            write(out, scaling.json());
        } else {
            BenchReport report = new BenchReport(machine, counted().rounds(), rows(machine));
            out.print(report.text());
            write(out, report.json());
        }
        out.flush();
        return Main.AGREE;
    }

    private void write(PrintWriter out, String text) {
        if (json != null) {
            ReportFiles.write(json, text);
            out.println("figures  " + json);
        }
    }

    private List<Row> rows(Machine machine) throws IOException {
        List<Row> rows = new ArrayList<>();
        boolean all = subject == Subject.ALL;
        if (all || subject == Subject.SCALAR) {
            rows.addAll(scalar());
            rows.addAll(scaling(machine).rows());
        }
        if (all || subject == Subject.MATRIX) {
            rows.addAll(matrix());
        }
        if (all || subject == Subject.ORACLE) {
            OracleBench oracle = new OracleBench(counted(), quick ? 2 : 100);
            rows.addAll(quick ? oracle.rows(1, 10) : oracle.rows(1, 100, 1000, 10_000));
        }
        if (all || subject == Subject.DESK) {
            rows.add(new DeskBench(new Rounds(quick ? 0 : 1, quick ? 1 : 5)).some());
            if (!quick) {
                rows.add(new DeskBench(new Rounds(0, 3)).whole());
            }
        }
        return rows;
    }

    private Rounds counted() {
        return new Rounds(quick ? 1 : 10, rounds == null ? quick ? 2 : 15 : rounds);
    }

    private List<Row> scalar() {
        int hidden = quick ? 3 : ScalarBench.hiddenLayers(weights);
        int width = quick ? 8 : 200;
        List<Row> rows = new ArrayList<>(new ScalarBench(counted(), hidden, width).rows());
        if (ScalarBench.recordsEdges(hidden, width)) {
            rows.addAll(new NoGradBench(counted(), hidden, width).rows());
        }
        return rows;
    }

    private Scaling scaling(Machine machine) {
        Rounds runs = new Rounds(quick ? 1 : 20, rounds == null ? quick ? 2 : 5 : rounds);
        return quick ? Scaling.run(runs, 5, 8, machine) : Scaling.run(runs, 15, 200, machine);
    }

    private List<Row> matrix() {
        List<Row> rows = new ArrayList<>();
        if (Kernels.vectorIsPresent()) {
            GemmBench gemm = new GemmBench(counted());
            for (int n : quick ? new int[] {32} : new int[] {512, 1024, 2048}) {
                rows.addAll(gemm.rows(n, 1));
                rows.addAll(gemm.rows(n, 2));
            }
        }
        StepBench steps = new StepBench(counted(), quick ? 1e5 : 2e7, quick ? 0 : 1e9);
        rows.addAll(steps.rows(Problem.crossEntropy(32, 27, 128), 1, 0.3, 0.12));
        List<Problem> large = quick
                ? List.of(Problem.mlp(4, 8, 6, 5))
                : List.of(Problem.crossEntropy(256, 1000, 1024), Problem.mlp(128, 784, 512, 256, 10));
        for (Problem problem : large) {
            rows.addAll(steps.rows(problem, 1, 1.1, 0.85));
            rows.addAll(steps.rows(problem, 2, 1.1, 0.85));
        }
        rows.addAll(new ProgramBench(counted(), quick).rows());
        return rows;
    }
}
