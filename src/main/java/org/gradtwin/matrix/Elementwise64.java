package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;

/**
 * The rows of the elementary functions in float64, with PyTorch's formulas and conventions. Elementwise32 is made from
 * this file by the execution "float32" in pom.xml: there, what {@link Math} computes is rounded at once.
 */
final class Elementwise64 {
    /** 2/√π. */
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    /** The derivative at 0 and at NaN is 0. */
    static final Unary64 ABS = new Unary64(Math::abs, (g, x, y) -> g * (x > 0 ? 1 : x < 0 ? -1 : 0));

    static final Unary64 EXP = new Unary64(Kernels::exp, (g, x, y) -> g * y);

    static final Unary64 EXPM1 = new Unary64(x -> Math.expm1(x), (g, x, y) -> g * (y + 1));

    static final Unary64 LOG = new Unary64(x -> Math.log(x), (g, x, y) -> g / x);

    static final Unary64 LOG1P = new Unary64(x -> Math.log1p(x), (g, x, y) -> g / (x + 1));

    static final Unary64 SQRT = new Unary64(x -> Math.sqrt(x), (g, x, y) -> g / (2 * y));

    static final Unary64 RSQRT = new Unary64(x -> 1 / Math.sqrt(x), (g, x, y) -> -0.5 * g * (y * y * y));

    static final Unary64 SIN = new Unary64(x -> Math.sin(x), (g, x, y) -> g * Math.cos(x));

    static final Unary64 COS = new Unary64(x -> Math.cos(x), (g, x, y) -> g * -Math.sin(x));

    static final Unary64 TANH = new Unary64(Kernels::tanh, (g, x, y) -> g * (1 - y * y));

    static final Unary64 ERF = new Unary64(Kernels::erf, (g, x, y) -> TWO_OVER_SQRT_PI * Math.exp(-(x * x)) * g);

    private Elementwise64() {}

    /** min(max(x, lower), upper); the gradient passes at the borders and is 0 beyond them and at NaN. */
    static Unary64 clamp(double lower, double upper) {
        return new Unary64(x -> Math.min(Math.max(x, lower), upper), (g, x, y) -> x >= lower && x <= upper ? g : 0);
    }
}
