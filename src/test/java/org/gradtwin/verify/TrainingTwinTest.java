package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.ProgramNetwork;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.fixture.training.TrainingExpectation;
import org.gradtwin.report.Environment;
import org.gradtwin.report.RunReport;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What is said of a training that was repeated; that the engines follow is {@link org.gradtwin.VerificationTest}'s. */
class TrainingTwinTest {
    private static final NamedTraining ADAM = FixtureSet.bundled("training/adam-constant")
            .selectTrainings("training/adam-constant")
            .get(0);

    private static TrainingExpectation expected(NamedTraining training) {
        return Objects.requireNonNull(training.given().expectations().get(DType.FLOAT64));
    }

    /** The training with other numbers. */
    private static NamedTraining with(TrainingExpectation expected) {
        TrainingCase given = ADAM.given();
        return new NamedTraining(
                ADAM.name(),
                ADAM.shown(),
                new TrainingCase(
                        given.id(),
                        given.comment(),
                        given.architecture(),
                        given.parameters(),
                        given.data(),
                        given.batches(),
                        given.loss(),
                        given.optimizer(),
                        given.schedule(),
                        given.steps(),
                        given.marked(),
                        given.dtypes(),
                        Map.of(DType.FLOAT64, expected)));
    }

    private static NamedTraining with(Tensor losses, Map<Integer, Map<String, Tensor>> parameters, int followable) {
        TrainingExpectation sound = expected(ADAM);
        return with(new TrainingExpectation(
                losses, parameters, sound.lossTolerances(), sound.parameterTolerances(), followable, sound.because()));
    }

    private static Tensor scaled(Tensor tensor, int from, double factor) {
        double[] values = tensor.toDoubles();
        for (int i = from; i < values.length; i++) {
            values[i] *= factor;
        }
        return Tensor.of(tensor.dtype(), tensor.shape(), values);
    }

    private static Engine engine(String name) {
        return Stream.of(new ScalarEngine(), new MatrixEngine(), new TorchEngine())
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseGet(() -> new GivenEngine(name, dtype -> new ScalarEngine().newGraph(dtype)));
    }

    private static TrainingTrial run(NamedTraining training, String engine) {
        return new TrainingTwin(training, DType.FLOAT64, engine(engine)).run();
    }

    @Test
    void everyLossAndEveryMarkedParameterIsComparedOnce() {
        for (String engine : List.of("scalar", "matrix")) {
            TrainingTrial trial = run(ADAM, engine);
            assertThat(trial.losses()).hasSize(12).hasSameSizeAs(trial.drift());
            assertThat(trial.checks()).extracting(Check::verdict).containsOnly(Verdict.AGREE);
            List<String> names = trial.checks().stream()
                    .map(check -> check.quantity().name())
                    .toList();
            assertThat(names)
                    .startsWith("loss in step 1", "loss in step 2", "loss in steps 3–5")
                    .contains("w1 after step 1", "b2 after step 12")
                    .doesNotHaveDuplicates();
            assertThat(trial.checks().stream()
                            .filter(check -> check.quantity().name().startsWith("loss"))
                            .mapToInt(check ->
                                    Objects.requireNonNull(check.comparison()).elements()))
                    .satisfies(elements ->
                            assertThat(elements.stream().mapToInt(i -> i).sum()).isEqualTo(12));
            assertThat(names).filteredOn(name -> !name.startsWith("loss")).hasSize(4 * 4);
            assertThat(trial.worst()).isPositive().isLessThan(1);
        }
    }

