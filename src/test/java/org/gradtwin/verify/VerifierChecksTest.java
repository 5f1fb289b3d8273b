package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.NotRefusedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.Expectation;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureInput;
import org.gradtwin.fixture.Skip;
import org.gradtwin.fixture.TensorSource;
import org.gradtwin.fixture.Throws;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is compared with what, where the matrix engine stands for PyTorch. */
class VerifierChecksTest {
    private static final List<DType> DOUBLE = List.of(DType.FLOAT64);

    /** A case with the numbers that the matrix engine gives. */
    private static NamedCase recorded(Map<DType, String> skips, String... program) {
        NamedCase plain = ByHand.named("op/a", program);
        Map<DType, Map<Quantity, Optional<Tensor>>> tensors = new EnumMap<>(DType.class);
        Map<DType, Map<Quantity, Tolerance>> tolerances = new EnumMap<>(DType.class);
        for (DType dtype : ByHand.BOTH) {
            Evaluation evaluation =
                    Evaluator.evaluate(new MatrixEngine(), plain.given().task(), dtype);
            tensors.put(dtype, evaluation.quantities());
            Map<Quantity, Tolerance> each = new HashMap<>();
            evaluation.quantities().keySet().forEach(quantity -> each.put(quantity, ByHand.TOLERANCE));
            tolerances.put(dtype, each);
        }
        FixtureCase given = plain.given().with(new Expectation(tensors, tolerances, Map.of()));
        return new NamedCase(
                plain.name(),
                plain.file(),
                new FixtureCase(
                        given.id(),
                        given.comment(),
                        given.flags(),
                        given.inputs(),
                        given.program(),
                        given.backward(),
                        given.dtypes(),
                        List.of(),
                        List.of(),
                        new TreeMap<>(skips)
                                .entrySet().stream()
                                        .map(skip -> new Skip(skip.getKey(), skip.getValue()))
                                        .toList(),
                        given.outcome()));
    }

    private static List<Trial> trials(NamedCase named, List<DType> dtypes, Engine twin, Engine... engines) {
        return new Verifier(twin, List.of(engines)).verify(named, dtypes).toList();
    }

    private static Engine right(String name) {
        return new GivenEngine(name, new MatrixEngine()::newGraph);
    }

    private static Stream<String> compared(List<Trial> trials) {
        return trials.stream()
                .map(trial -> trial.engine() + ": "
                        + String.join(
                                " ",
                                trial.checks().stream()
                                        .map(check -> check.against().key())
                                        .distinct()
                                        .toList()));
    }

    @Test
    void eachIsHeldAgainstPyTorchTheRecordAndASecondOpinion() {
        NamedCase named = recorded(Map.of(), "y = tanh(x)");
        Engine twin = right("pytorch");
        assertThat(compared(trials(named, DOUBLE, twin, right("own"), new ScalarEngine(), twin)))
                .containsExactly("own: pytorch expect scalar", "scalar: pytorch expect", "pytorch: expect");
        assertThat(trials(named, DOUBLE, twin, right("own")).get(0).checks())
                .extracting(Check::quantity)
                .containsExactly(
                        Quantity.value("y"),
                        Quantity.grad("x"),
                        Quantity.grad("y"),
                        Quantity.value("y"),
                        Quantity.grad("x"),
                        Quantity.grad("y"));
    }

    private static Engine secondOpinion(Engine engine) {
        return new GivenEngine("second", engine::newGraph) {
            @Override
            public boolean isSecondOpinion() {
                return true;
            }
        };
    }

