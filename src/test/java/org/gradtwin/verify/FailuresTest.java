package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.report.Environment;
import org.gradtwin.report.RunReport;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A wrong engine fails a test in lines that can be read: once it was 183 megabytes. */
class FailuresTest {
    /** Of tests and of what AssertJ prints of their subjects. */
    private static final int LINES = 40;

    private static final int CHARACTERS = 400;

    private static List<Trial> wrong(String glob) {
        Engine engine = new GivenEngine("doubling", dtype -> doubling(new MatrixEngine().newGraph(dtype)));
        Verifier verifier = new Verifier(new TorchEngine(), List.of(engine));
        return FixtureSet.bundled(glob).select(glob).parallelStream()
                .flatMap(verifier::verify)
                .toList();
    }

    private static <V> Graph<V> doubling(Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public Optional<Tensor> gradient(V value) {
                return graph.gradient(value)
                        .map(tensor -> Tensor.of(
                                tensor.dtype(),
                                tensor.shape(),
                                Arrays.stream(tensor.toDoubles())
                                        .map(x -> 2 * x + 1)
                                        .toArray()));
            }
        };
    }

    @Test
    void ofHundredsThatFailTheFirstAreShown() {
        List<Trial> trials = wrong("op/s*");
        assertThat(trials.stream().filter(Failures::fails).count()).isGreaterThan(200);
        assertThatThrownBy(() -> Failures.requireNone(trials))
                .isInstanceOf(AssertionError.class)
                .satisfies(thrown -> assertThat(thrown.getMessage().lines())
                        .hasSizeBetween(15, LINES)
                        .allMatch(line -> line.length() <= CHARACTERS)
                        .anyMatch(line -> line.matches("\\d+ of \\d+ fail, the smallest first"))
                        .anyMatch(line -> line.startsWith("  expected "))
                        .anyMatch(line -> line.startsWith("  but was "))
                        .anyMatch(line -> line.startsWith("  worst at "))
                        .anyMatch(line -> line.startsWith("  again ")));
    }

    /** A chain of 1,000 statements has 2,000 checks that fail. */
    @Test
    void ofOneWithThousandsOfFailingChecksTheFirstAreShown() {
        Trial trial = wrong("composition/chain-1000").get(0);
        assertThat(trial.checks().stream().filter(Check::failsGate).count()).isGreaterThan(1000);
        assertThatThrownBy(trial::requirePass)
                .satisfies(thrown -> assertThat(thrown.getMessage().lines()).hasSizeLessThanOrEqualTo(LINES));
    }

    @Test
    void whatStandsInAMessageIsALine() {
        List<Trial> trials = wrong("op/tanh-*");
        Trial trial = trials.get(0);
        Check check = trial.checks().stream()
                .filter(one -> one.verdict() == Verdict.DISAGREE)
                .findFirst()
                .orElseThrow();
        FixtureSet bundled = FixtureSet.bundled();
        NamedTraining training =
                bundled.selectTrainings("training/sgd-constant").get(0);
        assertThat(List.<Object>of(
                        trial,
                        check,
                        check.comparison(),
                        check.comparison().worst(),
                        trial.given(),
                        trial.given().file(),
                        trial.given().file().fixture(),
                        trial.given().given(),
                        trial.given().given().task(),
                        bundled,
                        training,
                        training.given(),
                        RunReport.of(trials, Environment.current()),
                        TrainingTwin.run(training, List.of(new ScalarEngine()), List.of())
                                .get(0)))
                .extracting(Object::toString)
                .allSatisfy(text -> assertThat(text)
                        .hasLineCount(1)
                        .hasSizeLessThanOrEqualTo(CHARACTERS)
                        .doesNotContain("[I@", "[D@"));
        assertThat(check.toString())
                .matches(
                        "op/tanh-\\S+: doubling against pytorch, gradient of x \\(float\\d\\d\\): disagree,"
                                + " \\d+ of \\d+ elements off, worst at \\[.*]: \\S+, expected \\S+, \\S+ times what is allowed");
    }
}
