package org.gradtwin.junit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.Selection;
import org.gradtwin.report.Environment;
import org.gradtwin.report.Failure;
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
    /** Failures that are shown in full, the simplest cases; of the others a line. */
    private static final int SHOWN = 3;

    private final Map<String, List<Checked>> byCase;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final RunReport report;
    private final String known;

    /** Messages of the simplest cases that fail. */
    private final Map<String, String> shown;

    private EngineRun(Selection selection, List<Checked> checked, RunReport report, String known) {
        this.byCase = checked.stream()
                .collect(Collectors.groupingBy(Checked::caseName, LinkedHashMap::new, Collectors.toList()));
        this.report = report;
        this.known = known;
        this.shown = report.simplest().stream()
                .limit(SHOWN)
                .collect(Collectors.toMap(failure -> failure.check().caseName(), Failure::message));
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
        long start = System.nanoTime();
        KnownFailures known = given.known().isEmpty() ? KnownFailures.NONE : KnownFailures.read(Path.of(given.known()));
        FixtureSet set = given.fixtures().isEmpty()
                ? FixtureSet.bundled(given.cases())
                : FixtureSet.in(Path.of(given.fixtures()));
        Selection selection = Selection.of(set, List.of(given.cases())).requireComplete();
        Engine engine = DescribedEngine.ofClass(given.engine());
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
                .withDuration(Math.round((System.nanoTime() - start) / 1e8) / 10.0);
        Dashboard.write(
                Path.of(given.report().isEmpty() ? "target/gradtwin-" + engine.name() : given.report()), report);
        return new EngineRun(selection, checked, report, given.known());
    }

    Stream<DynamicNode> tests() {
        Map<String, List<DynamicTest>> byFile = new LinkedHashMap<>();
        byCase.forEach((name, checked) -> byFile.computeIfAbsent(
                        files.getOrDefault(name, "").replaceFirst("\\.json$", ""), file -> new ArrayList<>())
                .add(DynamicTest.dynamicTest(name, () -> require(name, checked))));
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
            throw failure(shown.containsKey(name) ? suspects() + shown.get(name) : inLines(checked));
        }
        // A type that the engine lacks does not make a test of the other one skipped.
        if (checked.stream().allMatch(each -> each.skipped().isPresent())) {
            Assumptions.abort(checked.get(0).skipped().orElseThrow());
        }
        checks.stream()
                .filter(check -> check.verdict() == Verdict.KNOWN)
                .findFirst()
                .ifPresent(check -> Assumptions.abort("known " + check.reason()));
    }

    private String suspects() {
        return report.suspects().stream()
                .map(Suspect::inWords)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String inLines(List<Checked> checked) {
        return checked.stream()
                .filter(each -> each.checks().stream().anyMatch(Check::failsGate))
                .map(Checked::inWords)
                .collect(Collectors.joining("\n"));
    }

    /** Without a stack, which would be of this class alone. */
    private static AssertionError failure(String message) {
        AssertionError failure = new AssertionError(message);
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