    /** Throws where a program applies an op. */
    private static <V> Graph<V> throwing(Graph<V> graph, String at, RuntimeException thrown) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                if (op.id().equals(at)) {
                    throw thrown;
                }
                return graph.apply(op, operands, attributes);
            }
        };
    }

    @Test
    void aSecondOpinionThatDoesNotAnswerIsNone() {
        NamedCase named = recorded(Map.of(), "y = tanh(x)");
        Engine twin = right("pytorch");
        assertThat(compared(trials(named, DOUBLE, twin, right("own"), secondOpinion(right("any")))))
                .containsExactly("own: pytorch expect scalar", "second: pytorch expect");
        for (RuntimeException thrown :
                List.of(new UnsupportedOpException(Ops.of("tanh"), "no"), new IllegalStateException("broken"))) {
            assertThat(compared(trials(
                            named,
                            DOUBLE,
                            twin,
                            right("own"),
                            secondOpinion(new GivenEngine(
                                    "broken", dtype -> throwing(new MatrixEngine().newGraph(dtype), "tanh", thrown))))))
                    .containsExactly("own: pytorch expect", "second: pytorch expect");
        }
    }

    @Test
    void anEngineIsFirstOffWhereItLeavesTheRecord() {
        NamedCase named = recorded(Map.of(), "a = tanh(x)", "y = a * a");
        Engine right = right("right");
        Engine wrong = new WrongTanh();
        List<Trial> trials = trials(named, DOUBLE, right, right("other"), wrong);
        assertThat(trials)
                .extracting(Trial::firstOff)
                .containsExactly(Optional.empty(), Optional.of(Quantity.value("a")));
        assertThat(trials.get(0).checks()).extracting(Check::verdict).containsOnly(Verdict.AGREE);

        // Who is off the live PyTorch alone is not off.
        Trial live = trials(named, DOUBLE, wrong, right).get(0);
        assertThat(live.firstOff()).isEmpty();
        assertThat(live.checks())
                .filteredOn(check -> check.against() == Check.Against.PYTORCH)
                .extracting(Check::verdict)
                .contains(Verdict.DISAGREE);
    }

    /** A gradient of abs at 0, where PyTorch has 0. */
    private static Engine oneAtZero(boolean claimsPyTorch) {
        Engine one = Conventions.by(
                new MatrixEngine(),
                Ops.of("abs").conventions().stream()
                        .filter(convention -> convention.toString().equals("abs at 0: gradient 1"))
                        .findFirst()
                        .orElseThrow());
        return new GivenEngine("own", one::newGraph) {
            @Override
            public boolean claimsPyTorch() {
                return claimsPyTorch;
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"false, CONVENTION, ", "true, DISAGREE, gradient of x"})
    void whoClaimsToAnswerAsPyTorchHasNoConventions(boolean claims, Verdict verdict, String firstOff) {
        NamedCase named = recorded(Map.of(), "d = x - 0.5", "y = abs(d) + 1");
        Trial trial = trials(named, DOUBLE, right("pytorch"), oneAtZero(claims)).get(0);
        assertThat(trial.checks())
                .filteredOn(check -> check.verdict() != Verdict.AGREE)
                .hasSize(4)
                .extracting(Check::verdict)
                .containsOnly(verdict);
        assertThat(trial.firstOff()).isEqualTo(Optional.ofNullable(firstOff).map(any -> Quantity.grad("d")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FLOAT32         | false | FLOAT32: null; FLOAT64: beyond double
            FLOAT64         | false | FLOAT32: too large for float; FLOAT64: null
            FLOAT32 FLOAT64 | false | FLOAT32: null; FLOAT64: null
            FLOAT32 FLOAT64 | true  | FLOAT32: beyond double; FLOAT64: beyond double
            """)
    void aCaseThatLeavesATypeIsNotAskedOfEveryEngine(String types, boolean unbounded, String skipped) {
        NamedCase named =
                recorded(Map.of(DType.FLOAT32, "too large for float", DType.FLOAT64, "beyond double"), "y = tanh(x)");
        EnumSet<DType> dtypes = EnumSet.noneOf(DType.class);
        Stream.of(types.split(" ")).map(DType::valueOf).forEach(dtypes::add);
        Engine own = new GivenEngine("own", dtypes, new MatrixEngine()::newGraph) {
            @Override
            public boolean unbounded() {
                return unbounded;
            }
        };
        assertThat(trials(named, List.of(), right("pytorch"), own).stream()
                        .map(trial -> trial.dtype() + ": " + trial.skipped().orElse(null)))
                .containsExactly(skipped.split("; "));
    }

    /** An engine of float64 alone has the inputs of a case in float32 as these are in float32. */
    @Test
    void anEngineThatLacksATypeGetsItsInputsRounded() {
        List<Double> leaves = new ArrayList<>();
        Engine own = new GivenEngine(
                "own", EnumSet.of(DType.FLOAT64), dtype -> noting(new MatrixEngine().newGraph(dtype), leaves));
        NamedCase plain = recorded(Map.of(), "y = tanh(x)");
        NamedCase named = new NamedCase(plain.name(), plain.file(), withTenth(plain.given()));
        new Verifier(right("pytorch"), List.of(own)).verify(named).forEach(trial -> {});
        assertThat(leaves).containsExactly((double) 0.1f, 0.1);
    }

    private static FixtureCase withTenth(FixtureCase given) {
        FixtureInput x = new FixtureInput(new TensorSource.Values(Tensor.scalar(DType.FLOAT64, 0.1)), true);
        return new FixtureCase(
                given.id(),
                given.comment(),
                given.flags(),
                new TreeMap<>(Map.of("x", x)),
                given.program(),
                given.backward(),
                given.dtypes(),
                given.accepted(),
                given.drift(),
                given.skips(),
                given.outcome());
    }

    private static <V> Graph<V> noting(Graph<V> graph, List<Double> leaves) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V leaf(Tensor value, boolean requiresGrad) {
                leaves.add(value.get(0));
                return graph.leaf(value, requiresGrad);
            }
        };
    }

    /** What an engine does at the line that it is to refuse, or at the one before. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REFUSES   | tanh | agree: refused: line 2: no
            REFUSES   | exp  | disagree: refused elsewhere than at line 2: line 1: no
            FAILS     | tanh | disagree: broke where it should refuse line 2 (shape): line 2: java.lang.IllegalStateException: broken
            LACKS     | tanh | skipped: own lacks tanh: of no use
            IS_GONE   | tanh | disagree: broke where it should refuse line 2 (shape): it is gone
            COMPUTES  | tanh | disagree: line 2: the engine computed what PyTorch refuses: (2,) and (3,)
            NOTHING   | tanh | disagree: line 2: the engine computed what PyTorch refuses (shape)
            NO_DOUBLE | tanh | skipped: own does not compute in float64
            """)
    void aRefusalIsOfItsLine(String deed, String op, String ruling) {
        RuntimeException thrown = switch (deed) {
            case "REFUSES" -> new IllegalArgumentException("no");
            case "COMPUTES" -> new NotRefusedException("(2,) and (3,)");
            case "LACKS" -> new UnsupportedOpException(Ops.of("tanh"), "of no use");
            case "IS_GONE" -> new EngineUnavailableException("it is gone");
            default -> new IllegalStateException("broken");
        };
        thrown.setStackTrace(new StackTraceElement[0]);
        Engine own = new GivenEngine(
                "own",
                deed.equals("NO_DOUBLE") ? EnumSet.of(DType.FLOAT32) : EnumSet.of(DType.FLOAT32, DType.FLOAT64),
                dtype -> throwing(new MatrixEngine().newGraph(dtype), deed.equals("NOTHING") ? "none" : op, thrown));
        NamedCase plain = ByHand.named(
                "op/a", List.of("a = exp(x)", "y = tanh(a)"), Optional.of(new Throws(2, Throws.Reason.SHAPE)));
        List<Trial> trials = trials(plain, DOUBLE, right("pytorch"), own);
        assertThat(trials).singleElement().satisfies(trial -> {
            assertThat(trial.engine()).isEqualTo("own");
            assertThat(trial.firstOff()).isEmpty();
            assertThat(trial.checks())
                    .extracting(
                            check -> check.quantity() + " " + check.verdict().key() + ": " + check.reason())
                    .containsExactly("value of y " + ruling);
        });
    }
}
