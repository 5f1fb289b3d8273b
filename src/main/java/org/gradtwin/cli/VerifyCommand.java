package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.NotAskedException;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.Selection;
import org.gradtwin.language.Ops;
import org.gradtwin.report.Clock;
import org.gradtwin.report.CompareTable;
import org.gradtwin.report.Coverage;
import org.gradtwin.report.EngineNote;
import org.gradtwin.report.Environment;
import org.gradtwin.report.Failure;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.KnownFailures;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.TrainingTwin;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs every case on every engine and says what disagrees. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Runs every case on every engine, against PyTorch live and against the recorded numbers, and repeats the"
                        + " recorded trainings.",
        footer = {"", "Example: java -jar target/gradtwin.jar verify --engine scalar --dtype float64 --case 'op/tanh*'"
        })
final class VerifyCommand implements Callable<Integer> {
    /** Cases whose failure is shown on the terminal: more are not read. */
    private static final int SHOWN = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private EngineOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CaseOptions cases;

    @Option(
            names = "--engine",
            paramLabel = "E",
            description = "scalar, matrix, pytorch (default: all); exact, in 50 digits, only by its name."
                    + EngineOptions.OR_YOURS)
    private List<String> engines = List.of();

    @Option(names = "--dtype", split = ",", paramLabel = "D", description = "float32, float64 (default: both).")
    private List<String> dtypes = List.of();

