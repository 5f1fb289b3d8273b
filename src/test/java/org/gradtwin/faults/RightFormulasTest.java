package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Examination;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines that are right and round otherwise than PyTorch are not called wrong, and wrong ones are in the same programs. */
class RightFormulasTest {
    private static final Set<DType> BOTH = EnumSet.of(DType.FLOAT32, DType.FLOAT64);

    private static final int SOME = 5;

    private static Set<Op> ops(NamedCase named) {
        return named.given().refusal().isPresent()
                ? Set.of()
                : named.given().parsed().ops();
    }

    private static Stream<String> disagreeing(Engine engine, NamedCase named) {
        return Recorded.verify(engine, named)
                .flatMap(trial -> trial.checks().stream())
                .filter(check -> check.verdict() == Verdict.DISAGREE)
                .map(check -> check.caseName() + " " + check.dtype() + " " + engine.name() + ": " + check.quantity()
                        + ": " + check.reason() + " " + check.comparison());
    }

    private static List<String> falseAlarms(List<NamedCase> cases) {
        assertThat(cases).isNotEmpty();
        return Alternatives.engines().parallelStream()
                .flatMap(engine -> cases.stream().flatMap(named -> disagreeing(engine, named)))
                .toList();
    }

    @Test
    void alternativesAgreeWhereErrorsCancel() {
        assertThat(falseAlarms(cancelling().toList())).isEmpty();
    }

    @Test
    void alternativesAgreeInSomeCasesOfTheirOps() {
        assertThat(falseAlarms(Alternatives.RULES.keySet().stream()
                        .flatMap(op -> Recorded.CASES.stream()
                                .filter(named ->
                                        named.name().startsWith("op/" + op.id().replace('_', '-') + "-")
                                                && ops(named).contains(op))
                                .limit(SOME))
                        .distinct()
                        .toList()))
                .isEmpty();
    }

    @Test
    @Tag("campaign")
    void alternativesAgreeInTheWholeCorpus() {
        assertThat(falseAlarms(Recorded.CASES.stream()
                        .filter(named -> ops(named).stream().anyMatch(Alternatives.RULES::containsKey))
                        .toList()))
                .isEmpty();
    }

    @Test
    void alternativesAgreeInRandomPrograms() {
        survive(SOME);
    }

    @Test
    @Tag("campaign")
    void alternativesAgreeInManyRandomPrograms() {
        survive(600);
    }

    private static void survive(int programs) {
        Campaign campaign =
                new Campaign(new TorchEngine(), new ScalarEngine(), List.copyOf(Alternatives.engines()), BOTH);
        List<Examination> all = LongStream.range(0, programs)
                .parallel()
                .mapToObj(campaign::examine)
                .toList();
        assertThat(all).flatExtracting(Examination::findings).isEmpty();
        assertThat(all.stream().mapToInt(Examination::checks).sum()).isGreaterThan(40 * programs);
    }

    /** The cases of the six programs in which right engines were called wrong. */
    static Stream<NamedCase> cancelling() {
        return Recorded.CASES.stream().filter(named -> named.name().startsWith("composition/cancel-"));
    }

    /** A fault of 1e-9, or in float32 of 1e-3, in the op whose errors cancel. */
    @ParameterizedTest
    @MethodSource("cancelling")
    void rightEnginesAgreeAndFaultsAreNoticed(NamedCase named) {
        Op op = ops(named).stream()
                .filter(Set.of(Ops.of("sigmoid"), Ops.of("tanh"), Ops.of("expm1"), Ops.of("abs"))::contains)
                .findFirst()
                .orElseThrow();
        for (Engine engine : List.of(new ScalarEngine(), new MatrixEngine())) {
            assertThat(disagreeing(engine, named)).isEmpty();
            for (DType dtype : named.given().dtypes()) {
                double error = dtype == DType.FLOAT32 ? 1e-3 : 1e-9;
                assertThat(disagreeing(off(engine, op, 1 + error), Recorded.in(named, dtype)))
                        .as("%s off by %s in %s, %s", op, error, engine.name(), dtype)
                        .isNotEmpty();
            }
        }
    }

    /** A value and a slope that are off by a factor; without claims of PyTorch's conventions it would be its own witness of others. */
    private static Engine off(Engine engine, Op op, double factor) {
        return new GivenEngine("off", engine.dtypes(), type -> off(engine.newGraph(type), op, factor, type)) {
            @Override
            public boolean claimsPyTorch() {
                return true;
            }
        };
    }

    private static <V> Graph<V> off(Graph<V> graph, Op op, double factor, DType dtype) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op applied, List<V> operands, Attributes attributes) {
                V right = graph.apply(applied, operands, attributes);
                return applied == op
                        ? graph.apply(
                                Ops.of("mul"),
                                List.of(right, graph.leaf(Tensor.scalar(dtype, factor), false)),
                                Attributes.NONE)
                        : right;
            }
        };
    }
}
