package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import me.tongfei.progressbar.ProgressBar;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Running;
import org.gradtwin.fixture.write.FixtureWriter;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Campaign.Examination;
import org.gradtwin.fuzz.Finding;
import org.gradtwin.fuzz.Tally;
import org.gradtwin.language.Op;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds engines against PyTorch on random programs. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs random programs on every engine and on PyTorch, and compares values and gradients.",
            "The tolerance of each program comes from running it with rounding errors made larger; a program in which an"
                    + " engine disagrees is made as small as it still fails."
        },
        footer = {"", "Example: java -jar target/gradtwin.jar fuzz --seed 1 --count 500 --engine matrix"})
final class FuzzCommand implements Callable<Integer> {
    /** More findings than this are counted, not shrunk and shown. */
    private static final int SHOWN = 5;

    /** Programs that are examined before the clock is read again, enough for every thread to have some. */
    private static final int BATCH = 64 * Runtime.getRuntime().availableProcessors();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Timeout timeout;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Of the first program; the next has S + 1.")
    private long seed;

    @Option(names = "--count", paramLabel = "N", description = "How many programs (default: 1000).")
    private @Nullable Long count;

    @Option(names = "--minutes", paramLabel = "M", description = "How long, in place of --count.")
    private @Nullable Double minutes;

    @Option(names = "--engine", paramLabel = "E", description = "Engines (default: scalar and matrix).")
    private List<String> engines = List.of("scalar", "matrix");

    @Option(
            names = "--dtype",
            split = ",",
            paramLabel = "D",
            description = "float32, float64 (default: both; the scalar engine computes in float64 only).")
    private List<String> dtypes = List.of("float32", "float64");

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "Write each small program that is shown there, as a fixture to regenerate.")
    private @Nullable Path save;

    @Override
    public Integer call() {
        Campaign campaign = campaign();
        if (save != null) {
            ReportFiles.requireFolder(save);
        }
        PrintWriter out = spec.commandLine().getOut();
        Tally tally = examine(campaign, out);
        if (tally.disagree() > SHOWN) {
            out.println("… and " + (tally.disagree() - SHOWN) + " more");
        }
        tally.inWords(seed).forEach(out::println);
        String engine = engines.get(0);
        if (!campaign.lacking().isEmpty()) {
            out.println("  no program has what engine " + engine + " lacks: " + ids(campaign.lacking()));
        }
        if (!campaign.partial().isEmpty()) {
            out.println("  only as far as engine " + engine + " has them: " + ids(campaign.partial()));
        }
        if (!campaign.ties()) {
            out.println("  no program has ties in amax, amin, maximum or minimum: PyTorch and an engine differ there"
                    + " on the smallest one");
        }
        out.flush();
        if (tally.checks() == 0 && tally.disagree() == 0) {
            spec.commandLine()
                    .getErr()
                    .println("gradtwin: nothing was compared: of " + tally.programs()
                            + " programs, all were skipped for an op that is unsupported");
            return Main.USAGE;
        }
        return tally.passes() ? Main.AGREE : Main.DISAGREE;
    }

    private static String ids(Set<Op> ops) {
        return ops.stream().map(Op::id).collect(Collectors.joining(", "));
    }

    private Campaign campaign() {
        Engines known = new Engines(timeout.limit());
        List<Engine> chosen;
        try {
            chosen = known.named(engines);
        } catch (IllegalArgumentException e) {
            throw usage("--engine: " + e.getMessage());
        }
        if (chosen.contains(known.twin())) {
            throw usage("--engine: " + known.twin().name() + " is what engines are held against, not one of them");
        }
        try {
            Set<DType> types = dtypes.stream().map(Types::of).collect(Collectors.toSet());
            return Running.during("single ops", () -> new Campaign(known.twin(), known.reference(), chosen, types));
        } catch (IllegalArgumentException e) {
            throw usage("--dtype: " + e.getMessage());
        }
    }

    /** Runs the campaign. The first findings are printed as they come, so that what ends the run does not take them along. */
    private Tally examine(Campaign campaign, PrintWriter out) {
        long end = end();
        double nanos = minutes == null ? Double.POSITIVE_INFINITY : minutes * TimeUnit.MINUTES.toNanos(1);
        long start = System.nanoTime();
        Tally tally = Tally.of(List.of());
        Optional<ProgressBar> bar = minutes == null ? Progress.bar("fuzz", end - seed) : Optional.empty();
        try {
            long from = seed;
            do {
                long to = from < end - BATCH ? from + BATCH : end;
                List<Examination> batch = LongStream.range(from, to)
                        .parallel()
                        .mapToObj(one -> Running.during("seed " + one, () -> campaign.examine(one)))
                        .toList();
                long left = Math.max(SHOWN - tally.disagree(), 0);
                batch.stream()
                        .flatMap(examination -> examination.refused().stream())
                        .limit(Math.max(SHOWN - tally.refused(), 0))
                        .forEach(refusal -> out.println(refusal.message()));
                tally = tally.plus(Tally.of(batch));
                batch.stream()
                        .flatMap(examination -> examination.findings().stream())
                        .limit(left)
                        .forEach(finding -> print(campaign, finding, out));
                bar.ifPresent(shown -> shown.stepBy(batch.size()));
                from = to;
            } while (from < end && System.nanoTime() - start < nanos);
        } finally {
            bar.ifPresent(ProgressBar::close);
        }
        return tally;
    }

    private void print(Campaign campaign, Finding finding, PrintWriter out) {
        Finding small = Running.during(
                "seed " + finding.seed() + ", being shrunk",
                () -> campaign.shrink(
                        finding,
                        () -> new Engines(timeout.limit())
                                .named(List.of(DescribedEngine.choiceOf(finding.engine())
                                        .orElse(finding.engine())))
                                .get(0)));
        out.println(small.message());
        if (save != null) {
            out.println("  saved      " + saved(save, small) + "   (numbers: regenerate)");
        }
        out.println();
        out.flush();
    }

    /** The seed after the last. */
    private long end() {
        if (minutes != null) {
            if (count != null) {
                throw usage("--minutes and --count exclude each other");
            }
            if (!(minutes > 0)) {
                throw usage("--minutes: " + minutes + " is no time");
            }
            return Long.MAX_VALUE;
        }
        long number = count == null ? 1000 : count;
        if (number < 1) {
            throw usage("--count: " + number + " programs are none");
        }
        if (seed > Long.MAX_VALUE - number) {
            throw usage(
                    "--seed: " + number + " programs from seed " + seed + " would need seeds above " + Long.MAX_VALUE);
        }
        return seed + number;
    }

    private static Path saved(Path folder, Finding finding) {
        Path file = folder.resolve(finding.id() + ".json");
        ReportFiles.write(file, FixtureWriter.text(finding.fixture()));
        return file;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
