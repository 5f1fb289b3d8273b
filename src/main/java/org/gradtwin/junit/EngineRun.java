package org.gradtwin.junit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Patience;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.Selection;
import org.gradtwin.report.Clock;
import org.gradtwin.report.Environment;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.KnownFailures;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.TrainingTwin;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** The run of the cases of one test class, and its outcome case by case. */
final class EngineRun {
    private static final String CLASS_PATH = "classpath:";

    /** Failures that are told in a line each, after the simplest, which is told in full; the tests of all others are aborted. */
    private static final int IN_LINES = 5;

    private final Map<String, List<Checked>> byCase;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final RunReport report;
    private final String known;

    /** The cases that fail, the simplest first. */
    private final List<String> failing;

    private EngineRun(Selection selection, List<Checked> checked, RunReport report, String known) {
        this.byCase = checked.stream()
                .collect(Collectors.groupingBy(Checked::caseName, LinkedHashMap::new, Collectors.toList()));
        this.report = report;
        this.known = known;
        this.failing = report.simplest().stream()
                .map(failure -> failure.check().caseName())
                .distinct()
                .toList();
        selection.cases().forEach(named -> files.put(named.name(), named.file().path()));
        selection.trainings().forEach(named -> files.put(named.name(), named.shown()));
    }

    /**
     * Runs the cases that the annotation of a class asks for, and writes the report.
     *
     * @throws IllegalStateException if it has none
     * @throws IllegalArgumentException if no case matches
     */
    static EngineRun of(Class<?> test) {
        GradtwinTest given = test.getAnnotation(GradtwinTest.class);
        if (given == null) {
            throw new IllegalStateException(test.getName() + " has no @GradtwinTest, which names the engine");
        }
        Clock clock = new Clock(null);
        KnownFailures known = given.known().isEmpty() ? KnownFailures.NONE : KnownFailures.read(Path.of(given.known()));
        FixtureSet set = fixtures(test, given);
        Selection selection = Selection.of(set, List.of(given.cases())).requireComplete();
        Engine engine = DescribedEngine.ofClass(given.engine(), Patience.LIMIT);
        Verifier verifier = new Verifier(new TorchEngine(), List.of(engine));
        List<Trial> trials = selection.cases().parallelStream()
                .flatMap(verifier::verify)
                .map(known::of)
                .toList();
        List<TrainingTrial> trainings = selection.trainings().stream()
                .flatMap(training -> TrainingTwin.run(training, List.of(engine), List.of()).stream())
                .map(known::of)
                .toList();
        List<Checked> checked =
                Stream.<Checked>concat(trials.stream(), trainings.stream()).toList();
        Predicate<KnownFailure> whole = failure -> selection.holdsAll(
                given.fixtures().isEmpty() ? FixtureSet.surveyed(List.of(failure.cases())) : set, failure.cases());
        RunReport report = RunReport.of(trials, trainings, Environment.current())
                .withStale(known.stale(checked, whole))
                .on(clock.now());
        write(Path.of(given.report().isEmpty() ? "target/gradtwin-" + engine.name() : given.report()), report);
        return new EngineRun(selection, checked, report, given.known());
    }

    private static FixtureSet fixtures(Class<?> test, GradtwinTest given) {
        if (given.fixtures().isEmpty()) {
            return FixtureSet.bundled(given.cases());
        }
        return given.fixtures().startsWith(CLASS_PATH)
                ? FixtureSet.onClassPath(test.getClassLoader(), given.fixtures().substring(CLASS_PATH.length()))
                : FixtureSet.in(Path.of(given.fixtures()));
    }

    /** Without the library of the page there is the report alone: the verb {@code report} makes a page of it. */
    private static void write(Path folder, RunReport report) {
        try {
            Dashboard.write(folder, report);
        } catch (NoClassDefFoundError e) {
            ReportFiles.write(folder.resolve("report.json"), ReportFiles.json(report));
        }
    }

    Stream<DynamicNode> tests() {
        Set<String> names = new LinkedHashSet<>(failing);
        names.addAll(byCase.keySet());
        Map<String, List<DynamicTest>> byFile = new LinkedHashMap<>();
        names.forEach(name -> byFile.computeIfAbsent(
                        files.getOrDefault(name, "").replaceFirst("\\.json$", ""), file -> new ArrayList<>())
                .add(DynamicTest.dynamicTest(name, () -> require(name, byCase.getOrDefault(name, List.of())))));
        List<DynamicNode> nodes = new ArrayList<>();
        byFile.forEach((file, tests) -> nodes.add(DynamicContainer.dynamicContainer(file, tests)));
        if (!known.isEmpty()) {
            nodes.add(DynamicTest.dynamicTest("all entries of " + known + " fail", () -> {
                if (!report.stale().isEmpty()) {
                    throw failure(String.join("\n", report.stale()));
                }
            }));
        }
        return nodes.stream();
    }

    private void require(String name, List<Checked> checked) {
        List<Check> checks =
                checked.stream().flatMap(each -> each.checks().stream()).toList();
        if (checks.isEmpty()) {
            throw failure(name + ": nothing was checked");
        }
        if (checks.stream().anyMatch(Check::failsGate)) {
            int before = failing.indexOf(name);
            if (before > IN_LINES) {
                Assumptions.abort("fails too: " + inALine(checked));
            }
            throw failure(before == 0 ? inFull() : inALine(checked));
        }
        // A type that the engine lacks does not make a test of the other one skipped.
        if (checked.stream().allMatch(each -> each.skipped().isPresent())) {
            Assumptions.abort(checked.get(0).skipped().orElseThrow());
        }
        checks.stream()
                .filter(check -> check.verdict() == Verdict.KNOWN || check.verdict() == Verdict.CONVENTION)
                .findFirst()
                .ifPresent(check -> Assumptions.abort(check.verdict().key() + " " + check.reason()));
    }

    /** What to suspect, the simplest failure, and the counts. */
    private String inFull() {
        List<String> lines = new ArrayList<>();
        report.suspects().stream().map(Suspect::inWords).forEach(lines::add);
        lines.add(report.simplest().get(0).message());
        lines.add("");
        lines.add(failing.size() + " of " + byCase.size() + " cases fail; "
                + report.summary().inWords());
        return String.join("\n", lines);
    }

    private static String inALine(List<Checked> checked) {
        return checked.stream()
                .filter(each -> each.checks().stream().anyMatch(Check::failsGate))
                .map(Checked::inWords)
                .findFirst()
                .orElseThrow();
    }

    /** Without a stack, which would be of this class alone. */
    private static AssertionError failure(String message) {
        AssertionError failure = new AssertionError(message);
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