    @Test
    void theFirstStepOutsideIsNamedOnce() {
        TrainingExpectation sound = expected(ADAM);
        TrainingTrial trial = run(with(scaled(sound.losses(), 6, 1 + 1e-9), sound.parameters(), 12), "matrix");

        assertThat(trial.agrees()).isFalse();
        assertThat(trial.firstOff().orElseThrow().step()).isEqualTo(7);
        List<Check> failing = trial.checks().stream().filter(Check::failsGate).toList();
        assertThat(failing).hasSize(2);
        assertThat(failing.stream().flatMap(check -> trial.message(check).stream()))
                .singleElement()
                .asString()
                .startsWith(
                        "training/adam-constant: matrix leaves the recorded PyTorch in step 7 of 12 (float64), 2 of 21"
                                + " checks disagree\n\n  first off  loss of step 7\n")
                .contains("\n  expected   " + sound.losses().get(6) * (1 + 1e-9) + "\n")
                .containsPattern("\n +[1-9]\\d+ times what is allowed\n  allowed    rtol ")
                .contains("\n  rounding   allows one to follow 12 of 12 steps\n")
                .endsWith("--case training/adam-constant --dtype float64 --engine matrix");
        assertThat(trial.firstOffInWords().orElseThrow()).startsWith("loss of step 7, ");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(trial::requirePass);
    }

    private static Map<Integer, Map<String, Tensor>> offInStepTwo(TrainingExpectation sound) {
        Map<Integer, Map<String, Tensor>> parameters = new HashMap<>(sound.parameters());
        Map<String, Tensor> second = new HashMap<>(Objects.requireNonNull(parameters.get(2)));
        second.computeIfPresent("w1", (name, tensor) -> scaled(tensor, 5, 1.01));
        parameters.put(2, second);
        return parameters;
    }

    @Test
    void aParameterThatIsOffBeforeAnyLossIsNamed() {
        TrainingExpectation sound = expected(ADAM);
        TrainingTrial trial = run(with(scaled(sound.losses(), 2, 1.01), offInStepTwo(sound), 12), "scalar");

        Check first =
                trial.checks().stream().filter(Check::failsGate).findFirst().orElseThrow();
        assertThat(trial.message(first).orElseThrow())
                .contains("in step 2 of 12")
                .contains("\n  first off  w1[2, 1] after step 2\n");
    }

    /** What is as far off as allowed is not off. */
    @Test
    void aLossAsFarOffAsAllowedAgrees() {
        TrainingExpectation sound = expected(ADAM);
        double given = run(ADAM, "matrix").losses().get(1);
        double[] losses = sound.losses().toDoubles();
        losses[1] += 0.01;
        List<Tolerance> tolerances = new ArrayList<>(sound.lossTolerances());
        tolerances.set(1, new Tolerance(0, Math.abs(given - losses[1]), "exactly"));
        TrainingTrial trial = run(
                with(new TrainingExpectation(
                        Tensor.of(DType.FLOAT64, sound.losses().shape(), losses),
                        sound.parameters(),
                        tolerances,
                        sound.parameterTolerances(),
                        12,
                        sound.because())),
                "matrix");
        assertThat(trial.drift().get(1)).isEqualTo(1);
        assertThat(trial.worst()).isEqualTo(1);
        assertThat(trial.firstOff()).isEmpty();
    }

    /** In one step the loss comes before the parameters, and one that cannot be followed after all. */
    @Test
    void theLossOfAStepIsNamedBeforeItsParameters() {
        TrainingExpectation sound = expected(ADAM);
        assertThat(run(with(scaled(sound.losses(), 1, 1.01), offInStepTwo(sound), 12), "scalar")
                        .firstOff()
                        .orElseThrow()
                        .where())
                .isEqualTo("loss of step 2");
        assertThat(run(with(scaled(sound.losses(), 2, 2), sound.parameters(), 2), "scalar")
                        .firstOff())
                .isEmpty();
    }

    @Test
    void eachTypeThatIsWantedIsTrainedOnEachEngine() {
        List<Engine> engines = List.of(new MatrixEngine(), new ScalarEngine());
        assertThat(TrainingTwin.run(ADAM, engines, List.of(DType.FLOAT64)))
                .extracting(Checked::name)
                .containsExactly(
                        "training/adam-constant on matrix in float64", "training/adam-constant on scalar in float64");
        assertThat(TrainingTwin.run(ADAM, List.of(new MatrixEngine()), List.of()))
                .extracting(Checked::dtype)
                .containsExactly(DType.FLOAT32, DType.FLOAT64);
        assertThat(new TrainingTwin(ADAM, DType.FLOAT32, new MatrixEngine()))
                .hasToString("training/adam-constant on matrix in float32");
    }

