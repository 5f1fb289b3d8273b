package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    /** Programs that are examined before findings are shown, enough for every thread to have some; fewer where an engine is slow. */
    private static final int BATCH = 64 * THREADS;

    /** What has been examined, and found but not made small: what is left to say if something ends the run. */
    private volatile Tally tally = Tally.of(List.of());

    private final Queue<Finding> open = new ConcurrentLinkedQueue<>();

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
        Completion.lastWords(() -> interrupted(out));
        try {
            examine(campaign, out);
        } catch (RuntimeException | Error e) {
            interrupted(out);
            throw e;
        } finally {
            Completion.lastWords(null);
        }
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

    private String interrupted(PrintWriter out) {
        if (tally.programs() == 0 && open.isEmpty()) {
            return Completion.NOTHING;
        }
        open.stream().limit(SHOWN).forEach(finding -> out.println(finding.message() + System.lineSeparator()));
        tally.inWords(seed).forEach(out::println);
        out.flush();
        return "seeds from " + (seed + tally.programs()) + " on were not examined";
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
    private void examine(Campaign campaign, PrintWriter out) {
        long end = end();
        double nanos = minutes == null ? Double.POSITIVE_INFINITY : minutes * TimeUnit.MINUTES.toNanos(1);
        long start = System.nanoTime();
        int size = BATCH;
        Optional<ProgressBar> bar = minutes == null ? Progress.bar("fuzz", end - seed) : Optional.empty();
        try {
            long from = seed;
            do {
                long began = System.nanoTime();
                long to = from < end - size ? from + size : end;
                List<Examination> batch = LongStream.range(from, to)
                        .parallel()
                        .mapToObj(one -> examined(campaign, one))
                        .toList();
                long left = Math.max(SHOWN - tally.disagree(), 0);
                batch.stream()
                        .flatMap(examination -> examination.refused().stream())
                        .limit(Math.max(SHOWN - tally.refused(), 0))
                        .forEach(refusal -> out.println(refusal.message()));
                tally = tally.plus(Tally.of(batch));
                double seconds = (System.nanoTime() - began) / 1e9;
                size = (int) Math.max(THREADS, Math.min(BATCH, batch.size() / seconds));
                List<Finding> shown = batch.stream()
                        .flatMap(examination -> examination.findings().stream())
                        .limit(left)
                        .toList();
                open.retainAll(shown);
                // To make a program small may take long: until then it is kept as it was found.
                shown.forEach(finding -> {
                    out.println("found " + finding.message().lines().findFirst().orElseThrow());
                    save(finding);
                });
                out.flush();
                shown.forEach(finding -> print(campaign, finding, out));
                bar.ifPresent(moved -> moved.stepBy(batch.size()));
                from = to;
            } while (from < end && System.nanoTime() - start < nanos);
        } finally {
            bar.ifPresent(ProgressBar::close);
        }
    }

    private Examination examined(Campaign campaign, long one) {
        Examination examination = Running.during("seed " + one, () -> campaign.examine(one));
        open.addAll(examination.findings());
        return examination;
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
        open.remove(finding);
        out.println(small.message());
        save(small).ifPresent(file -> out.println("  saved      " + file + "   (numbers: regenerate)"));
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

    private Optional<Path> save(Finding finding) {
        Optional<Path> file = Optional.ofNullable(save).map(folder -> folder.resolve(finding.id() + ".json"));
        file.ifPresent(path -> ReportFiles.write(path, FixtureWriter.text(finding.fixture())));
        return file;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