    @Option(
            names = "--op",
            split = ",",
            paramLabel = "OP",
            description = "Cases that apply one of these ops or groups of ops, as tanh,losses (default: all).")
    private List<String> ops = List.of();

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "OP",
            description = "Cases that apply none of these ops or groups of ops.")
    private List<String> without = List.of();

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "target/gradtwin",
            description = "Where report.json and index.html go (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path report;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "What the report calls this run, as a version or a branch.")
    private @Nullable String label;

    @Option(
            names = "--known",
            paramLabel = "FILE",
            description =
                    "Failures that are known, with reasons: they do not fail the run, but an entry that passes does"
                            + " (default: what engines.json names for an engine).")
    private @Nullable Path known;

    @Option(
            names = "--write-known",
            paramLabel = "FILE",
            description =
                    "The same, and what else fails is written to it; entries that pass are taken out, the others stay.")
    private @Nullable Path writeKnown;

    @Option(names = "--json", description = "Print the report as JSON instead of the summary.")
    private boolean json;

    @Option(
            names = "--coverage",
            description = {
                "Print the coverage too: by op, engine and type, how many compared values and gradients it has a part in;"
                        + " and what is not covered.",
                "Not covered are: an op without a case, or, on an engine in a type, without a value or a gradient that an"
                        + " all-zero answer fails; of its parameters, a choice, True, False, None, a given or other than the"
                        + " default value, an int, a tuple or a negative one for dim, an optional operand with or without, a"
                        + " number for a tensor; of its operands, no, one or two dimensions, no elements, broadcasting in each"
                        + " direction, NaN, each infinity, each zero, a subnormal number; a row that tells of a kink without a"
                        + " case flagged for such a point."
            })
    private boolean coverage;

    @Override
    public Integer call() {
        Clock clock = new Clock(label);
        Engines all = options.engines();
        List<DType> wanted = dtypes();
        List<Engine> chosen = chosen(all);
        KnownFailures given = knownFailures(chosen);
        // Before any file is read.
        of("--op", () -> Ops.named(ops));
        of("--without", () -> Ops.named(without));
        // PyTorch takes as long to start as files to be read: it does so meanwhile.
        CompletableFuture<?> twin = CompletableFuture.runAsync(TorchEngine::versions);
        try {
            return verify(clock, all, chosen, wanted, given);
        } finally {
            // If it failed, the first case says so. A process does not end well while libraries load.
            twin.handle((started, problem) -> started).join();
        }
    }

    private int verify(Clock clock, Engines all, List<Engine> chosen, List<DType> wanted, KnownFailures given) {
        Verifier verifier = new Verifier(all.twin(), chosen);
        FixtureSet set = fixtureSet();
        Selection selection = selection(set, wanted);
        Dashboard.requirePlace(report);
        if (writeKnown != null) {
            ReportFiles.requireFile(writeKnown);
        }
        UnaryOperator<Environment> with = environment -> environment.with(
                chosen.stream().map(DescribedEngine::of).map(EngineNote::of).toList());
        PrintWriter out = spec.commandLine().getOut();
        Ended ended;
        try (Judged judged = new Judged(report, clock, selection.size(), with)) {
            // In a frame of its own, which lets go of the trials: the page needs the memory.
            Supplier<Ended> whole = () -> {
                List<Trial> tried = Progress.over("verify", selection.cases())
                        .parallel()
                        .flatMap(named -> verifier.verify(named, wanted))
                        .map(given::of)
                        .map(judged::add)
                        .toList();
                List<TrainingTrial> trained = Progress.over("train", selection.trainings())
                        .flatMap(training -> TrainingTwin.run(training, chosen, wanted).stream())
                        .map(given::of)
                        .map(judged::add)
                        .toList();
                List<Checked> checked =
                        Stream.<Checked>concat(tried.stream(), trained.stream()).toList();
                Predicate<KnownFailure> isWhole = failure -> isWhole(failure, set, selection, wanted);
                KnownFailures failures = writeKnown == null ? given : given.updated(writeKnown, checked, isWhole);
                List<Trial> trials = tried.stream().map(failures::of).toList();
                List<TrainingTrial> trainings =
                        trained.stream().map(failures::of).toList();
                RunReport run = RunReport.of(trials, trainings, with.apply(Environment.current()))
                        .withStale(failures.stale(
                                Stream.<Checked>concat(trials.stream(), trainings.stream())
                                        .toList(),
                                isWhole))
                        .on(clock.now());
                // What is printed is there even if nothing can be written.
                print(out, run, trials);
                return ended(
                        run, failures, trials, chosen.stream().map(Engine::name).toList());
            };
            ended = whole.get();
            judged.finish(ended.run);
            if (writeKnown != null) {
                ReportFiles.write(writeKnown, ended.failures.text());
            }
            if (!json) {
                written(out, given, ended.failures);
            }
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        ended.run.stale().forEach(entry -> err.println("gradtwin: " + entry));
        ended.why.ifPresent(why -> err.println("gradtwin: " + why));
        if (!engines.isEmpty() || all.broken().isEmpty()) {
            return ended.exit;
        }
        // All engines were asked for.
        all.broken().forEach(engine -> err.println("gradtwin: left out: " + engine.getMessage()));
        return Main.BROKEN;
    }

    private void print(PrintWriter out, RunReport run, List<Trial> trials) {
        if (json) {
            out.print(ReportFiles.json(run));
            return;
        }
        failures(out, run);
        if (coverage) {
            new CoverageTable(Coverage.of(trials)).print(out);
        }
        new Summary(run).print(out);
        List<CompareTable> tables = run.cases().size() == 1
                ? trials.stream()
                        .flatMap(trial -> CompareTable.of(trial).stream())
                        .toList()
                : List.of();
        // Of what agrees one is enough to read.
        if (tables.size() == 1 || !run.failing().isEmpty()) {
            tables.forEach(table -> {
                out.println();
                table.lines().forEach(out::println);
            });
        }
    }

    private void written(PrintWriter out, KnownFailures before, KnownFailures after) {
        if (writeKnown != null) {
            out.println("  known      " + writeKnown + ": " + change(before.entries(), after.entries()));
        }
        out.println("  report     " + report.resolve("report.json"));
        out.println("  dashboard  " + report.resolve("index.html"));
    }

    /** The known failures that the command line names, or those that engines.json has for the engines. */
    private KnownFailures knownFailures(List<Engine> chosen) {
        if (known != null && writeKnown != null) {
            throw new ParameterException(
                    spec.commandLine(), "--write-known: the entries of its file are known too: leave --known out");
        }
        if (writeKnown != null) {
            return Files.exists(writeKnown) ? KnownFailures.read(writeKnown) : KnownFailures.NONE;
        }
        return EngineFile.knownFailures(known, chosen);
    }

    /** Whether all that an entry is about was selected: else its failures may be elsewhere. */
    private boolean isWhole(KnownFailure failure, FixtureSet set, Selection selection, List<DType> wanted) {
        List<String> glob = List.of(failure.cases());
        FixtureSet all = cases.fixtures() == null && !cases.globs().isEmpty() ? FixtureSet.surveyed(glob) : set;
        return (wanted.isEmpty() || failure.dtype().isPresent() || wanted.size() == 2)
                && selection.holdsAll(all, failure.cases());
    }

    private static String change(List<KnownFailure> before, List<KnownFailure> after) {
        long kept = before.stream().filter(after::contains).count();
        return String.format(
                Locale.ROOT, "%,d written, %,d kept, %,d taken out", after.size() - kept, kept, before.size() - kept);
    }

    /** What came of a run, and what to say of its exit code. */
    private record Ended(RunReport run, KnownFailures failures, int exit, Optional<String> why) {}

    private static Ended ended(RunReport run, KnownFailures failures, List<Trial> trials, List<String> names) {
        if (run.summary().compared() == 0) {
            String why = "nothing was compared: of " + run.checks().size() + " checks, all were skipped: "
                    + run.checks().get(0).reason();
            return new Ended(run, failures, Main.USAGE, Optional.of(why));
        }
        if (!run.passes()) {
            return new Ended(run, failures, Main.DISAGREE, Optional.empty());
        }
        Optional<String> left = trials.stream()
                .flatMap(trial -> trial.checks().stream())
                .map(check -> String.valueOf(check.reason()))
                .filter(NotAskedException::isWhy)
                .findFirst()
                .map(reason -> "not all was asked: " + reason);
        if (left.isPresent()) {
            return new Ended(run, failures, Main.BROKEN, left);
        }
        Optional<String> idle = names.stream()
                .filter(name -> idle(name, trials))
                .findFirst()
                .map(name -> "nothing was compared on " + name + ": no number came of it");
        return new Ended(run, failures, idle.isPresent() ? Main.USAGE : Main.AGREE, idle);
    }

    /** Whether an engine was asked for numbers and never gave one. */
    private static boolean idle(String engine, List<Trial> trials) {
        List<Trial> asked = trials.stream()
                .filter(trial -> trial.engine().equals(engine))
                .filter(trial -> trial.given().given().refusal().isEmpty())
                .toList();
        return !asked.isEmpty()
                && asked.stream().allMatch(trial -> trial.skipped().isPresent());
    }

    private List<DType> dtypes() {
        return of("--dtype", () -> dtypes.stream().map(Types::of).toList());
    }

    private List<Engine> chosen(Engines known) {
        return of("--engine", () -> known.named(engines));
    }

    private FixtureSet fixtureSet() {
        Path folder = cases.fixtures();
        FixtureSet set = folder == null ? FixtureSet.surveyed(cases.globs()) : FixtureSet.surveyed(folder);
        for (FixtureSet.Refused refused : set.refused()) {
            if (cases.globs().isEmpty() || cases.globs().stream().anyMatch(refused::concerns)) {
                throw refused.problem();
            }
            spec.commandLine()
                    .getErr()
                    .println("gradtwin: not read, and not asked for: "
                            + refused.problem().getMessage());
        }
        return set;
    }

    private Selection selection(FixtureSet set, List<DType> wanted) {
        Selection matching = of("--case", () -> Selection.of(set, cases.globs()));
        Selection with = of("--op", () -> matching.with(ops));
        Selection left = of("--without", () -> with.without(without));
        return of("--dtype", () -> left.in(wanted).requireComplete());
    }

    /** What an option asks for; what is wrong with it is told of the option. */
    private <T> T of(String option, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw usage(option, e);
        }
    }

    private ParameterException usage(String option, IllegalArgumentException e) {
        return new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }

    private static void failures(PrintWriter out, RunReport run) {
        run.suspects().forEach(suspect -> out.println(suspect.inWords()));
        if (!run.suspects().isEmpty()) {
            out.println();
        }
        List<Failure> simplest = run.simplest().stream().limit(SHOWN).toList();
        simplest.forEach(failure -> {
            out.println(failure.message());
            out.println();
        });
        int shown = simplest.size();
        int failing = run.summary().disagree() + run.summary().unexplained();
        if (shown < failing) {
            out.printf(
                    Locale.ROOT,
                    "… %,d checks of %,d %s fail; %,d %s shown, the report keeps %,d and lists all checks%n%n",
                    failing,
                    run.failing().size(),
                    run.failing().size() == 1 ? "case" : "cases",
                    shown,
                    shown == 1 ? "message is" : "messages are",
                    run.failures().size());
        }
    }
}
