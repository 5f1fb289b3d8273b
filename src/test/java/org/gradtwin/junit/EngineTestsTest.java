package org.gradtwin.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.verify.ConventionsTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes as JUnit does, and looks at what comes of it. */
class EngineTestsTest {
    private static final Path WRITTEN = Path.of("target/engine-tests/known.json");

    /** Takes sigmoid for tanh, and lacks cos. */
    static final class Wrong extends GivenEngine {
        Wrong() {
            super("wrong", dtype -> wrong(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> wrong(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<V> operands, Attributes attributes) {
                    if (op == Ops.of("cos")) {
                        throw new UnsupportedOpException(op, "not yet");
                    }
                    return graph.apply(op == Ops.of("tanh") ? Ops.of("sigmoid") : op, operands, attributes);
                }
            };
        }
    }

    @GradtwinTest(
            engine = Wrong.class,
            cases = {"op/tanh-*", "op/cos-*", "op/exp-*"},
            report = "target/engine-tests/wrong")
    static class WrongTest implements EngineTests {}

    @GradtwinTest(
            engine = Wrong.class,
            cases = {"op/tanh-*", "op/exp-scalar"},
            known = "target/engine-tests/known.json",
            report = "target/engine-tests/known")
    static class KnownTest implements EngineTests {}

    @GradtwinTest(
            engine = ConventionsTest.OneAtZero.class,
            cases = "op/abs-kink",
            report = "target/engine-tests/convention")
    static class ConventionTest implements EngineTests {}

    @GradtwinTest(engine = MatrixEngine.class, cases = "op/exp-s*")
    static class SoundTest implements EngineTests {}

    @GradtwinTest(
            engine = Wrong.class,
            fixtures = "classpath:fixtures/op",
            cases = "tanh-scalar",
            report = "target/engine-tests/wrong")
    static class ClassPathTest implements EngineTests {}

    static class BareTest implements EngineTests {}

    @GradtwinTest(engine = MatrixEngine.class, cases = "op/exp-scalr")
    static class NoCaseTest implements EngineTests {}

    /** Tests by display name: what they threw, or empty; containers only where they failed. */
    private static Map<String, String> run(Class<?> test) {
        Map<String, String> results = new LinkedHashMap<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(test))
                                // BriefFailures is of this project's own tests.
                                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                                if (identifier.isTest() || result.getThrowable().isPresent()) {
                                    results.put(
                                            identifier.getDisplayName(),
                                            result.getStatus()
                                                    + result.getThrowable()
                                                            .map(e -> " " + e.getMessage())
                                                            .orElse(""));
                                }
                            }
                        });
        return results;
    }

    @Test
    void eachCaseIsATestAndTheFirstFailuresBeginWithTheSuspect() {
        Map<String, String> results = run(WrongTest.class);

        assertThat(results).containsEntry("op/exp-scalar", "SUCCESSFUL");
        assertThat(results.get("op/cos-scalar"))
                .startsWith("ABORTED ")
                .contains("wrong lacks ")
                .contains("cos");
        List<String> failed = results.values().stream()
                .filter(result -> result.startsWith("FAILED"))
                .toList();
        assertThat(failed).hasSize(6);
        assertThat(results.values()).startsWith(failed.toArray(new String[0]));
        assertThat(failed.get(0))
                .startsWith("FAILED suspect: tanh on wrong, ")
                .contains("\n  expected ")
                .containsPattern("\n\\d+ of \\d+ cases fail; \\d+ cases, ")
                .satisfies(text -> assertThat(text.lines()).hasSizeLessThan(25));
        assertThat(failed.subList(1, 6))
                .allMatch(result -> result.lines().count() == 1 && result.contains(" checks fail"));
        assertThat(results.values().stream().filter(result -> result.startsWith("ABORTED fails too: ")))
                .isNotEmpty();
    }

    @Test
    void aCaseOnTheClassPathIsSeenAgainByTheSameAnnotation() {
        assertThat(run(ClassPathTest.class)).hasSize(1).allSatisfy((name, result) -> {
            assertThat(name).isEqualTo("tanh-scalar");
            assertThat(result)
                    .contains("  again      in a test: @GradtwinTest(engine = " + EngineTestsTest.class.getName()
                            + ".Wrong.class, fixtures = \"classpath:fixtures/op\", cases = \"tanh-scalar\")\n");
        });
    }

    @Test
    void theReportOfTheRunIsWritten() {
        run(SoundTest.class);
        RunReport report = ReportFiles.read(Path.of("target/gradtwin-matrix/report.json"));
        assertThat(report.passes()).isTrue();
        assertThat(report.cases()).allMatch(given -> given.name().startsWith("op/exp-s"));
        assertThat(Path.of("target/gradtwin-matrix/index.html")).exists();
    }

    @Test
    void whatIsKnownIsSkippedWithItsReasonAndAnEntryThatPassesFails() throws IOException {
        Files.createDirectories(WRITTEN.getParent());
        String known = "{\"case\": \"op/tanh-*\", \"kind\": \"defect\", \"because\": \"it is sigmoid\"}";
        Files.writeString(WRITTEN, "[" + known + "]");
        Map<String, String> results = run(KnownTest.class);
        assertThat(results)
                .containsEntry("op/tanh-scalar", "ABORTED known defect: it is sigmoid")
                .containsEntry("op/exp-scalar", "SUCCESSFUL")
                .containsEntry("all entries of " + WRITTEN + " fail", "SUCCESSFUL");
        assertThat(results.values()).noneMatch(result -> result.startsWith("FAILED"));

        Files.writeString(
                WRITTEN, "[" + known + ", {\"case\": \"op/exp-scalar\", \"kind\": \"defect\", \"because\": \"once\"}]");
        assertThat(run(KnownTest.class))
                .containsEntry(
                        "all entries of " + WRITTEN + " fail",
                        "FAILED " + WRITTEN + ": op/exp-scalar: does not fail any more: take it out");
    }

    @Test
    void aConventionIsSkippedWithItsName() {
        assertThat(run(ConventionTest.class)).containsEntry("op/abs-kink", "ABORTED convention abs at 0: gradient 1");
    }

    @Test
    void aClassThatAsksForNothingIsToldInALine() {
        assertThat(run(BareTest.class).values())
                .containsExactly(
                        "FAILED " + BareTest.class.getName() + " has no @GradtwinTest, which names the engine");
        assertThat(run(NoCaseTest.class).values())
                .hasSize(1)
                .allMatch(result -> result.startsWith("FAILED no case matches 'op/exp-scalr' among ")
                        && result.endsWith("; did you mean 'op/exp-scalar'?"));
    }
}
