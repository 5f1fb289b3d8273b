package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import org.gradtwin.matrix.Graph;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.matrix.SoftmaxCrossEntropy;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.Test;

/**
 * The notebook's section "Cross entropy": the loss of logits s with true class t is ℓ = −sₜ + log Σₖ exp(sₖ), and for a
 * batch equation (7), ∂L/∂S = −(1/B)·(δ − softmax(S)), holds for autograd and for the closed form.
 */
class CrossEntropyTest {
    private static final double[][] S = {{1, -0.5, 0.25}, {-2, 0.125, 1.5}, {0, 0, 0}, {3, -3, 0.5}};
    private static final int[] T = {0, 1, 2, 1};
    private static final int B = S.length;
    private static final int N = 3;
    private static final double ROUNDING = 8 * 0x1p-53;

    private static double[] softmax(double... s) {
        double sum = Arrays.stream(s).map(Math::exp).sum();
        return Arrays.stream(s).map(each -> Math.exp(each) / sum).toArray();
    }

    private static double[] flat(double[]... matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    @Test
    void theLoss() {
        double mean = 0;
        for (int row = 0; row < B; row++) {
            mean += (-S[row][T[row]]
                            + Math.log(Arrays.stream(S[row]).map(Math::exp).sum()))
                    / B;
        }
        SoftmaxCrossEntropy closed = new SoftmaxCrossEntropy(N, Reduction.MEAN, Precision.FLOAT64);
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix logits = graph.constant(Shape.of(B, N), flat(S));
        requireClose(closed.forward(flat(S), T), mean);
        requireClose(Losses.crossEntropy(logits, T).item(), mean);
    }

    @Test
    void equation7GradientOfTheLogits() {
        double[] expected = new double[B * N];
        for (int row = 0; row < B; row++) {
            double[] p = softmax(S[row]);
            for (int j = 0; j < N; j++) {
                double delta = j == T[row] ? 1 : 0;
                expected[row * N + j] = -(delta - p[j]) / B;
            }
        }
        SoftmaxCrossEntropy closed = new SoftmaxCrossEntropy(N, Reduction.MEAN, Precision.FLOAT64);
        closed.forward(flat(S), T);
        double[] closedGradient = closed.backward();
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix logits = graph.leaf(Shape.of(B, N), flat(S), true);
        Losses.crossEntropy(logits, T).backward();
        double[] autograd = Objects.requireNonNull(logits.grad());
        for (int i = 0; i < expected.length; i++) {
            requireClose(closedGradient[i], expected[i]);
            requireClose(autograd[i], expected[i]);
        }
    }

    /** Confidently wrong, the gradient is large: p of the true class near 0, of the predicted one near 1. */
    @Test
    void confidenceDecidesTheSizeOfTheGradient() {
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(N, Reduction.MEAN, Precision.FLOAT64);
        double[] sure = {20, 0, 0};
        assertThat(loss.forward(sure, 0)).isLessThan(1e-8);
        assertThat(Arrays.stream(loss.backward()).map(Math::abs).max().orElseThrow())
                .isLessThan(1e-8);
        assertThat(loss.forward(sure, 1)).isBetween(20.0, 20.001);
        double[] wrong = loss.backward();
        assertThat(wrong[0]).isBetween(0.999, 1.0);
        assertThat(wrong[1]).isBetween(-1.0, -0.999);
    }

    /** The notebook's −log(softmax(s)) would be infinite here: exp(−2000) is 0 in float64. */
    @Test
    void largeLogitsDoNotUnderflow() {
        assertThat(-Math.log(Math.exp(-2000))).isInfinite();
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(2, Reduction.MEAN, Precision.FLOAT64);
        assertThat(loss.forward(new double[] {1000, -1000}, 1)).isEqualTo(2000);
        assertThat(loss.backward()).containsExactly(1, -1);
    }

    private static void requireClose(double actual, double expected) {
        assertThat(Math.abs(actual - expected) <= ROUNDING)
                .as("%s, expected %s", actual, expected)
                .isTrue();
    }
}
