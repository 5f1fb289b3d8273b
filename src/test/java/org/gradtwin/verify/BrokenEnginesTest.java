package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.NetworkEngine;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.Architecture;
import org.gradtwin.train.Dataset;
import org.gradtwin.train.Loss;
import org.gradtwin.train.Network;
import org.gradtwin.train.ParameterBlock;
import org.gradtwin.train.ScalarNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Engines that break down in their own ways fail their checks; they end no run, and pass none. */
class BrokenEnginesTest {
    private static final DType ASKED = DType.FLOAT32;

    /** How an engine breaks down. */
    enum Way {
        NO_GRAPH,
        NULL_GRAPH,
        LEAF,
        NULL_VALUE,
        NULL_GRADIENT,
        OVERFLOWING_STACK,
        ASSERTION,
        NOT_IMPLEMENTED,
        CHECKED_EXCEPTION,
        CLOSE,
        OTHER_TYPE;

        /** Whether nothing right is left of a kind: what was right before an engine broke down stays so. */
        boolean breaks(Quantity.Kind kind) {
            return switch (this) {
                case NO_GRAPH, NULL_GRAPH, LEAF, CLOSE, OTHER_TYPE -> true;
                case NULL_VALUE -> kind == Quantity.Kind.VALUE;
                default -> kind == Quantity.Kind.GRAD;
            };
        }
    }

    private static Engine broken(Way way) {
        return new GivenEngine("broken", dtype -> switch (way) {
            case NO_GRAPH -> throw new IllegalStateException("no memory left on the device");
            case NULL_GRAPH -> nothing();
            case OTHER_TYPE -> new MatrixEngine().newGraph(DType.FLOAT64);
            default -> breaking(new MatrixEngine().newGraph(dtype), way);
        });
    }

    private static <V> Graph<V> breaking(Graph<V> graph, Way way) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V leaf(Tensor value, boolean requiresGrad) {
                if (way == Way.LEAF) {
                    throw new IllegalArgumentException("no room for " + value.shape());
                }
                return graph.leaf(value, requiresGrad);
            }

            @Override
            public Tensor value(V value) {
                return way == Way.NULL_VALUE ? nothing() : graph.value(value);
            }

            @Override
            public Optional<Tensor> gradient(V value) {
                return way == Way.NULL_GRADIENT ? nothing() : graph.gradient(value);
            }

            @Override
            public void backward(V root, Tensor cotangent) {
                if (way == Way.OVERFLOWING_STACK) {
                    throw new StackOverflowError();
                } else if (way == Way.ASSERTION) {
                    throw new AssertionError("not a leaf");
                } else if (way == Way.NOT_IMPLEMENTED) {
                    throw new LinkageError("an operation is not implemented");
                } else if (way == Way.CHECKED_EXCEPTION) {
                    throw unchecked(new IOException("the device is gone"));
                }
                graph.backward(root, cotangent);
            }

