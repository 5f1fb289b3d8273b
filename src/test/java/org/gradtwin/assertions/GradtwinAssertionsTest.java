package org.gradtwin.assertions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.gradtwin.assertions.GradtwinAssertions.assertThatGradient;
import static org.gradtwin.assertions.GradtwinAssertions.assertThatGradients;
import static org.gradtwin.assertions.GradtwinAssertions.assertThatValue;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.gradtwin.engine.Quantity;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

class GradtwinAssertionsTest {
    private static final double[] X = {0.5, -1.0, 2.0};
    private static final Twin TWIN = Twin.of("y = sum(tanh(x)**2)").with("x", X);

    private static double[] gradient() {
        return Arrays.stream(X)
                .map(x -> 2 * Math.tanh(x) * (1 - Math.tanh(x) * Math.tanh(x)))
                .toArray();
    }

    private static String failure(ThrowingCallable assertion) {
        try {
            assertion.call();
        } catch (AssertionError e) {
            return e.getMessage();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("it passed");
    }

    @Test
    void aRightGradientAndValuePass() {
        assertThatGradient(gradient(), "x").agreesWithPyTorch(TWIN);
        assertThatValue(Arrays.stream(X).map(x -> Math.tanh(x) * Math.tanh(x)).sum(), "y")
                .agreesWithPyTorch(TWIN);
    }

    @Test
    void aWrongGradientIsToldWithIndexBothNumbersUlpWhatIsAllowedAndTheTruth() {
        double[] wrong = gradient();
        double right = wrong[1];
        wrong[1] *= 1 + 1e-9;
        List<String> lines = failure(() -> assertThatGradient(wrong, "x").agreesWithPyTorch(TWIN))
                .lines()
                .toList();
        assertThat(lines.get(0))
                .isEqualTo(
                        "y = sum(tanh(x)**2): mine disagrees with PyTorch in the gradient of x (float64), 1 of 3 elements");
        assertThat(lines)
                .contains("  worst at   [1]", "  but was    " + wrong[1])
                .anyMatch(line -> line.matches(" {2}expected {3}-0\\.639700\\d+"))
                .anyMatch(line -> line.matches(" {2}error {6}\\d\\.\\de\\+06 ulp {3}.* abs {3}1e-09 rel"))
                .anyMatch(line -> line.matches(" {2}allowed {4}rtol \\S+, atol \\S+ {3}\\(rounding, 8 noisy runs\\)"))
                .anyMatch(line -> line.matches(" {2}exact {6}\\S+ {3}\\(50 digits, rounded\\)"));
        String exact = lines.get(lines.size() - 1).strip().split(" +")[1];
        assertThat(Double.parseDouble(exact)).isCloseTo(right, offset(1e-15));
    }

    /** What float32 rounds is no error there, and is one in float64. */
    @Test
    void theTypeOfTheNumbersIsTheOneThatIsComparedIn() {
        float[] single = new float[3];
        double[] widened = new double[3];
        for (int i = 0; i < 3; i++) {
            single[i] = (float) gradient()[i];
            widened[i] = single[i];
        }
        assertThatGradient(single, "x").agreesWithPyTorch(TWIN);
        assertThat(failure(() -> assertThatGradient(widened, "x").agreesWithPyTorch(TWIN)))
                .contains("(float64)");
        single[0] *= 1 + 1e-4f;
        assertThat(failure(() -> assertThatGradient(single, "x").agreesWithPyTorch(TWIN)))
                .contains("(float32), 1 of 3 elements");
    }

    @Test
    void nestedFlatAndBufferedNumbersAreTheSame() {
        double[][] w = {{1, 2, 3}, {4, 5, 6}};
        Twin nested = Twin.of("h = w @ x", "y = sum(h)").with("w", w).with("x", X);
        Twin flat = Twin.of("h = w @ x; y = sum(h)")
                .with("w", DoubleBuffer.wrap(new double[] {9, 1, 2, 3, 4, 5, 6}).position(1), 2, 3)
                .with("x", X);
        double[] dw = {0.5, -1, 2, 0.5, -1, 2};
        for (Twin twin : List.of(nested, flat)) {
            assertThatGradient(new double[][] {X, X}, "w").agreesWithPyTorch(twin);
            assertThatGradient(dw, "w").agreesWithPyTorch(twin);
            assertThatGradient(FloatBuffer.wrap(new float[] {0.5f, -1, 2, 0.5f, -1, 2}), "w")
                    .agreesWithPyTorch(twin);
            assertThatGradients(Map.of("w", dw, "x", new double[] {5, 7, 9})).agreesWithPyTorch(twin);
            assertThatValue(new double[] {4.5, 9}, "h").agreesWithPyTorch(twin);
        }
        assertThat(failure(() -> assertThatGradient(new double[3][2], "w").agreesWithPyTorch(nested)))
                .contains("the shape is (3, 2), expected (2, 3)");
        assertThat(failure(() -> assertThatGradients(
                                Map.of("w", dw.clone(), "x", new double[] {5, 7, 10}, "h", new double[] {1, 2}))
                        .agreesWithPyTorch(nested)))
                .contains("in the gradient of x (float64)", "in the gradient of h (float64)")
                .doesNotContain("gradient of w");
    }

    @Test
    void indicesAreIntegersAndAreNotDifferentiated() {
        Twin twin = Twin.of("y = x[i].sum()").with("x", X).with("i", new int[] {2, 2});
        assertThatGradient(new double[] {0, 0, 2}, "x").agreesWithPyTorch(twin);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThatGradient(X, "i").agreesWithPyTorch(twin))
                .withMessageContaining("has no gradient of i, it has the value of y");
    }

