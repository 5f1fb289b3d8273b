package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Engines that never answer, or throw what nobody expects, cost their program: it is named, and everything else is judged. */
@Execution(ExecutionMode.CONCURRENT)
class HostileEnginesTest {
    private static final Duration LIMIT = Duration.ofMillis(500);

    private static final ExecutorService ASKED = Executors.newCachedThreadPool();

    private static final NamedCase CASE =
            FixtureSet.bundled("op/tanh-matrix").select("op/tanh-matrix").get(0);

    /** Ends the loop that nobody can end, once it was judged: it would keep a core from all tests that follow. */
    private static volatile boolean over;

    /** What each deed in backward came to. They mostly wait, so that all are asked at once. */
    private static final Map<Deed, Future<List<Trial>>> IN_BACKWARD = new EnumMap<>(Deed.class);

    /** The same of a loop in each step. */
    private static final Map<Step, Future<List<Trial>>> LOOPS = new EnumMap<>(Step.class);

    /** What is not the engine's own is not to take its time. */
    @BeforeAll
    static void warmUp() {
        new Verifier(new TorchEngine(), List.of(new MatrixEngine()))
                .verify(CASE)
                .forEach(trial -> {});
        for (Deed deed : Deed.values()) {
            IN_BACKWARD.put(deed, asked(deed, Step.BACKWARD));
        }
        for (Step step : Step.values()) {
            LOOPS.put(step, asked(Deed.IGNORES_ITS_INTERRUPTION, step));
        }
    }

    private static Future<List<Trial>> asked(Deed deed, Step step) {
        return ASKED.submit(() -> {
            try {
                return trials(hostile(deed, step));
            } finally {
                over |= deed == Deed.LOOPS;
            }
        });
    }

    @AfterAll
    static void end() {
        ASKED.shutdown();
    }

    /** What an engine does in the place of a step. */
    enum Deed {
        LOOPS("has not answered for 0.5 s") {
            @Override
            void commit() {
                while (!over) {
                    Thread.onSpinWait();
                }
            }
        },
        SLEEPS("has not answered for 0.5 s") {
            @Override
            void commit() {
                LockSupport.parkNanos(Duration.ofDays(1).toNanos());
            }
        },
        DEADLOCKS("has not answered for 0.5 s") {
            @Override
            void commit() throws InterruptedException {
                new CountDownLatch(1).await();
            }
        },
        IGNORES_ITS_INTERRUPTION("has not answered for 0.5 s") {
            @Override
            @SuppressWarnings({"InfiniteLoop", "ThreadSleep"})
            void commit() {
                while (true) {
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        // It does not care.
                    }
                }
            }
        },
        INTERRUPTS_ITSELF("java.lang.IllegalStateException: after") {
            @Override
            void commit() {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("after");
            }
        },
        RUNS_OUT_OF_MEMORY("java.lang.OutOfMemoryError: Requested array size exceeds VM limit") {
            @Override
            void commit() {
                throw new IllegalStateException("there is so much memory: " + new double[Integer.MAX_VALUE].length);
            }
        },
        THROWS_THAT_MEMORY_IS_OUT("java.lang.OutOfMemoryError: by hand") {
            @Override
            void commit() {
                throw new OutOfMemoryError("by hand");
            }
        },
        IS_GONE("org.gradtwin.engine.EngineUnavailableException: the device is gone") {
            @Override
            void commit() {
                throw new EngineUnavailableException("the device is gone");
            }
        },
        THROWS_WHAT_HAS_NO_WORDS("Wordless, whose message cannot be read") {
            @Override
            void commit() {
                throw new Wordless();
            }
        },
        THROWS_WHAT_HAS_A_NULL_FOR_WORDS("Mute") {
            @Override
            void commit() {
                throw new Mute();
            }
        },
        THROWS_A_DEATH("java.lang.ThreadDeath") {
            @Override
            @SuppressWarnings("removal")
            void commit() {
                throw new ThreadDeath();
            }
        };

        final String told;

        Deed(String told) {
            this.told = told;
        }