    @Test
    void stepsThatCannotBeFollowedAreSkippedAndSaySo() {
        TrainingExpectation sound = expected(ADAM);
        TrainingTrial trial = run(with(scaled(sound.losses(), 4, 2), sound.parameters(), 4), "matrix");

        assertThat(trial.agrees()).isTrue();
        Map<Verdict, List<String>> names = new HashMap<>();
        trial.checks()
                .forEach(check -> names.computeIfAbsent(check.verdict(), key -> new ArrayList<>())
                        .add(check.quantity().name()));
        assertThat(names).containsOnlyKeys(Verdict.AGREE, Verdict.SKIPPED);
        assertThat(names.get(Verdict.AGREE)).contains("loss in steps 3–4", "w1 after step 3");
        assertThat(names.get(Verdict.SKIPPED)).contains("loss in step 5", "loss in steps 6–10", "w1 after step 12");
        assertThat(trial.checks())
                .filteredOn(check -> check.verdict() == Verdict.SKIPPED)
                .extracting(Check::reason)
                .containsOnly("rounding allows one to follow 4 of 12 steps");
    }

    @Test
    void aCheckThatZerosWouldPassFailsTheGate() {
        TrainingExpectation sound = expected(ADAM);
        Map<Integer, Map<String, Tensor>> parameters = new HashMap<>(sound.parameters());
        TrainingExpectation dull = new TrainingExpectation(
                sound.losses(),
                parameters,
                sound.lossTolerances().stream()
                        .map(tolerance -> new Tolerance(1, 0, "a test"))
                        .toList(),
                sound.parameterTolerances(),
                12,
                sound.because());
        TrainingTrial trial = run(with(dull), "matrix");

        assertThat(trial.checks().get(0).verdict()).isEqualTo(Verdict.VACUOUS);
        assertThat(trial.message(trial.checks().get(0)).orElseThrow()).contains("an all-zero answer would pass");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(trial::requirePass);
    }

    /** Knows graphs alone. */
    private static Engine programs(String name, boolean numbers) {
        return new GivenEngine(name, new MatrixEngine()::newGraph) {
            @Override
            public Training train(TrainingTask task) {
                return ProgramNetwork.train(this, task, numbers);
            }
        };
    }