    @Test
    void aCheckThatCouldNotFailFails() {
        Twin blunt = Twin.of("y = (exp(x) - exp(x + 1e-15)).sum()").with("x", new double[] {0.5});
        String vacuous = failure(() -> assertThatValue(0.0, "y").agreesWithPyTorch(blunt));
        assertThat(vacuous).contains("is vacuous: an all-zero answer would pass, and nobody wrote down why");
        assertThatValue(0.0, "y").acceptingDull("cancels by design").agreesWithPyTorch(blunt);
    }

    /** What is exactly 0 because it cancels may be off by rounding, and by no more. */
    @Test
    void aZeroIsWorthWhatIsAllowedBesideIt() {
        Twin cancelling = Twin.of("y = ((x + 3) - x).sum()").with("x", new double[] {0.5});
        assertThatGradient(new double[] {0}, "x").agreesWithPyTorch(cancelling);
        assertThat(failure(() -> assertThatGradient(new double[] {1e-9}, "x").agreesWithPyTorch(cancelling)))
                .contains("mine disagrees with PyTorch in the gradient of x");
    }

    @Test
    void aGradientOfManyNumbersNeedsItsCotangent() {
        Twin twin = Twin.of("y = x * x").with("x", X);
        assertThatValue(new double[] {0.25, 1, 4}, "y").agreesWithPyTorch(twin);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThatGradient(X, "x").agreesWithPyTorch(twin))
                .withMessage("'y' is of shape (3,), not one number: sum it, or use .withCotangent(…)");
        assertThatGradient(new double[] {1, 0, -4}, "x").agreesWithPyTorch(twin.withCotangent(new double[] {1, 0, -1}));
    }

    @Test
    void whatDoesNotFitTogetherIsToldInALine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Twin.of("y = sum(x)").with("z", X))
                .withMessage("the program does not read 'z', it reads x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Twin.of("y = sum(x)").with("x", X, 2, 2))
                .withMessage("x: numbers of shape (3,) are not of the shape (2, 2) that is asked for");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThatValue(1.0, "y").agreesWithPyTorch(Twin.of("y = sum(x)")))
                .withMessage("the program reads 'x': give it by .with(\"x\", …)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThatGradient("0.5", "x"))
                .withMessage("the gradient of x: java.lang.String is no number: give double or float, an array of them,"
                        + " nested or flat, or a buffer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThatGradient(new double[][] {{1, 2}, {3}}, "x"))
                .withMessage(
                        "the gradient of x: an array of 1 elements beside one of 2: all of one depth must be as long");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Twin.of("y = tahn(x)"))
                .withMessageContaining("tanh");
    }

    /** A twin of a program that no PyTorch accepts can be made: it is asked when an assertion needs it. */
    @Test
    void aTwinIsLazyAndAnswersOnceForEachType() {
        assertThatCode(() -> Twin.of("y = sum(x @ x)").with("x", new double[2][3]))
                .doesNotThrowAnyException();
        Twin twin = Twin.of("y = sum(x)").with("x", X);
        Optional<Tensor> first = twin.expected(Quantity.value("y"), DType.FLOAT64);
        assertThat(twin.expected(Quantity.value("y"), DType.FLOAT64).orElseThrow())
                .isSameAs(first.orElseThrow());
    }
}
