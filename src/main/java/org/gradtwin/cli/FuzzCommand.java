package org.gradtwin.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.gradtwin.engine.Running;
import org.gradtwin.engine.Thrown;
import org.gradtwin.engines.process.Shell;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Corpus;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.fuzz.Gathering;
import org.gradtwin.fuzz.KnownSuspects;
import org.gradtwin.fuzz.Shown;
import org.gradtwin.fuzz.Suspect;
import org.gradtwin.fuzz.Tally;
import org.gradtwin.fuzz.ThreadsExaminer;
import org.gradtwin.language.Op;
import org.gradtwin.report.Pace;
import org.gradtwin.report.ReportFiles;
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
    /** More suspects than this are counted, not shown. */
    private static final int SHOWN = 5;

    /** A program that was saved, and its seed. */
    private static final Pattern SAVED = Pattern.compile("fuzz-(\\d{1,18})-.*\\.json");

    /** Programs in a block where the campaign ends after one: the same everywhere. */
    private static final int BLOCK = 128;

    /** The page of a campaign is written at each suspect, and after so much time without one. */
    private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private EngineOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ClusterOptions cluster;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private SeedOptions seeds;

    @Option(names = "--count", paramLabel = "N", description = "How many programs (default: 1000).")
    private @Nullable Long count;

    @Option(names = "--minutes", paramLabel = "M", description = "How long, in place of --count.")
    private @Nullable Double minutes;

    @Option(
            names = "--engine",
            paramLabel = "E",
            description = "Engines (default: scalar and matrix)." + EngineOptions.OR_YOURS)
    private List<String> engines = List.of("scalar", "matrix");

    @Option(
            names = "--dtype",
            split = ",",
            paramLabel = "D",
            description =
                    "Run each program in float32, in float64, or in both where both are given (default: one program of four"
                            + " in float32, the others in float64; the scalar engine computes in float64 only).")
    private List<String> dtypes = List.of();

    @Option(
            names = "--op",
            split = ",",
            paramLabel = "OP",
            description =
                    "Make programs of these ops or groups of ops, as tanh,losses, and of what brings operands into their"
                            + " domain (default: all).")
    private List<String> ops = List.of();

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "OP",
            description = "Make none with these ops or groups of ops.")
    private List<String> without = List.of();

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description =
                    "Write each small program that is shown there, as a fixture to regenerate; the seeds of those that are"
                            + " there run first, without --master.")
    private @Nullable Path save;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Write index.html and campaign.json there (suspects, coverage, what was never drawn, speed), and"
                            + " corpus.json, the programs that covered something new.")
    private @Nullable Path report;

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "Mutate the programs of this fixture, as corpus.json of an earlier report.")
    private @Nullable Path corpus;

    @Option(
            names = "--known",
            paramLabel = "FILE",
            description =
                    "Failures that are known, as of verify: their cases run first, and programs that go wrong in the same way"
                            + " at the same ops are counted, not told (default: what engines.json names for an engine).")
    private @Nullable Path known;

    @Option(
            names = "--suspects",
            paramLabel = "N",
            description = "Stop at the N-th suspect, and show N (default: 5 are shown, and nothing stops).")
    private @Nullable Integer suspects;

    /** What the campaign leaves, once it has begun, and when that was written last. */
    private @Nullable FuzzReport leaves;

    private long written;

    @Override
    public Integer call() {
        long end = end();
        if (suspects != null && suspects < 1) {
            throw usage("--suspects: " + suspects + " are none");
        }
        String programs = corpus == null ? "" : FixtureReader.text(corpus, corpus.toString());
        Corpus mutated = corpus == null ? Corpus.NONE : Corpus.of(programs, corpus.toString());
        FuzzPlan plan = new FuzzPlan(engines, dtypes, options.limit(), options.isolates(), programs, ops, without);
        Campaign campaign;
        try {
            campaign = Running.during("single ops", plan::open);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        if (save != null) {
            ReportFiles.requireFolder(save);
        }
        if (report != null) {
            FuzzReport.requirePlace(report);
        }
        Pace pace = new Pace();
        PrintWriter out = spec.commandLine().getOut();
        KnownSuspects explained = Running.during(
                "known failures", () -> campaign.known(EngineFile.knownFailures(known, campaign.engines())));
        try (Examiner examiner =
                cluster.hasMaster() ? workers(plan.of(campaign.engines())) : new ThreadsExaminer(plan, campaign)) {
            Gathering gathering = new Gathering(
                    mutated.covered(seeds.first()),
                    suspects == null ? SHOWN : suspects,
                    suspect -> show(examiner, suspect, out),
                    shown -> print(shown, out),
                    one -> campaign.examine(one).twinFaults().forEach(fault -> out.println(fault.message())));
            FuzzReport whole =
                    new FuzzReport(report, campaign, mutated, gathering, explained, pace, seeds.first(), options());
            leaves = whole;
            Completion.lastWords(() -> interrupted(whole, out));
            try {
                List<Long> before = saved(end);
                before.forEach(seed -> examiner.examine(seed, seed + 1, 1, block -> {
                    gathering.add(explained.without(block));
                    return true;
                }));
                if (!before.isEmpty()) {
                    out.println("  ran first  what was saved in " + save + ": seeds " + before);
                }
                examine(examiner, gathering, explained, pace, end);
            } catch (RuntimeException | Error e) {
                try {
                    interrupted(whole, out);
                } catch (RuntimeException unwritten) {
                    e.addSuppressed(unwritten);
                }
                throw e;
            } finally {
                Completion.lastWords(null);
            }
            int code = finish(campaign, gathering, explained, out);
            whole.write(null, out);
            examiner.done();
            return code;
        }
    }

    /** The seeds of what was saved before, but for those that run anyway; none for workers elsewhere, who take them in one order. */
    private List<Long> saved(long end) {
        if (save == null || cluster.hasMaster()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(save)) {
            return files.map(file -> SAVED.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(found -> Long.valueOf(found.group(1)))
                    .filter(seed -> seed < seeds.first() || seed >= end)
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw usage("--save: " + Thrown.inWords(e));
        }
    }

    /** To make a program small may take long: it is told before. */
    private static Shown show(Examiner examiner, Suspect suspect, PrintWriter out) {
        out.println("found seed " + suspect.seed() + " (" + suspect.dtype().torchName() + "), " + suspect.what()
                + " on " + suspect.engine());
        out.flush();
        return examiner.show(suspect);
    }

    private String interrupted(FuzzReport whole, PrintWriter out) {
        Tally tally = whole.gathering().tally();
        if (tally.programs() == 0) {
            return Completion.NOTHING;
        }
        tally.inWords(seeds.first()).forEach(out::println);
        known(whole.explained(), out);
        String rest = whole.soFar();
        out.flush();
        whole.write(rest, out);
        return rest;
    }

    private static void known(KnownSuspects explained, PrintWriter out) {
        explained.inWords().forEach(line -> out.println("  known      " + line));
    }

    private int finish(Campaign campaign, Gathering gathering, KnownSuspects explained, PrintWriter out) {
        Tally tally = gathering.tally();
        tally.inWords(seeds.first()).forEach(out::println);
        gathering.suspects().inWords().forEach(out::println);
        known(explained, out);
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
        if (!tally.ended().isEmpty()) {
            return Main.BROKEN;
        }
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

    private Examiner workers(FuzzPlan plan) {
        return cluster.workers(
                Examiner.Provider.class,
                (provider, master, folder, tells) -> provider.open(master, folder, plan, tells));
    }

    /** Runs the campaign. The first findings are printed as they come, so that what ends the run does not take them along. */
    private void examine(Examiner examiner, Gathering gathering, KnownSuspects explained, Pace pace, long end) {
        double nanos = minutes == null ? Double.POSITIVE_INFINITY : minutes * TimeUnit.MINUTES.toNanos(1);
        long start = System.nanoTime();
        written = start;
        Optional<ProgressBar> bar =
                end == Long.MAX_VALUE ? Optional.empty() : Progress.bar("fuzz", end - seeds.first());
        try {
            examiner.examine(seeds.first(), end, suspects == null ? 0 : BLOCK, block -> {
                gathering.add(explained.without(block));
                pace.at(gathering.tally().programs());
                bar.ifPresent(shown -> shown.stepBy(block.programs()));
                if (System.nanoTime() - written > PERIOD) {
                    writeAsItGoes();
                }
                return System.nanoTime() - start < nanos && (suspects == null || !gathering.isFull());
            });
        } finally {
            bar.ifPresent(ProgressBar::close);
        }
    }

    private void print(Shown small, PrintWriter out) {
        out.println(small.message(options()));
        if (save != null && small.fixture() != null) {
            Path file = save.resolve(small.id() + ".json");
            ReportFiles.write(file, small.fixture());
            out.println("  saved      " + file + "   (numbers: regenerate)");
        }
        out.println();
        out.flush();
        writeAsItGoes();
    }

    private void writeAsItGoes() {
        if (leaves != null) {
            leaves.writeAsItGoes();
            written = System.nanoTime();
        }
    }

    /** What the programs depend on besides seed and engines. */
    private String options() {
        return (corpus == null ? "" : " --corpus " + Shell.quoted(corpus.toString()))
                + (ops.isEmpty() ? "" : " --op " + String.join(",", ops))
                + (without.isEmpty() ? "" : " --without " + String.join(",", without));
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
        return seeds.after(count == null ? 1000 : count, 1);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
