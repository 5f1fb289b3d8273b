package org.gradtwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.cli.Summary;
import org.gradtwin.engine.Engine;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.readme.Pages;
import org.gradtwin.report.Coverage;
import org.gradtwin.report.Environment;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.Failures;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.TrainingTwin;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case and every training on every engine in every type. The run leaves the same report as the command line
 * does, whether it passes or not. It stands here because Surefire sorts what fails by name: what to suspect is printed first.
 */
public class VerificationTest {
    private static final Path README = Path.of("README.md");
    /** So long is the part of a line that names a folder. */
    private static final int FOLDER = 14;

    private static final TorchEngine TWIN = new TorchEngine();
    private static final List<Engine> ENGINES = List.of(new ScalarEngine(), new MatrixEngine(), TWIN);
    private static final List<Trial> TRIALS = new ArrayList<>();
    private static final List<TrainingTrial> TRAININGS = new ArrayList<>();

    @TestFactory
    @Tag("pages")
    Stream<DynamicTest> agreesWithPyTorch() {
        Verifier verifier = new Verifier(TWIN, ENGINES);
        FixtureSet.requireComplete(FixtureSet.bundled().cases()).parallelStream()
                .map(named -> verifier.verify(named).toList())
                .toList()
                .forEach(TRIALS::addAll);
        return Stream.concat(
                tests(TRIALS),
                Stream.of(DynamicTest.dynamicTest(
                        "nothing is left uncovered",
                        () -> assertThat(Coverage.of(TRIALS).gaps()).isEmpty())));
    }

    @TestFactory
    @Tag("pages")
    Stream<DynamicTest> trainsAsPyTorch() {
        FixtureSet.requireRecorded(FixtureSet.bundled().trainings())
                .forEach(training -> TRAININGS.addAll(TrainingTwin.run(training, ENGINES, Set.of())));
        return tests(TRAININGS);
    }

    /** A test a case that passes or is skipped, and one an engine for all that fail: a wrong derivative fails dozens. */
    private static Stream<DynamicTest> tests(List<? extends Checked> checked) {
        Map<String, List<Checked>> cases = new LinkedHashMap<>();
        checked.forEach(trial -> cases.computeIfAbsent(trial.caseName(), name -> new ArrayList<>())
                .add(trial));
        Stream<DynamicTest> each = cases.entrySet().stream()
                .filter(given -> given.getValue().stream().noneMatch(Failures::fails))
                .map(given -> DynamicTest.dynamicTest(given.getKey(), () -> skipIfAllAre(given.getValue())));
        Stream<DynamicTest> failing = ENGINES.stream()
                .map(Engine::name)
                .map(engine -> DynamicTest.dynamicTest(
                        "nothing fails on " + engine,
                        () -> Failures.requireNone(checked.stream()
                                .filter(trial -> trial.engine().equals(engine))
                                .toList())));
        return Stream.concat(each, failing);
    }

    private static void skipIfAllAre(List<Checked> trials) {
        if (trials.stream().allMatch(trial -> trial.skipped().isPresent())) {
            trials.get(0).skipped().ifPresent(Assumptions::abort);
        }
    }

    @AfterAll
    static void leavesAReportAndTheReadmeSaysTheSame() throws IOException {
        RunReport report = RunReport.of(TRIALS, TRAININGS, Environment.current());
        Dashboard.write(Path.of("target/gradtwin"), report);
        // The tests that follow in this Java have no use for them.
        TRIALS.clear();
        TRAININGS.clear();
        if (!report.passes()) {
            return;
        }
        StringWriter printed = new StringWriter();
        new Summary(report).print(new PrintWriter(printed, true));
        String readme = Files.readString(README);
        int start = readme.indexOf("```text\n") + 8;
        int end = readme.indexOf("```", start);
        if (Pages.updating()) {
            List<String> lines =
                    printed.toString().lines().map(String::stripTrailing).toList();
            String block = readme.substring(start, end)
                    .lines()
                    .map(line -> replacement(line, lines))
                    .collect(Collectors.joining("\n", "", "\n"));
            Files.writeString(README, readme.substring(0, start) + block + readme.substring(end));
        }
        // Lines that stand for more are no output.
        Pages.requireLines(
                README,
                readme.substring(start, end)
                        .lines()
                        .filter(line -> !line.strip().equals("…"))
                        .toList(),
                printed.toString());
    }

    /** The line of a run that is about the same folder, or the one of the sums. */
    private static String replacement(String line, List<String> lines) {
        Predicate<String> same = line.contains(" checks: ")
                ? other -> other.contains(" checks: ")
                : other -> line.length() > FOLDER && other.startsWith(line.substring(0, FOLDER));
        return lines.stream().filter(same).findFirst().orElse(line);
    }
}