        abstract void commit() throws InterruptedException;
    }

    /** Throws again when it is asked what it says. */
    private static final class Wordless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("NullAway") // what others write
        public String toString() {
            return null;
        }
    }

    private enum Step {
        APPLY,
        VALUE,
        BACKWARD,
        GRADIENT,
        CLOSE
    }

    private static void commit(Deed deed) {
        try {
            deed.commit();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <V> Graph<V> hostile(Graph<V> graph, Deed deed, Step step) {
        return new ForwardingGraph<>(graph) {
            private void at(Step now) {
                if (now == step) {
                    commit(deed);
                }
            }

            @Override
            public V apply(Op op, List<V> operands, Attributes attributes) {
                at(Step.APPLY);
                return graph.apply(op, operands, attributes);
            }

            @Override
            public Tensor value(V value) {
                at(Step.VALUE);
                return graph.value(value);
            }

            @Override
            public void backward(V root, Tensor cotangent) {
                at(Step.BACKWARD);
                graph.backward(root, cotangent);
            }

            @Override
            public Optional<Tensor> gradient(V value) {
                at(Step.GRADIENT);
                return graph.gradient(value);
            }

            @Override
            public void close() {
                at(Step.CLOSE);
                graph.close();
            }
        };
    }

    /** Hostile over the first program alone. */
    private static Engine hostile(Deed deed, Step step) {
        AtomicInteger programs = new AtomicInteger();
        return new GivenEngine("hostile", dtype -> {
            Graph<?> graph = new MatrixEngine().newGraph(dtype);
            return programs.incrementAndGet() == 1 ? hostile(graph, deed, step) : graph;
        });
    }

    private static List<Trial> trials(Engine engine) {
        List<Engine> engines = List.of(DescribedEngine.of(engine, LIMIT), new ScalarEngine());
        return new Verifier(new TorchEngine(), engines).verify(CASE).toList();
    }

    @ParameterizedTest
    @EnumSource
    void whatItDoesInBackwardCostsItsProgram(Deed deed) throws Exception {
        requireOneProgram(deed, IN_BACKWARD.get(deed).get());
    }

    @ParameterizedTest
    @EnumSource
    void aLoopIsLeftWhereverItIs(Step step) throws Exception {
        requireOneProgram(Deed.IGNORES_ITS_INTERRUPTION, LOOPS.get(step).get());
    }

    private static void requireOneProgram(Deed deed, List<Trial> trials) {
        assertThat(trials).hasSize(4);
        trials.forEach(trial -> {
            boolean hit = trial.engine().equals("hostile") && trial.dtype() == DType.FLOAT32;
            if (hit) {
                assertThat(trial.checks())
                        .filteredOn(check -> check.quantity().kind() == Quantity.Kind.GRAD)
                        .isNotEmpty()
                        .allSatisfy(check -> {
                            assertThat(check.verdict()).isEqualTo(Verdict.DISAGREE);
                            assertThat(check.reason()).contains(deed.told);
                        });
                assertThat(trial.checks().stream().flatMap(check -> trial.message(check).stream()))
                        .first()
                        .asString()
                        .startsWith("op/tanh-matrix: ")
                        .contains(" of hostile (float32) ")
                        .contains(deed.told);
            } else {
                assertThat(trial.checks()).isNotEmpty().noneMatch(Check::failsGate);
            }
        });
    }

    /** One that several threads may not use does not hold them up once it is given up. */
    @Test
    void oneThatNeverAnswersIsNotAskedWithoutEnd() {
        Engine never = new GivenEngine(
                "never",
                dtype -> hostile(new MatrixEngine().newGraph(dtype), Deed.IGNORES_ITS_INTERRUPTION, Step.APPLY));
        Duration limit = Duration.ofMillis(100);
        Verifier verifier = new Verifier(new TorchEngine(), List.of(DescribedEngine.of(never, limit)));
        long start = System.nanoTime();
        List<String> reasons = FixtureSet.bundled("op/tanh-*").select("op/tanh-*").stream()
                .flatMap(verifier::verify)
                .map(trial -> String.valueOf(trial.checks().get(0).reason()))
                .toList();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(reasons).hasSizeGreaterThan(6);
        assertThat(reasons.subList(0, 3)).allMatch(reason -> reason.contains("has not answered for 0.1 s"));
        assertThat(reasons.subList(3, reasons.size()))
                .allMatch(reason -> reason.equals("never was not asked: it had not answered 3 programs in a row"));
    }

    /** Says of itself what nobody can use. */
    private static class Odd extends GivenEngine {
        private final String way;

        Odd(String way) {
            super("odd", new MatrixEngine()::newGraph);
            this.way = way;
        }

        private <T> T or(String here, T otherwise) {
            if (way.equals(here + " throws")) {
                throw new AssertionError("not now");
            } else if (way.equals(here + " is wordless")) {
                throw new Wordless();
            } else if (way.equals(here + " hangs")) {
                commit(Deed.IGNORES_ITS_INTERRUPTION);
            }
            return way.equals(here + " null") ? nothing() : otherwise;
        }

        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
        private static <T> T nothing() {
            return null;
        }

        @Override
        public String name() {
            return or("name", "odd");
        }

        @Override
        public Set<DType> dtypes() {
            return or("dtypes", super.dtypes());
        }

        @Override
        public boolean concurrent() {
            return or("concurrent", true);
        }

        @Override
        public boolean unbounded() {
            return or("unbounded", false);
        }

        @Override
        public boolean isSecondOpinion() {
            return or("second", false);
        }

        @Override
        public Optional<String> choice() {
            return or("choice", Optional.empty());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name null         | name() gives null: an engine needs a name
                    name throws       | cannot say what it is: java.lang.AssertionError: not now
                    name is wordless  | Wordless, whose message cannot be read
                    name hangs        | the engine has not answered for 0.5 s
                    dtypes null       | dtypes() gives null: an engine computes in FLOAT32, FLOAT64 or both
                    dtypes throws     | cannot say what it is: java.lang.AssertionError: not now
                    concurrent throws | cannot say what it is: java.lang.AssertionError: not now
                    unbounded throws  | cannot say what it is: java.lang.AssertionError: not now
                    second throws     | cannot say what it is: java.lang.AssertionError: not now
                    choice throws     | cannot say what it is: java.lang.AssertionError: not now
                    choice null       | cannot say what it is: java.lang.NullPointerException
                    """)
    void whatCannotSayWhatItIsIsRefusedInALine(String way, String message) {
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> DescribedEngine.of(new Odd(way), LIMIT))
                .withMessageContaining(message)
                .withMessageContaining("HostileEnginesTest$Odd");
    }

    /** Cannot be made. */
    static final class Unmade extends GivenEngine {
        Unmade() {
            super("unmade", new MatrixEngine()::newGraph);
            throw new StackOverflowError("too deep");
        }
    }

    @Test
    void whatCannotBeMadeIsRefusedInALine() {
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> DescribedEngine.ofClass(Unmade.class, LIMIT))
                .withMessage(Unmade.class.getName() + " cannot be made: java.lang.StackOverflowError: too deep");
    }

    @ParameterizedTest
    @EnumSource(names = {"IGNORES_ITS_INTERRUPTION", "THROWS_THAT_MEMORY_IS_OUT", "THROWS_WHAT_HAS_NO_WORDS"})
    void aTrainingThatBreaksOffFails(Deed deed) {
        NamedTraining given = FixtureSet.bundled("training/sgd-*")
                .selectTrainings("training/sgd-*")
                .get(0);
        Engine engine = new GivenEngine("hostile", new MatrixEngine()::newGraph) {
            @Override
            public Training train(TrainingTask task) {
                commit(deed);
                return super.train(task);
            }
        };
        List<TrainingTrial> trials =
                TrainingTwin.run(given, List.of(DescribedEngine.of(engine, LIMIT)), List.of(DType.FLOAT64));
        assertThat(trials).singleElement().satisfies(trial -> {
            assertThat(trial.checks()).isNotEmpty().allSatisfy(check -> {
                assertThat(check.verdict()).isEqualTo(Verdict.DISAGREE);
                assertThat(check.reason()).contains(deed.told);
            });
            assertThat(trial.checks().stream().flatMap(check -> trial.message(check).stream()))
                    .singleElement()
                    .asString()
                    .contains("hostile")
                    .contains(deed.told);
        });
    }
}
