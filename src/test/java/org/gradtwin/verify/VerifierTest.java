package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.report.Environment;
import org.gradtwin.report.RunReport;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static NamedCase only(String name) {
        return FixtureSet.bundled(name).select(name).get(0);
    }

    private static List<Trial> trials(String name, List<DType> dtypes) {
        return new Verifier(new TorchEngine(), List.of(new ScalarEngine()))
                .verify(only(name), dtypes)
                .toList();
    }

    @Test
    void aGlobThatMatchesNothingIsNoStreamOfNoTests() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Verifier.trials(new ScalarEngine(), "notebok/*"))
                .withMessageMatching("no case matches 'notebok/\\*' among \\d+: nothing would be checked");
    }

    @Test
    void onlyTheTypesThatAreWantedAreRun() {
        assertThat(trials("op/tanh-matrix", List.of(DType.FLOAT32)))
                .extracting(Trial::dtype)
                .containsExactly(DType.FLOAT32);
        assertThat(trials("op/tanh-matrix", List.of())).hasSize(2);
        assertThat(trials("composition/chain-1000", List.of(DType.FLOAT32))).isEmpty();
    }

    @Test
    void aTrialWithoutChecksDoesNotPass() {
        Trial trial = new Trial(only("op/tanh-matrix"), DType.FLOAT64, "scalar", List.of(), Optional.empty());
        assertThat(trial.skipped()).isEmpty();
        assertThatThrownBy(trial::requirePass)
                .isInstanceOf(AssertionError.class)
                .hasMessage("op/tanh-matrix on scalar in float64: nothing was checked");
        assertThat(RunReport.of(List.of(), Environment.current()).passes()).isFalse();
    }

    @Test
    void aTrialOfWhichEverythingIsSkippedSaysWhy() {
        NamedCase underflows = FixtureSet.bundled().cases().stream()
                .filter(named -> named.given().skip(DType.FLOAT32).isPresent())
                .findFirst()
                .orElseThrow();
        List<Trial> skipped = trials(underflows.name(), List.of(DType.FLOAT32));
        assertThat(skipped)
                .singleElement()
                .satisfies(trial ->
                        assertThat(trial.skipped()).isEqualTo(underflows.given().skip(DType.FLOAT32)));
        assertThat(RunReport.of(skipped, Environment.current()).passes()).isFalse();
        assertThat(new Verifier(new TorchEngine(), List.of(new MatrixEngine()))
                        .verify(underflows, List.of(DType.FLOAT32)))
                .as("an engine that computes in float32 is asked")
                .allMatch(trial -> trial.skipped().isEmpty());

        assertThat(trials("op/tanh-matrix", List.of()))
                .allMatch(trial -> trial.skipped().isEmpty());
    }

    @Test
    void anEngineOfFloat32AloneIsNotAskedInFloat64() {
        Engine single = new GivenEngine("single", EnumSet.of(DType.FLOAT32), dtype -> {
            assertThat(dtype).isEqualTo(DType.FLOAT32);
            return new MatrixEngine().newGraph(dtype);
        });
        List<Trial> trials = Verifier.trials(single, "op/sin*").toList();
        assertThat(trials).extracting(Trial::dtype).contains(DType.FLOAT32, DType.FLOAT64);
        Failures.requireNone(trials);
        assertThat(trials)
                .filteredOn(trial -> trial.dtype() == DType.FLOAT64)
                .allSatisfy(trial -> assertThat(trial.skipped()).contains("single does not compute in float64"));
        assertThat(trials)
                .filteredOn(trial -> trial.dtype() == DType.FLOAT32)
                .allSatisfy(trial -> assertThat(trial.skipped()).isEmpty());
    }

    /** Open graphs of an engine that has not said that several at a time are fine. */
    @Test
    void anEngineIsAskedOneProgramAfterTheOther() {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Engine alone = new GivenEngine("alone", dtype -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            return counted(open, new MatrixEngine().newGraph(dtype));
        });
        Verifier verifier = new Verifier(new TorchEngine(), List.of(alone));
        List<Trial> trials = FixtureSet.bundled("op/s*").select("op/s*").parallelStream()
                .flatMap(verifier::verify)
                .toList();
        assertThat(trials).isNotEmpty();
        Failures.requireNone(trials);
        assertThat(most).hasValue(1);
    }

    private static <V> Graph<V> counted(AtomicInteger open, Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public void close() {
                open.decrementAndGet();
                graph.close();
            }
        };
    }
}
