package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.report.Environment;
import org.gradtwin.report.RunReport;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.Trial;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways in which harnesses have been wrong, H1 to H24, none of which gradtwin shares. Covered elsewhere: H8 (a refactoring
 * broke the check) by {@link MutationScoreTest}; H9, H15 (a failure that is not reported, an exit code of 0) by
 * {@code VerifyCommandTest} and {@code h09} here; H20 (an optimizer's test of too few or too many steps) by the optimizers'
 * own tests; H21 (gather for scatter) by {@link Fault#M19_GATHER_FOR_SCATTER}. H6 (projections on a random vector, with a
 * tolerance that grows with it) cannot happen where every element is compared; {@code h04} shows it.
 */
class HarnessFaultsTest {
    private static final Tolerance TIGHT = new Tolerance(1e-12, 0, "for a test");

    private static Tensor vector(double... values) {
        return Tensor.of(DType.FLOAT64, Shape.of(values.length), values);
    }

    private static NamedCase corpus(String name) {
        return Recorded.CASES.stream()
                .filter(named -> named.name().equals(name))
                .findFirst()
                .map(named -> Recorded.in(named, DType.FLOAT64))
                .orElseThrow();
    }

    private static Trial trial(Engine engine, String name) {
        return Recorded.verify(engine, corpus(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"NaN,1", "1,NaN", "NaN,Infinity", "Infinity,-Infinity", "Infinity,1", "1,Infinity", "NaN,0"})
    void h01H18H24NanAndInfinityNeverPassForANumber(double actual, double expected) {
        Tolerance wide = new Tolerance(0.5, 1e300, "for a test");
        Comparison comparison = Comparison.of(vector(2, actual), vector(2, expected), wide);
        assertThat(comparison.agrees()).isFalse();
        assertThat(comparison.mismatched()).isEqualTo(1);
        assertThat(comparison.worst().index()).containsExactly(1);
    }

    @Test
    void h01AFailureNamesIndexAndBothValues() {
        Trial trial = trial(FaultyEngine.with(Fault.M21_TANH), "op/tanh-matrix");
        Check check =
                trial.checks().stream().filter(Check::failsGate).findFirst().orElseThrow();
        assertThatThrownBy(trial::requirePass)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(Arrays.toString(check.comparison().worst().index()))
                .hasMessageContaining(Double.toString(check.comparison().worst().expected()))
                .hasMessageContaining(Double.toString(check.comparison().worst().actual()));
    }

    @Test
    void h02ACotangentOfOnesWouldBeVacuousForSoftmax() {
        FixtureCase given = corpus("op/softmax-rows").given();
        Task task = given.task();
        Tensor ones = Tensor.full(DType.FLOAT64, task.cotangent().shape(), 1);
        Evaluation blind = Evaluator.evaluate(
                FaultyEngine.right(), new Task(task.program(), task.inputs(), task.root(), ones), DType.FLOAT64);
        Tensor gradient = blind.get(Quantity.grad("x")).orElseThrow();
        assertThat(Arrays.stream(gradient.toDoubles())).allMatch(g -> Math.abs(g) < 1e-15);
        Tolerance rounding = new Tolerance(0, 1e-15, "a few roundings of numbers up to 1");
        assertThat(Sharpness.of(gradient, rounding).vacuous()).isTrue();
        Tensor recorded = given.expected(DType.FLOAT64).get(Quantity.grad("x")).orElseThrow();
        assertThat(Sharpness.of(recorded, rounding).sharpness()).isLessThan(1e-10);
    }

    @Test
    void h03H19EveryValueAndEveryGradientIsCompared() {
        int compared = 0;
        for (NamedCase named : Recorded.CASES) {
            if (named.given().expectation().isEmpty()) {
                continue;
            }
            for (DType dtype : named.given().dtypes()) {
                Task task = named.given().task();
                Map<String, Type> types = task.types(dtype);
                Set<Quantity> recorded = named.given().expected(dtype).keySet();
                Stream<Quantity> values = task.program().statements().stream()
                        .map(Statement::name)
                        .filter(name -> types.get(name).dtype().isFloating())
                        .map(Quantity::value);
                // Between y and x of g = grad(y, x) formulas may differ, and nothing is recorded.
                Set<String> undetermined = task.program().undetermined();
                Stream<Quantity> gradients = types.entrySet().stream()
                        .filter(entry -> entry.getValue().requiresGrad() && !undetermined.contains(entry.getKey()))
                        .map(entry -> Quantity.grad(entry.getKey()));
                List<Quantity> wanted = Stream.concat(values, gradients).toList();
                assertThat(recorded).as(named.name()).containsExactlyInAnyOrderElementsOf(wanted);
                compared += wanted.size();
            }
        }
        assertThat(compared).isGreaterThan(5000);
    }

    @ParameterizedTest
    @CsvSource({"1", "12", "1000", "100000"})
    void h04H06TheToleranceDoesNotGrowWithTheSize(int size) {
        double[] right = IntStream.range(0, size).mapToDouble(i -> 1 + i % 7).toArray();
        double[] wrong = right.clone();
        wrong[size / 2] *= 1 + 3e-12;
        Comparison comparison = Comparison.of(vector(wrong), vector(right), TIGHT);
        assertThat(comparison.mismatched()).isEqualTo(1);
        assertThat(comparison.elements()).isEqualTo(size);
    }

    @ParameterizedTest
    @MethodSource("org.gradtwin.language.Ops#all")
    void h05H22H24InputsAreOfBothSignsAndSpecial(Op op) {
        if (op.group() != Group.ELEMENTWISE && op != Ops.of("prod") && op != Ops.of("pow")) {
            return;
        }
        List<Double> inputs = Recorded.CASES.stream()
                .filter(named -> named.file().path().equals("op/" + op.id() + ".json"))
                .flatMap(named -> named.given().task().inputs().values().stream())
                .filter(input -> input.value().dtype().isFloating())
                .flatMap(input -> Arrays.stream(input.value().toDoubles()).boxed())
                .toList();
        Map<String, Predicate<Double>> kinds = Map.of(
                "negative", x -> x < 0,
                "above one", x -> x > 1,
                "zero", x -> x == 0,
                "NaN", x -> x.isNaN(),
                "infinite", x -> x.isInfinite(),
                "subnormal", x -> x != 0 && Math.abs(x) < Float.MIN_NORMAL);
        Set<String> missing = new TreeSet<>(kinds.keySet());
        missing.removeIf(kind -> inputs.stream().anyMatch(kinds.get(kind)));
        assertThat(missing).as(op.id()).isEmpty();
    }

    /** An engine that has one op less. */
    private static Engine without(Op missing) {
        return FaultyEngine.with(
                Rule.value(call -> {
                    throw new UnsupportedOpException(missing, "left out for a test");
                }),
                Set.of(missing));
    }

    @Test
    void h07H13WhatIsSkippedIsCountedWithItsReason() {
        List<Trial> trials = Stream.of("op/tanh-matrix", "op/exp-matrix")
                .map(name -> trial(without(Ops.of("tanh")), name))
                .toList();
        RunReport.Summary summary = RunReport.of(trials, Environment.current()).summary();
        assertThat(summary.skipped()).isPositive();
        assertThat(summary.agree()).isPositive();
        assertThat(summary.agree() + summary.skipped()).isEqualTo(summary.checks());
        assertThat(trials.get(0).checks())
                .allMatch(check -> check.verdict() == Verdict.SKIPPED)
                .allMatch(check -> check.reason().contains("left out for a test"));
    }

    @Test
    void h09EveryFailingCheckFailsItsTrial() {
        Trial trial = trial(FaultyEngine.with(Fault.M21_TANH), "op/tanh-chained");
        List<Check> failing = trial.checks().stream().filter(Check::failsGate).toList();
        assertThat(failing)
                .hasSize(3)
                .allSatisfy(check -> assertThat(trial.message(check).orElseThrow())
                        .contains("disagrees with", " in the " + check.quantity()));
        assertThatThrownBy(trial::requirePass)
                .satisfies(error -> assertThat(error.getMessage().split("disagrees with", -1))
                        .hasSize(Checked.SHOWN + 1))
                .hasMessageEndingWith("… 3 checks fail, 2 messages are shown");
    }

    /** What the gradients of one op are multiplied by: nothing is insensitive to it, and no op goes unexercised. */
    @ParameterizedTest
    @MethodSource("org.gradtwin.language.Ops#all")
    void h10H16H17EveryOpsGradientMatters(Op op) {
        Assumptions.assumeTrue(op.isDifferentiable() && !op.isStepwise(), "no gradient flows through " + op);
        List<NamedCase> cases = Recorded.CASES.stream()
                .filter(named -> named.file().path().equals("op/" + op.id() + ".json"))
                .map(named -> Recorded.in(named, DType.FLOAT64))
                .toList();
        for (double factor : new double[] {0, -1, 10, 1.05, 1 + 1e-6}) {
            Engine engine = FaultyEngine.with(scaled(factor), Set.of(op));
            long noticed = cases.stream()
                    .filter(named -> Recorded.verify(engine, named)
                            .flatMap(trial -> trial.checks().stream())
                            .anyMatch(check -> check.quantity().kind() == Quantity.Kind.GRAD
                                    && check.comparison() != null
                                    && check.verdict() == Verdict.DISAGREE))
                    .limit(2)
                    .count();
            assertThat(noticed).as("gradient of %s times %s", op.id(), factor).isGreaterThan(1);
        }
    }

    private static Rule scaled(double factor) {
        return Rule.gradients((call, g, right) -> {
            for (double[] gradient : right) {
                for (int i = 0; gradient != null && i < gradient.length; i++) {
                    gradient[i] *= factor;
                }
            }
            return right;
        });
    }

    @Test
    void h11APrefixIsNotEqual() {
        assertThat(Comparison.of(vector(1, 2), vector(1, 2, 3), TIGHT).agrees()).isFalse();
        assertThat(Comparison.of(vector(1, 2, 3), vector(1, 2), TIGHT).agrees()).isFalse();
        Tensor column = Tensor.of(DType.FLOAT64, Shape.of(2, 1), 1, 2);
        assertThat(Comparison.of(column, vector(1, 2), TIGHT).agrees()).isFalse();
        assertThat(Comparison.of(vector(1, 2).to(DType.FLOAT32), vector(1, 2), TIGHT)
                        .agrees())
                .isFalse();
    }

    @Test
    void h12AMissingGradientIsNeitherZeroNorTheEnd() {
        Optional<Tensor> zero = Optional.of(vector(0, 0));
        assertThat(Comparison.of(Optional.empty(), zero, TIGHT).agrees()).isFalse();
        assertThat(Comparison.of(zero, Optional.empty(), TIGHT).agrees()).isFalse();
        assertThat(Comparison.of(Optional.<Tensor>empty(), Optional.empty(), TIGHT)
                        .agrees())
                .isTrue();
        Engine forgetful = FaultyEngine.with(
                Rule.gradients((call, g, right) -> {
                    right[0] = null;
                    return right;
                }),
                Set.of(Ops.of("tanh")));
        List<Check> failing = trial(forgetful, "op/tanh-chained").checks().stream()
                .filter(Check::failsGate)
                .toList();
        assertThat(failing).extracting(check -> check.quantity().name()).containsExactlyInAnyOrder("a", "b", "x");
        assertThat(failing).allMatch(check -> check.reason().startsWith("there is no gradient"));
    }

    @Test
    void h14AnErrorManyTimesTheSizeThatPassesMakesTheCheckVacuous() {
        Tolerance loose = new Tolerance(1e-3, 1e-3, "for a test");
        Tensor expected = vector(1e-6);
        Comparison comparison = Comparison.of(vector(1.588e-3 - 1e-3 + 1e-6), expected, loose);
        assertThat(comparison.agrees()).isTrue();
        assertThat(comparison.worst().rel()).isGreaterThan(500);
        assertThat(Sharpness.of(expected, loose).vacuous()).isTrue();
    }

    @Test
    void h17AnEmptyComparisonIsVacuousAndAnEngineThatFailsIsNotCovered() {
        assertThat(Sharpness.of(vector(), TIGHT).vacuous()).isTrue();
        Engine failing = FaultyEngine.with(
                Rule.value(call -> {
                    throw new IllegalStateException("broken for a test");
                }),
                Set.of(Ops.of("tanh")));
        assertThat(trial(failing, "op/tanh-matrix").checks())
                .isNotEmpty()
                .allMatch(check -> check.verdict() == Verdict.DISAGREE);
    }

    @Test
    void h23RelativeAndAbsoluteToleranceAreNotSwapped() {
        Tolerance relative = new Tolerance(0.1, 0, "for a test");
        Tolerance absolute = new Tolerance(0, 0.1, "for a test");
        assertThat(relative.agrees(105, 100)).isTrue();
        assertThat(absolute.agrees(105, 100)).isFalse();
        assertThat(relative.agrees(0.05, 0)).isFalse();
        assertThat(absolute.agrees(0.05, 0)).isTrue();
    }

    /** Not among the rows: an engine under test is asked once, so that it must give the same bits each time. */
    @ParameterizedTest
    @MethodSource
    void evaluationsRepeat(Engine engine) {
        int repeated = 0;
        for (int i = 0; i < Recorded.CASES.size(); i += 4) {
            NamedCase named = Recorded.CASES.get(i);
            if (named.given().expectation().isPresent()
                    && named.given().program().size() < 20) {
                Task task = named.given().task();
                Evaluation first = Evaluator.evaluate(engine, task, DType.FLOAT64);
                assertThat(Evaluator.evaluate(engine, task, DType.FLOAT64).quantities())
                        .as(named.name())
                        .isEqualTo(first.quantities());
                repeated++;
            }
        }
        assertThat(repeated).isGreaterThan(800);
    }

    static List<Engine> evaluationsRepeat() {
        return List.of(new ScalarEngine(), new MatrixEngine());
    }
}
