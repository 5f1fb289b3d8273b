package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.matrix.Activation;
import org.gradtwin.matrix.DenseLayer;
import org.gradtwin.matrix.Graph;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.report.draw.ProgramDrawing;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The notebook's section "Appendix: BP equations for MLPs", with equation (2) and, for a batch, (3) to (6): each written
 * out as sums over indices and held against the autograd of the matrix engine and against its closed-form layer. X is
 * (B, d), W is (d, h), b is (h), Z and Y are (B, h); φ is tanh, and ∂L/∂Y is any matrix of Y's shape.
 */
class MlpEquationsTest {
    private static final int B = 5;
    private static final int D = 4;
    private static final int H = 3;

    /** Sums of up to B terms of magnitude near 1, in two orders. */
    private static final double ROUNDING = 16 * 0x1p-53;

    private final Random random = new Random(2);
    private final double[][] x = matrix(B, D);
    private final double[][] w = matrix(D, H);
    private final double[] b = matrix(1, H)[0];
    private final double[][] dY = matrix(B, H);
    private final double[][] z = new double[B][H];
    private final double[][] y = new double[B][H];

    private final DenseLayer layer = new DenseLayer(D, H, Activation.TANH, Precision.FLOAT64);
    private final Graph graph = new Graph(Precision.FLOAT64);
    private final Matrix xs = graph.leaf(Shape.of(B, D), flat(x), true);
    private final Matrix ws = graph.leaf(Shape.of(D, H), flat(w), true);
    private final Matrix bs = graph.leaf(Shape.of(H), b, true);
    private final Matrix zs = xs.matmul(ws).add(bs);
    private final Matrix ys = zs.tanh();
    private double[] layerY = {};
    private double[] layerDX = {};

    private double[][] matrix(int rows, int columns) {
        double[][] matrix = new double[rows][];
        Arrays.setAll(matrix, row -> random.doubles(columns, -1, 1).toArray());
        return matrix;
    }

    private static double[] flat(double[]... matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Equation (2): zⱼ = x·wⱼ + bⱼ and yⱼ = φ(zⱼ), for every row of the batch. */
    @BeforeEach
    void forward() {
        for (int row = 0; row < B; row++) {
            for (int j = 0; j < H; j++) {
                z[row][j] = b[j];
                for (int i = 0; i < D; i++) {
                    z[row][j] += x[row][i] * w[i][j];
                }
                y[row][j] = Math.tanh(z[row][j]);
            }
        }
        layer.assign(flat(w), b);
        layerY = layer.forward(flat(x));
        layerDX = layer.backward(flat(dY));
        ys.backward(flat(dY));
    }

    /** Equation (3): ∂L/∂Z = ∂L/∂Y ⊙ φ'(Z), with φ'(z) = 1 − y² for tanh. */
    private double[][] dZ() {
        double[][] dZ = new double[B][H];
        for (int row = 0; row < B; row++) {
            for (int j = 0; j < H; j++) {
                dZ[row][j] = dY[row][j] * (1 - y[row][j] * y[row][j]);
            }
        }
        return dZ;
    }

    @Test
    void equation2Forward() {
        requireClose(layerY, flat(y));
        requireClose(zs.values(), flat(z));
        requireClose(ys.values(), flat(y));
    }

    @Test
    void equation3GradientOfZ() {
        requireClose(layer.preactivationGradient(), flat(dZ()));
        requireClose(zs.grad(), flat(dZ()));
    }

    /** ∂L/∂X = ∂L/∂Z·Wᵀ. */
    @Test
    void equation4GradientOfX() {
        double[][] dX = new double[B][D];
        for (int row = 0; row < B; row++) {
            for (int i = 0; i < D; i++) {
                for (int j = 0; j < H; j++) {
                    dX[row][i] += dZ()[row][j] * w[i][j];
                }
            }
        }
        requireClose(layerDX, flat(dX));
        requireClose(xs.grad(), flat(dX));
    }

    /** ∂L/∂W = Xᵀ·∂L/∂Z: the contributions of the whole batch add up. */
    @Test
    void equation5GradientOfW() {
        double[][] dW = new double[D][H];
        for (int row = 0; row < B; row++) {
            for (int i = 0; i < D; i++) {
                for (int j = 0; j < H; j++) {
                    dW[i][j] += x[row][i] * dZ()[row][j];
                }
            }
        }
        requireClose(layer.weightGradient(), flat(dW));
        requireClose(ws.grad(), flat(dW));
    }

    /** ∂L/∂b = [1, …, 1]·∂L/∂Z. */
    @Test
    void equation6GradientOfB() {
        double[] db = new double[H];
        for (int row = 0; row < B; row++) {
            for (int j = 0; j < H; j++) {
                db[j] += dZ()[row][j];
            }
        }
        requireClose(layer.biasGradient(), db);
        requireClose(bs.grad(), db);
    }

    /** The graph of a layer under a loss, with the shapes: "the shapes must check out". */
    @Test
    void theFigure() {
        Task task = Notebook.recorded("notebook/gradient-check").task();
        Figures.drawing(
                "dense-layer", ProgramDrawing.of(task, Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64)));
    }

    private static void requireClose(double @Nullable [] actual, double... expected) {
        double[] numbers = Objects.requireNonNull(actual, "there is no gradient");
        assertThat(numbers).hasSameSizeAs(expected);
        assertThat(Arrays.stream(expected).map(Math::abs).max().orElseThrow()).isGreaterThan(0.1);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(Math.abs(numbers[i] - expected[i]) <= ROUNDING)
                    .as("[%d]: %s, expected %s", i, numbers[i], expected[i])
                    .isTrue();
        }
    }
}
