package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;
import org.gradtwin.matrix.kernel.Kernels;

/** Activation functions, as in {@code torch.nn.functional}, with PyTorch's formulas and conventions. */
public final class Activations {
    private static final double SQRT_HALF = Math.sqrt(0.5);
    private static final double ONE_OVER_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);
    private static final double SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBE = 0.044715;

    /** 1/(1 + e^−x); in float32 e^−x overflows below x = −88.7 and the result is 0, as in PyTorch. */
    static final Unary SIGMOID = new Unary(
            Elementary::sigmoid,
            (g, x, y) -> g * (1 - y) * y,
            x -> 1 / (1 + (float) Math.exp(-x)),
            (g, x, y) -> g * (1 - y) * y);

    /** x. */
    static final Unary IDENTITY = new Unary(x -> x, (g, x, y) -> g, x -> x, (g, x, y) -> g)
            .inBulk(new Unary.Bulk(
                    (kernels, x, y, from, to) -> System.arraycopy(x, from, y, from, to - from),
                    (kernels, x, y, from, to) -> System.arraycopy(x, from, y, from, to - from),
                    (kernels, g, y, share, from, to) -> System.arraycopy(g, from, share, from, to - from),
                    (kernels, g, y, share, from, to) -> System.arraycopy(g, from, share, from, to - from)));

    /** max(x, 0), NaN and −0 kept; the derivative at 0 is 0, at NaN 1. */
    static final Unary RELU = new Unary(
                    Elementary::relu,
                    (g, x, y) -> Elementary.reluGradient(g, y),
                    Elementary::relu,
                    (g, x, y) -> Elementary.reluGradient(g, y))
            .inBulk(new Unary.Bulk(Kernels::relu, Kernels::relu, Kernels::reluGradient, Kernels::reluGradient));

    /** x·sigmoid(x). */
    private static final Unary SILU = new Unary(
            x -> x / (1 + Math.exp(-x)),
            (g, x, y) -> {
                double s = Elementary.sigmoid(x);
                return g * s * (1 + x * (1 - s));
            },
            x -> x / (1 + (float) Math.exp(-x)),
            (g, x, y) -> {
                float s = 1 / (1 + (float) Math.exp(-x));
                return g * s * (1 + x * (1 - s));
            });

    /** x·Φ(x) with the normal distribution Φ(x) = (1 + erf(x/√2))/2. */
    private static final Unary GELU = new Unary(
            x -> x * 0.5 * (1 + Elementary.erf(x * SQRT_HALF)),
            (g, x, y) -> {
                double cdf = 0.5 * (1 + Elementary.erf(x * SQRT_HALF));
                double pdf = ONE_OVER_SQRT_TWO_PI * Math.exp(-0.5 * x * x);
                return g * (cdf + x * pdf);
            },
            x -> x * 0.5f * (1 + (float) Elementary.erf(x * (float) SQRT_HALF)),
            (g, x, y) -> {
                float cdf = 0.5f * (1 + (float) Elementary.erf(x * (float) SQRT_HALF));
                float pdf = (float) ONE_OVER_SQRT_TWO_PI * (float) Math.exp(-0.5f * x * x);
                return g * (cdf + x * pdf);
            });

    /** x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2. */
    private static final Unary GELU_TANH = new Unary(
            x -> 0.5 * x * (1 + Elementary.tanh(SQRT_TWO_OVER_PI * (x + CUBE * (x * x * x)))),
            (g, x, y) -> {
                double tanh = Elementary.tanh(SQRT_TWO_OVER_PI * (x + CUBE * (x * x * x)));
                double inner = SQRT_TWO_OVER_PI * (1 + 3 * CUBE * (x * x));
                return g * (0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * inner);
            },
            x -> 0.5f * x * (1 + (float) Elementary.tanh((float) SQRT_TWO_OVER_PI * (x + (float) CUBE * (x * x * x)))),
            (g, x, y) -> {
                float tanh = (float) Elementary.tanh((float) SQRT_TWO_OVER_PI * (x + (float) CUBE * (x * x * x)));
                float inner = (float) SQRT_TWO_OVER_PI * (1 + 3 * (float) CUBE * (x * x));
                return g * (0.5f * (1 + tanh) + 0.5f * x * (1 - tanh * tanh) * inner);
            });

    private Activations() {}

    /** {@code silu}: x·sigmoid(x). */
    public static Matrix silu(Matrix x) {
        return SILU.apply(x);
    }

    /** {@code gelu}: x·Φ(x) with the normal distribution Φ, or its approximation by tanh. */
    public static Matrix gelu(Matrix x, boolean approximateTanh) {
        return (approximateTanh ? GELU_TANH : GELU).apply(x);
    }

    /** {@code leaky_relu}: x for x > 0, else slope·x; the derivative at 0 is the slope. PyTorch's default is 0.01. */
    public static Matrix leakyRelu(Matrix operand, double slope) {
        float slope32 = (float) slope;
        return new Unary(
                        x -> x > 0 ? x : x * slope,
                        (g, x, y) -> x > 0 ? g : g * slope,
                        x -> x > 0 ? x : x * slope32,
                        (g, x, y) -> x > 0 ? g : g * slope32)
                .apply(operand);
    }

    /** {@code elu}: x for x > 0, else α·(e^x − 1); the derivative at 0 is α. PyTorch's default is 1. */
    public static Matrix elu(Matrix operand, double alpha) {
        float alpha32 = (float) alpha;
        return new Unary(
                        x -> x <= 0 ? Math.expm1(x) * alpha : x,
                        (g, x, y) -> x <= 0 ? g * alpha * Math.exp(x) : g,
                        x -> x <= 0 ? (float) Math.expm1(x) * alpha32 : x,
                        (g, x, y) -> x <= 0 ? g * alpha32 * (float) Math.exp(x) : g)
                .apply(operand);
    }

    /** {@code softplus}: log(1 + e^(β·x))/β, and x where β·x > threshold. PyTorch's defaults are 1 and 20. */
    public static Matrix softplus(Matrix operand, double beta, double threshold) {
        float beta32 = (float) beta;
        float threshold32 = (float) threshold;
        return new Unary(
                        x -> x * beta > threshold ? x : Math.log1p(Math.exp(x * beta)) / beta,
                        (g, x, y) -> {
                            double z = Math.exp(x * beta);
                            return x * beta > threshold ? g : g * z / (z + 1);
                        },
                        x -> x * beta32 > threshold32 ? x : (float) Math.log1p((float) Math.exp(x * beta32)) / beta32,
                        (g, x, y) -> {
                            float z = (float) Math.exp(x * beta32);
                            return x * beta32 > threshold32 ? g : g * z / (z + 1);
                        })
                .apply(operand);
    }
}