            @Override
            public void close() {
                graph.close();
                if (way == Way.CLOSE) {
                    throw new IllegalStateException("closed twice");
                }
            }
        };
    }

    /** As engines in other languages throw it. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E unchecked(Exception exception) throws E {
        throw (E) exception;
    }

    /** What an engine in another language may well give. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    private static Trial trial(Engine engine, String name) {
        return new Verifier(new TorchEngine(), List.of(engine))
                .verify(FixtureSet.bundled(name).select(name).get(0), List.of(ASKED))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void everyCheckOfWhatBreaksDisagrees(Way way) {
        Trial trial = trial(broken(way), "op/tanh-matrix");
        assertThat(trial.checks())
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.verdict())
                        .isEqualTo(way.breaks(check.quantity().kind()) ? Verdict.DISAGREE : Verdict.AGREE));
        assertThatThrownBy(trial::requirePass)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("op/tanh-matrix: ");
    }

    /** Once, with the class of what was thrown and the place in the engine; not for every quantity, and not as what the case is for. */
    @Test
    void whatAnEngineThrowsIsShownOnce() {
        Trial trial = trial(broken(Way.CHECKED_EXCEPTION), "op/tanh-matrix");
        List<String> messages = trial.checks().stream()
                .flatMap(check -> trial.message(check).stream())
                .toList();
        assertThat(messages)
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .startsWith("op/tanh-matrix: 4 of 6 checks of broken (float32) have no number,"
                                + " the first is of the gradient of x\n")
                        .containsPattern(
                                "problem +backward: java.io.IOException: the device is gone, at .*BrokenEnginesTest.*"
                                        + "\\(BrokenEnginesTest.java:\\d+\\)\n")
                        .doesNotContain("case for")
                        .contains("  again "));
    }

    /** What was built before the statement that fails has its values. */
    @Test
    void anEngineThatFailsInAStatementHasTheValuesBefore() {
        Engine withoutTanh = new GivenEngine("without", dtype -> withoutTanh(new MatrixEngine().newGraph(dtype)));
        Trial trial = trial(withoutTanh, "notebook/testing-expression-live");
        assertThat(trial.checks())
                .filteredOn(check -> check.quantity().equals(Quantity.value("z")))
                .isNotEmpty()
                .allMatch(check -> check.verdict() == Verdict.AGREE);
        assertThat(trial.checks())
                .filteredOn(check -> check.quantity().kind() == Quantity.Kind.GRAD)
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.reason())
                        .startsWith("line 2: java.lang.IllegalStateException: no tanh, at ")
                        .contains("(BrokenEnginesTest.java:"));
    }

    private static <V> Graph<V> withoutTanh(Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<V> operands, Attributes attributes) {
                if (op == Ops.of("tanh")) {
                    throw new IllegalStateException("no tanh");
                }
                return graph.apply(op, operands, attributes);
            }
        };
    }

    /** An engine is asked its name once: it would pass under as many as it gives. */
    @Test
    void anEngineThatChangesItsNameHasTheFirst() {
        AtomicInteger asked = new AtomicInteger();
        Engine changing = new GivenEngine("", new MatrixEngine()::newGraph) {
            @Override
            public String name() {
                return "engine" + asked.incrementAndGet();
            }

            @Override
            public Set<DType> dtypes() {
                return EnumSet.of(asked.get() == 1 ? DType.FLOAT32 : DType.FLOAT64);
            }
        };
        Verifier verifier = new Verifier(new TorchEngine(), List.of(changing));
        List<Trial> trials = verifier.verify(FixtureSet.bundled("op/tanh-matrix")
                        .select("op/tanh-matrix")
                        .get(0))
                .toList();
        assertThat(asked).hasValue(1);
        assertThat(trials).hasSize(2).extracting(Trial::engine).containsOnly("engine1");
        assertThat(trials).filteredOn(trial -> trial.skipped().isPresent()).hasSize(1);
    }

    @Test
    void anEngineWithoutANameOrATypeIsRefusedInALine() {
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> DescribedEngine.of(new GivenEngine(nothing(), new MatrixEngine()::newGraph)))
                .withMessageEndingWith("GivenEngine: name() gives null: an engine needs a name");
        for (Set<DType> types : List.of(EnumSet.noneOf(DType.class), EnumSet.of(DType.INT64))) {
            assertThatExceptionOfType(EngineUnavailableException.class)
                    .isThrownBy(() -> DescribedEngine.of(new GivenEngine("e", types, new MatrixEngine()::newGraph)))
                    .withMessageEndingWith(
                            ": dtypes() gives " + types + ": an engine computes in FLOAT32, FLOAT64 or both");
        }
    }

    /** An argument that is refused before the first statement is not the refusal that the case waits for. */
    @ParameterizedTest
    @EnumSource(names = {"NO_GRAPH", "NULL_GRAPH", "LEAF"})
    void whatBreaksBeforeTheFirstStatementIsNoRefusal(Way way) {
        NamedCase refused = FixtureSet.bundled().cases().stream()
                .filter(named ->
                        named.given().refusal().filter(r -> r.line() == 1).isPresent())
                .filter(named -> named.given().dtypes().contains(ASKED))
                .findFirst()
                .orElseThrow();
        assertThat(new Verifier(new TorchEngine(), List.of(broken(way))).verify(refused, List.of(ASKED)))
                .flatExtracting(Trial::checks)
                .isNotEmpty()
                .allMatch(check -> check.verdict() == Verdict.DISAGREE);
    }

    /** Ones that are integers are no gradient, though they are equal to it. */
    @Test
    void integersInPlaceOfFloatingNumbersDisagree() {
        Engine integers = new GivenEngine("integers", dtype -> ofIntegers(new MatrixEngine().newGraph(dtype)));
        assertThat(new Verifier(new TorchEngine(), List.of(integers))
                        .verify(FixtureSet.bundled("op/sum-all")
                                .select("op/sum-all")
                                .get(0)))
                .flatExtracting(Trial::checks)
                .filteredOn(check -> check.quantity().equals(Quantity.grad("x")))
                .isNotEmpty()
                .allMatch(check -> check.verdict() == Verdict.DISAGREE);
    }

    @Test
    void anEngineUnderTheNameOfPyTorchIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verifier(
                        new TorchEngine(), List.of(new GivenEngine(TorchEngine.NAME, new MatrixEngine()::newGraph))))
                .withMessage("an engine is called pytorch, as PyTorch is: rename it");
    }

    private static <V> Graph<V> ofIntegers(Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public Optional<Tensor> gradient(V value) {
                return graph.gradient(value)
                        .map(tensor -> Tensor.indices(
                                tensor.shape(),
                                Arrays.stream(tensor.toDoubles())
                                        .mapToLong(x -> (long) x)
                                        .toArray()));
            }
        };
    }

    @Test
    void twoEnginesOfOneNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verifier(new TorchEngine(), List.of(new MatrixEngine(), new MatrixEngine())))
                .withMessage("two engines are called matrix");
    }

    @Test
    void aTrainingThatLosesAParameterDoesNotPass() {
        NamedTraining training = FixtureSet.bundled("training/sgd-*").selectTrainings("training/sgd-*").stream()
                .filter(named -> !named.given().marked().isEmpty())
                .findFirst()
                .orElseThrow();
        Network sound = new ScalarNetwork(training.given().architecture(), Initialization.uniform(0));
        String lost = sound.parameters().keySet().iterator().next();
        Network losing = new Network() {
            private boolean learned;

            @Override
            public Architecture architecture() {
                return sound.architecture();
            }

            @Override
            public Map<String, ParameterBlock> parameters() {
                Map<String, ParameterBlock> parameters = new LinkedHashMap<>(sound.parameters());
                if (learned) {
                    parameters.remove(lost);
                }
                return parameters;
            }

            @Override
            public double learn(Dataset data, int[] batch, Loss loss) {
                learned = true;
                return sound.learn(data, batch, loss);
            }

            @Override
            public double[] predict(double[] x) {
                return sound.predict(x);
            }

            @Override
            public void load(Map<String, double[]> values) {
                sound.load(values);
            }
        };
        TrainingTrial trial = new TrainingTwin(training, DType.FLOAT64, new NetworkEngine("losing", losing)).run();
        assertThat(trial.agrees()).isFalse();
        assertThatThrownBy(trial::requirePass)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(lost);
    }
}
