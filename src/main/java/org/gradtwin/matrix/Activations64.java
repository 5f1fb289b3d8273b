package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;
import org.gradtwin.matrix.kernel.Kernels;

/**
 * The rows of the activation functions in float64, with PyTorch's formulas and conventions. Activations32 is made from
 * this file by the execution "float32" in pom.xml.
 */
final class Activations64 {
    /** √½. */
    private static final double SQRT_HALF = 0.7071067811865476;
    /** 1/√(2π). */
    private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;
    /** √(2/π). */
    private static final double SQRT_TWO_OVER_PI = 0.7978845608028654;

    private static final double CUBE = 0.044715;

    /** So many elements of what is computed on the way stay in the first cache. */
    private static final int BLOCK = 1024;

    /** 1/(1 + e^−x); in float32 e^−x overflows below about x = −88 and the result is 0, as in PyTorch. */
    static final Unary64 SIGMOID = new Unary64(x -> 1 / (1 + Math.exp(-x)), (g, x, y) -> g * (1 - y) * y);

    /** x. */
    static final Unary64 IDENTITY = new Unary64(
            (kernels, x, y, from, to) -> System.arraycopy(x, from, y, from, to - from),
            (kernels, g, x, y, share, from, to) -> System.arraycopy(g, from, share, from, to - from));

    /** max(x, 0), NaN and −0 kept; the derivative at 0 is 0, at NaN 1. */
    static final Unary64 RELU = new Unary64(
            Kernels::relu, (kernels, g, x, y, share, from, to) -> kernels.reluGradient(g, y, share, from, to));

    /** x·sigmoid(x). */
    static final Unary64 SILU = new Unary64(x -> x / (1 + Math.exp(-x)), (g, x, y) -> {
        double s = 1 / (1 + Math.exp(-x));
        return g * s * (1 + x * (1 - s));
    });

    /** x·Φ(x) with the normal distribution Φ(x) = (1 + erf(x/√2))/2. */
    static final Unary64 GELU = new Unary64(Activations64::gelu, Activations64::geluGradient);

    /** x·(1 + tanh(√(2/π)·(x + CUBE·x³)))/2. */
    static final Unary64 GELU_TANH = new Unary64(
            x -> 0.5 * x * (1 + Elementary.tanh(SQRT_TWO_OVER_PI * (x + CUBE * (x * x * x)))), (g, x, y) -> {
                double tanh = Elementary.tanh(SQRT_TWO_OVER_PI * (x + CUBE * (x * x * x)));
                double inner = SQRT_TWO_OVER_PI * (1 + 3 * CUBE * (x * x));
                return g * (0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * inner);
            });

    private Activations64() {}

    private static void gelu(Kernels kernels, double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = x[i] * SQRT_HALF;
        }
        kernels.erf(y, y, from, to);
        for (int i = from; i < to; i++) {
            y[i] = x[i] * 0.5 * (1 + y[i]);
        }
    }

    /** g·(Φ(x) + x·φ(x)) with the density φ(x) = e^(−x²/2)/√(2π). */
    private static void geluGradient(
            Kernels kernels, double[] g, double[] x, double[] y, double[] share, int from, int to) {
        double[] erf = new double[Math.min(BLOCK, to - from)];
        double[] bell = new double[erf.length];
        for (int at = from; at < to; at += BLOCK) {
            int count = Math.min(BLOCK, to - at);
            for (int i = 0; i < count; i++) {
                double element = x[at + i];
                erf[i] = element * SQRT_HALF;
                bell[i] = -0.5 * element * element;
            }
            kernels.erf(erf, erf, 0, count);
            kernels.exp(bell, bell, 0, count);
            for (int i = 0; i < count; i++) {
                share[at + i] = g[at + i] * (0.5 * (1 + erf[i]) + x[at + i] * (ONE_OVER_SQRT_TWO_PI * bell[i]));
            }
        }
    }

    /** x for x > 0, else slope·x; the derivative at 0 is the slope. */
    static Unary64 leakyRelu(double slope) {
        return new Unary64(x -> x > 0 ? x : x * slope, (g, x, y) -> x > 0 ? g : g * slope);
    }

    /** x for x > 0, else α·(e^x − 1); the derivative at 0 is α. */
    static Unary64 elu(double alpha) {
        return new Unary64(x -> x <= 0 ? Math.expm1(x) * alpha : x, (g, x, y) -> x <= 0 ? g * alpha * Math.exp(x) : g);
    }

    /** log(1 + e^(β·x))/β, and x where β·x exceeds the threshold. */
    static Unary64 softplus(double beta, double threshold) {
        return new Unary64(x -> x * beta > threshold ? x : Math.log1p(Math.exp(x * beta)) / beta, (g, x, y) -> {
            double z = Math.exp(x * beta);
            return x * beta > threshold ? g : g * (z / (z + 1));
        });
    }
}
