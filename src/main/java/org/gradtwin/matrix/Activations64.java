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

    /** 1/(1 + e^−x); in float32 e^−x overflows below about x = −88 and the result is 0, as in PyTorch. */
    static final Unary64 SIGMOID = new Unary64(x -> 1 / (1 + Math.exp(-x)), (g, x, y) -> g * (1 - y) * y);

    /** x. */
    static final Unary64 IDENTITY = new Unary64(
            x -> x,
            (g, x, y) -> g,
            (kernels, x, y, from, to) -> System.arraycopy(x, from, y, from, to - from),
            (kernels, g, y, share, from, to) -> System.arraycopy(g, from, share, from, to - from));

    /** max(x, 0), NaN and −0 kept; the derivative at 0 is 0, at NaN 1. */
    static final Unary64 RELU = new Unary64(
            Elementary::relu, (g, x, y) -> Elementary.reluGradient(g, y), Kernels::relu, Kernels::reluGradient);

    /** x·sigmoid(x). */
    static final Unary64 SILU = new Unary64(x -> x / (1 + Math.exp(-x)), (g, x, y) -> {
        double s = 1 / (1 + Math.exp(-x));
        return g * s * (1 + x * (1 - s));
    });

    /** x·Φ(x) with the normal distribution Φ(x) = (1 + erf(x/√2))/2. */
    static final Unary64 GELU = new Unary64(x -> x * 0.5 * (1 + Elementary.erf(x * SQRT_HALF)), (g, x, y) -> {
        double cdf = 0.5 * (1 + Elementary.erf(x * SQRT_HALF));
        double pdf = ONE_OVER_SQRT_TWO_PI * Math.exp(-0.5 * x * x);
        return g * (cdf + x * pdf);
    });

    /** x·(1 + tanh(√(2/π)·(x + CUBE·x³)))/2. */
    static final Unary64 GELU_TANH = new Unary64(
            x -> 0.5 * x * (1 + Elementary.tanh(SQRT_TWO_OVER_PI * (x + CUBE * (x * x * x)))), (g, x, y) -> {
                double tanh = Elementary.tanh(SQRT_TWO_OVER_PI * (x + CUBE * (x * x * x)));
                double inner = SQRT_TWO_OVER_PI * (1 + 3 * CUBE * (x * x));
                return g * (0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * inner);
            });

    private Activations64() {}

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
            return x * beta > threshold ? g : g * z / (z + 1);
        });
    }
}
