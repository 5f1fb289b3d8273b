package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundingTest {
    private static final Rounding ROUNDING = new Rounding(new ScalarEngine());

    private static Tensor of(Shape shape, double... values) {
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    private static Tensor number(double value) {
        return Tensor.scalar(DType.FLOAT64, value);
    }

    /** The last statement is the root. */
    private static Task task(String lines, double cotangent, Map<String, Tensor> inputs) {
        Program program = Program.parse(lines);
        Map<String, Input> given = new LinkedHashMap<>();
        program.inputs().forEach(name -> {
            Tensor value = Objects.requireNonNull(inputs.get(name));
            given.put(name, new Input(value, value.dtype().isFloating()));
        });
        String root = program.statements().get(program.statements().size() - 1).name();
        return new Task(program, given, root, number(cotangent));
    }

    /** Programs in which right engines were called wrong: terms cancel that engines round differently. */
    static List<Task> cancelling() {
        return List.of(
                task("y = sin(x/x)", 1, Map.of("x", number(1.25))),
                task(
                        "h = x/x\nl = log(h)\ny = l1_loss(t, -l) + sin(reciprocal(h)) + sin(huber_loss(h, sigmoid(l)))",
                        -0.234375,
                        Map.of("x", number(1.56640625), "t", number(1.3515625))),
                task(
                        "h = sum(x*x)\ny = sin(h*reciprocal(h))",
                        1,
                        Map.of("x", of(Shape.of(3), 1.1015625, 0.3359375, -0.703125))),
                task(
                        "y = huber_loss(x, t, delta=0.125)",
                        -1.9453125,
                        Map.of(
                                "x",
                                of(
                                        Shape.of(5, 2),
                                        0.109375,
                                        -1.19140625,
                                        0.9921875,
                                        0.859375,
                                        1.91796875,
                                        1.62890625,
                                        -0.27734375,
                                        1.98046875,
                                        -1.96875,
                                        0.4609375),
                                "t",
                                of(Shape.of(1), 0.6171875))),
                task(
                        "y = sin(l1_loss(x, t, reduction='sum'))",
                        7.16796875,
                        Map.of(
                                "x",
                                of(
                                        Shape.of(4, 3),
                                        -0.2734375,
                                        -0.3984375,
                                        0.23828125,
                                        -0.5,
                                        0.47265625,
                                        -0.37890625,
                                        -0.19140625,
                                        -1.1796875,
                                        1.86328125,
                                        -1.93359375,
                                        0.68359375,
                                        1.6640625),
                                "t",
                                number(-0.2578125))),
                task(
                        "h = log1p(sigmoid(x) + 0.5)\n"
                                + "c = cross_entropy(h, k, ignore_index=1, label_smoothing=0.5)\n"
                                + "y = sin(var(maximum(h, c), dim=(0, 1), correction=2.0))",
                        8.140625,
                        Map.of(
                                "x",
                                of(
                                        Shape.of(2, 4),
                                        -1.49609375,
                                        -0.16015625,
                                        1.23046875,
                                        0.24609375,
                                        0.34765625,
                                        0.453125,
                                        -0.8359375,
                                        -0.1953125),
                                "k",
                                Tensor.indices(Shape.of(2), 2, 1))),
                task("y = elu(x)", 1, Map.of("x", number(-0.0078125))),
                task("y = sinc(x)", 1, Map.of("x", number(0.01171875))),
                task(
                        "p = sigmoid(x)\ny = -mean(t*log(p) + (1 - t)*log(1 - p))",
                        1,
                        Map.of("x", of(Shape.of(4), 6, -5, 9, -7), "t", of(Shape.of(4), 1, 0, 0, 1))),
                task("y = log(1 - sigmoid(x))", 1, Map.of("x", number(12))),
                task("p = sigmoid(x)\ny = log(p/(1 - p))", 1, Map.of("x", number(9))),
                task("y = log(1 + expm1(-x))", 1, Map.of("x", number(10))),
                task("t = tanh(x)\ny = 0.5*log((1 + t)/(1 - t))", 1, Map.of("x", number(4))),
                task("y = abs(x)", 0.3, Map.of("x", number(-2.3))),
                task("y = amax(broadcast_to(x, (255,)))", -0.3671875, Map.of("x", number(1.0546875))),
                task("y = logsumexp(broadcast_to(x, (2075,)), 0)", -0.5, Map.of("x", number(-0.93359375))),
                task("y = sum(exp2(broadcast_to(x, (256,))))", -1, Map.of("x", number(1.25))),
                task("y = sum(reciprocal(broadcast_to(x, (1261,))))", -1, Map.of("x", number(0.15234375))));
    }

    @ParameterizedTest
    @MethodSource("cancelling")
    void enginesThatAreRightPass(Task task) {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            Map<Quantity, Tolerance> tolerances = ROUNDING.tolerances(task, dtype, 0);
            Evaluation expected = Evaluator.evaluate(new TorchEngine(), task, dtype);
            for (Engine engine : List.of(new MatrixEngine(), new ScalarEngine())) {
                if (engine.dtypes().contains(dtype)) {
                    Evaluation actual = Evaluator.evaluate(engine, task, dtype);
                    tolerances.forEach((quantity, tolerance) -> assertThat(
                                    Comparison.of(actual.get(quantity), expected.get(quantity), tolerance))
                            .as("%s of %s on %s", quantity, task.program(), engine.name())
                            .matches(Comparison::agrees));
                }
            }
        }
    }

    private static double allowed(String lines, Map<String, Tensor> inputs, Quantity quantity) {
        return Objects.requireNonNull(ROUNDING.tolerances(task(lines, 1, inputs), DType.FLOAT64, 0)
                        .get(quantity))
                .atol();
    }

    /** The quotient of a value by itself is 1, whatever common error the value has: each use has its own. */
    @Test
    void usesOfOneValueAreOffByThemselves() {
        Map<String, Tensor> inputs = Map.of("x", number(1.25));
        assertThat(allowed("h = sin(x)\ny = h/h", inputs, Quantity.value("y"))).isBetween(1e-15, 1e-13);
        assertThat(allowed("h = sin(x)\ny = h/h", inputs, Quantity.grad("h"))).isBetween(1e-15, 1e-13);
        assertThat(allowed("y = x/x", inputs, Quantity.grad("x"))).isBetween(1e-15, 1e-13);
    }

    @Test
    void copiesOfABroadcastOperandAreOffByThemselves() {
        Map<String, Tensor> inputs = Map.of("x", of(Shape.of(2), 1.5, -1.5), "t", number(0.25));
        assertThat(allowed("y = l1_loss(x, t)", inputs, Quantity.grad("t"))).isBetween(1e-15, 1e-13);
    }

    /** The three elements, their sum, its third and the use of that are each off by 32 u, and the tolerance is four times as wide. */
    @Test
    void theMeanOfEqualElementsIsRounded() {
        Map<String, Tensor> inputs = Map.of("x", number(1.3), "w", of(Shape.of(3), 0.5, 0.5, 0.5));
        assertThat(allowed("y = var(maximum(x, w))", inputs, Quantity.grad("x")))
                .isBetween(1e-15, 4 * 3 * 4 * 32 * 0x1p-53 * 1.3);
    }

    /** With the greater pivot first, elimination makes something like 1e-17 of the 0 that comes before it. */
    @Test
    void zerosOfEliminationAreOffByARoundingOfTheLargestElement() {
        Map<String, Tensor> inputs = Map.of("a", of(Shape.of(2, 2), 1, 0, 1.25, 1), "b", of(Shape.of(2), 0, 1));
        assertThat(allowed("x = linalg.solve(a, b)\ny = x[0]", inputs, Quantity.value("y")))
                .isBetween(1e-15, 1e-13);
    }

    /** Added one after the other, n equal terms are off by n·u/2 of their sum at most (Higham 2002, section 4.2). */
    @Test
    void longSumsAreOffByAsManyRoundings() {
        for (int terms : List.of(33, 255, 2075)) {
            Map<String, Tensor> inputs = Map.of("x", number(1.25));
            String copies = "h = broadcast_to(x, (" + terms + ",))\ny = sum(h)";
            double bound = terms * 0x1p-53 / 2 * terms;
            assertThat(allowed(copies, inputs, Quantity.value("y")))
                    .isBetween(1.25 * bound / 2, 1.25 * (2 * bound + 4 * 33 * 0x1p-53 * terms));
            assertThat(allowed("y = amax(broadcast_to(x, (" + terms + ",)))", inputs, Quantity.grad("x")) * terms)
                    .isBetween(bound / 2, 4 * bound + 4 * 0x1p-53 * terms);
        }
        assertThat(allowed(
                        "y = sum(x)",
                        Map.of("x", Tensor.full(DType.FLOAT64, Shape.of(31, 31), 1)),
                        Quantity.value("y")))
                .isGreaterThan(961 * 0x1p-53 / 4 * 961);
    }

    /** No engine rounds a leaf. */
    @Test
    void leavesAreExactWhereAnOpRoundsOnce() {
        Map<String, Tensor> inputs = Map.of("x", of(Shape.of(2), 1.25, 0.5));
        assertThat(allowed("y = mse_loss(x, x)", inputs, Quantity.value("y"))).isZero();
        assertThat(allowed("h = x[0:2] - x\ny = sum(h)", inputs, Quantity.value("h")))
                .isZero();
        assertThat(allowed("h = maximum(x, x)\ny = sum(h)", inputs, Quantity.grad("x")))
                .isLessThan(1e-13);
    }

    /** A power of leaves is not moved, but where it is subnormal it is rounded to a step, more than 16 u of it; what only moves is not. */
    @Test
    void whatIsRoundedMayBeSomeSubnormalStepsOff() {
        Map<String, Tensor> inputs = Map.of("x", number(0.125), "w", number(43.125));
        for (String program : List.of("y = x**w", "y = -x")) {
            Task task = task(program, 1, inputs);
            Tolerance single = Objects.requireNonNull(
                    ROUNDING.tolerances(task, DType.FLOAT32, 0).get(Quantity.value("y")));
            assertThat(single.atol()).isEqualTo(program.contains("**") ? 8 * Float.MIN_VALUE : 0);
        }
    }

    /** One set of runs serves both types. */
    @Test
    void toleranceIsProportionalToTheUnitRoundoff() {
        Task task = cancelling().get(0);
        Map<Quantity, Tolerance> single = ROUNDING.tolerances(task, DType.FLOAT32, 0);
        ROUNDING.tolerances(task, DType.FLOAT64, 0).forEach((quantity, tolerance) -> {
            Tolerance other = Objects.requireNonNull(single.get(quantity));
            assertThat(tolerance.atol()).isEqualTo(other.atol() * 0x1p-29);
            assertThat(tolerance.rtol()).isEqualTo(other.rtol() * 0x1p-29);
        });
    }

    /** Three copies of a number, to which cotangents come back that cancel: in another order their sum is 0. */
    @Test
    void whatComesBackToCopiesMayBeAddedInAnyOrder() {
        String copies = "y = sum(broadcast_to(x, (3,))*g)";
        String rows = "y = sum(w[t]*g)";
        Tensor cancelling = of(Shape.of(3), -0x1p60, 0x1p60, -1);
        assertThat(allowed(copies, Map.of("x", number(1.25), "g", cancelling), Quantity.grad("x")))
                .isGreaterThan(1);
        assertThat(allowed(
                        rows,
                        Map.of(
                                "w",
                                of(Shape.of(2), 1.25, 3),
                                "t",
                                Tensor.indices(Shape.of(3), 0, 0, 0),
                                "g",
                                cancelling),
                        Quantity.grad("w")))
                .isGreaterThan(1);
        // An op that broadcasts makes the copies by itself.
        for (String op :
                List.of("x * w", "lerp(x, w, 0.25)", "addcmul(x, w, w)", "where(w > 0, x, w)", "maximum(x, w)")) {
            assertThat(allowed(
                            "y = sum(" + op + " * g)",
                            Map.of("x", number(4), "w", of(Shape.of(3), 1, 2, 3), "g", cancelling),
                            Quantity.grad("x")))
                    .as(op)
                    .isGreaterThan(1);
        }
        // Three windows of five numbers: there are fewer than three times as many, but the third is in all of them.
        assertThat(allowed(
                        "y = sum(x.unfold(0, 3, 1)[:, :1] * g) + sum(x.unfold(0, 3, 1) * g)",
                        Map.of("x", of(Shape.of(5), 1, 2, 3, 4, 5), "g", of(Shape.of(3, 1), -0x1p60, 0x1p60, -1)),
                        Quantity.grad("x")))
                .isGreaterThan(1);
    }

    /** All copies of a number are rounded alike, which makes n times the error of one, and not √n times. */
    @Test
    void whatIsEqualIsOffInOneDirection() {
        int copies = 1024;
        assertThat(allowed(
                                "h = sin(x)\ny = sum(exp(broadcast_to(h, (" + copies + ",))))",
                                Map.of("x", number(1.25)),
                                Quantity.value("y"))
                        / copies)
                .isGreaterThan(allowed("h = sin(x)\ny = exp(h)", Map.of("x", number(1.25)), Quantity.value("y")) / 2);
    }

    /** A leaf that is copied twice, or copied and then summed in each place, gets as many terms as the product. */
    @Test
    void copiesOfCopiesComeBackInOneSum() {
        Map<String, Tensor> inputs = Map.of("x", number(1.25), "w", Tensor.full(DType.FLOAT64, Shape.of(255), 1));
        assertThat(allowed("y = sum(broadcast_to(x, (255, 1)) * w)", inputs, Quantity.grad("x")))
                .isGreaterThan(255.0 * 255 * (255.0 * 255 * 0x1p-53 / 2) / 2);
        assertThat(allowed(
                        "y = sum(logcumsumexp(broadcast_to(x, (127,)), dim=0))",
                        Map.of("x", number(1.25)),
                        Quantity.grad("x")))
                .isGreaterThan(127 * (127.0 * 127 / 2 * 0x1p-53 / 2) / 2);
    }

    /** The weight of the 200th element is a difference of places: it is off by 200 roundings, whoever computes it. */
    @Test
    void theWeightsOfAnInterpolationAreAsFarOffAsItsPlaces() {
        double[] slope = new double[256];
        slope[201] = 1;
        assertThat(allowed(
                        "y = sum(interpolate(x, size=(1, 200), mode='bilinear'))",
                        Map.of("x", of(Shape.of(1, 1, 1, 256), slope)),
                        Quantity.value("y")))
                .isGreaterThan(100 * 0x1p-53);
    }

    /** So a comparison that agrees after a few runs needs no more of them. */
    @ParameterizedTest
    @MethodSource("cancelling")
    void everyRunAllowsNoLessThanTheOnesBefore(Task task) {
        Map<Quantity, Tolerance> all = ROUNDING.tolerances(task, DType.FLOAT64, 7);
        Rounding.Spreads spreads = ROUNDING.spreads(new Drawn(task, null), 7);
        Map<Quantity, Tolerance> before = new LinkedHashMap<>();
        int runs = 0;
        do {
            all.keySet().forEach(quantity -> {
                Tolerance now = spreads.tolerance(quantity, DType.FLOAT64);
                Tolerance then = before.put(quantity, now);
                assertThat(now.atol()).isGreaterThanOrEqualTo(then == null ? 0 : then.atol());
            });
            runs++;
        } while (spreads.grow());
        assertThat(runs).isEqualTo(9);
        assertThat(before).isEqualTo(all);
    }

    /** In float64, three terms of 6e307 overflow before one of −2.8e307 follows: in another order their sum is 1.51e308. */
    @Test
    void anInfinityStandsForANumberNearTheLargestOfItsSign() {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            double largest = dtype == DType.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
            double infinite = Double.POSITIVE_INFINITY;
            assertThat(agrees(dtype, -infinite, -0.84 * largest)).isTrue();
            assertThat(agrees(dtype, infinite, -0.84 * largest)).isFalse();
            assertThat(agrees(dtype, infinite, largest / 20)).isFalse();
            assertThat(agrees(dtype, Double.NaN, largest)).isFalse();
            assertThat(agrees(dtype, largest, infinite)).isFalse();
        }
    }

    private static boolean agrees(DType dtype, double actual, double expected) {
        return Rounding.compare(
                        Optional.of(Tensor.scalar(dtype, actual)),
                        Optional.of(Tensor.scalar(dtype, expected)),
                        new Tolerance(1e-6, 0, "a test"))
                .agrees();
    }
}