    /** A step is a program; the update is made beside the engine. Nothing is too large for one of tensors. */
    @Test
    void anEngineOfGraphsAloneTrainsByPrograms() {
        NamedTraining digits = FixtureSet.bundled("training/digits*")
                .selectTrainings("training/digits*")
                .get(0);
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            assertThat(new TrainingTwin(ADAM, dtype, programs("numbers", true))
                            .run()
                            .agrees())
                    .isTrue();
            TrainingTrial classes = new TrainingTwin(digits, dtype, programs("tensors", false)).run();
            assertThat(classes.agrees()).isTrue();
        }
        assertThat(new TrainingTwin(digits, DType.FLOAT64, programs("numbers", true))
                        .run()
                        .checks())
                .extracting(Check::reason)
                .containsOnly("a network of 2,410 parameters is too large for numbers, which computes with numbers");
        Engine single = new GivenEngine("single", Set.of(DType.FLOAT32), new MatrixEngine()::newGraph) {
            @Override
            public Training train(TrainingTask task) {
                return ProgramNetwork.train(this, task, false);
            }
        };
        assertThat(new TrainingTwin(ADAM, DType.FLOAT64, single).run().checks())
                .extracting(Check::reason)
                .containsOnly("single does not compute in float64");
    }

    /** A training that went on after it was given up worked beside the next in the same engine, which then was off. */
    @Test
    void aTrainingThatTakesTooLongStopsBeforeItsNextStep() {
        AtomicInteger steps = new AtomicInteger();
        Training slow = new Training() {
            @Override
            public double step(int... batch) {
                long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                return steps.incrementAndGet();
            }

            @Override
            public Map<String, double[]> parameters() {
                return Map.of();
            }
        };
        Engine engine = new GivenEngine("slow", new MatrixEngine()::newGraph) {
            @Override
            public Training train(TrainingTask task) {
                return slow;
            }
        };
        TrainingTrial trial =
                new TrainingTwin(ADAM, DType.FLOAT64, DescribedEngine.of(engine, Duration.ofMillis(300))).run();
        int given = steps.get();
        LockSupport.parkNanos(Duration.ofMillis(500).toNanos());

        assertThat(trial.agrees()).isFalse();
        assertThat(given).isBetween(1, 3);
        assertThat(steps).as("steps of one that was given up").hasValue(given);
    }

    @Test
    void anEngineWithoutNetworksIsSkippedInEveryCheck() {
        TrainingTrial trial = run(ADAM, "numpy");

        assertThat(trial.isRun()).isFalse();
        assertThat(trial.checks())
                .hasSameSizeAs(run(ADAM, "scalar").checks())
                .allMatch(check ->
                        check.verdict() == Verdict.SKIPPED && "numpy does not train networks".equals(check.reason()));
    }

    @Test
    void whatDescendsIsRepeatedOnPyTorchLiveAndNothingElse() {
        Map<Boolean, List<NamedTraining>> sgd =
                FixtureSet.bundled("training/*-constant").selectTrainings("training/*-constant").stream()
                        .collect(Collectors.partitioningBy(
                                training -> training.name().startsWith("training/sgd")));
        assertThat(sgd.get(true)).hasSizeGreaterThanOrEqualTo(4).allSatisfy(training -> {
            TrainingTrial trial = run(training, "pytorch");
            assertThat(trial.agrees()).as(training.name()).isTrue();
            assertThat(trial.losses()).hasSize(training.given().steps());
        });
        assertThat(sgd.get(false))
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(training -> assertThat(run(training, "pytorch").checks())
                        .isNotEmpty()
                        .allMatch(check -> check.verdict() == Verdict.SKIPPED
                                && String.valueOf(check.reason()).startsWith("through DJL only SGD is PyTorch's own")));
    }

    @Test
    void aTrainingWithoutNumbersIsRefused() {
        TrainingTwin twin = new TrainingTwin(with(expected(ADAM)), DType.FLOAT32, new MatrixEngine());
        assertThatExceptionOfType(FixtureException.class)
                .isThrownBy(twin::run)
                .withMessageContaining("case adam-constant: expect: there are no numbers of float32 yet");
    }

    @Test
    void theReportCountsThemAndKeepsTheLosses() {
        TrainingExpectation sound = expected(ADAM);
        List<TrainingTrial> trials = List.of(
                run(ADAM, "scalar"), run(with(scaled(sound.losses(), 0, 1.01), sound.parameters(), 12), "matrix"));
        RunReport report = RunReport.of(List.of(), trials, Environment.current());

        assertThat(report.passes()).isFalse();
        assertThat(report.summary().checks())
                .isEqualTo(42)
                .isEqualTo(report.checks().size());
        assertThat(report.summary().disagree()).isEqualTo(5);
        assertThat(report.failures()).hasSize(1);
        assertThat(report.failures().get(0).check()).isEqualTo(report.checks().get(21));
        assertThat(Optional.ofNullable(report.failures().get(0).firstOff()))
                .hasValueSatisfying(text -> assertThat(text).startsWith("loss of step 1, "));
        assertThat(report.training()).singleElement().satisfies(curve -> {
            assertThat(curve.caseName()).isEqualTo("training/adam-constant");
            assertThat(curve.followable()).isEqualTo(12);
            assertThat(curve.reference()).isEqualTo(sound.losses().toDoubles());
            assertThat(curve.sides()).extracting("engine").containsExactly("scalar", "matrix");
            assertThat(curve.sides().get(1).drift()).hasSize(12);
            assertThat(curve.sides().get(1).drift()[0]).isGreaterThan(1);
        });
    }
}
