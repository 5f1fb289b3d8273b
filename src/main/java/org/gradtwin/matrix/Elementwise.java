package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;
import org.gradtwin.matrix.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/** The rows of the elementary functions, with PyTorch's formulas and conventions. */
final class Elementwise {
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

    /** The derivative at 0 and at NaN is 0. */
    static final Unary ABS = new Unary(
            Math::abs,
            (g, x, y) -> g * (x > 0 ? 1 : x < 0 ? -1 : 0),
            Math::abs,
            (g, x, y) -> g * (x > 0 ? 1 : x < 0 ? -1 : 0));

    static final Unary EXP = Unary.elementary(Math::exp, (g, x, y) -> g * y, (g, x, y) -> g * y)
            .inBulk(new Unary.Bulk(Kernels::exp, Kernels::exp));

    static final Unary EXPM1 = Unary.elementary(Math::expm1, (g, x, y) -> g * (y + 1), (g, x, y) -> g * (y + 1));

    static final Unary LOG = Unary.elementary(Math::log, (g, x, y) -> g / x, (g, x, y) -> g / x);

    static final Unary LOG1P = Unary.elementary(Math::log1p, (g, x, y) -> g / (x + 1), (g, x, y) -> g / (x + 1));

    static final Unary SQRT = Unary.elementary(Math::sqrt, (g, x, y) -> g / (2 * y), (g, x, y) -> g / (2 * y));

    static final Unary RSQRT = new Unary(
            x -> 1 / Math.sqrt(x),
            (g, x, y) -> -0.5 * g * (y * y * y),
            x -> 1 / (float) Math.sqrt(x),
            (g, x, y) -> -0.5f * g * (y * y * y));

    static final Unary SIN =
            Unary.elementary(Math::sin, (g, x, y) -> g * Math.cos(x), (g, x, y) -> g * (float) Math.cos(x));

    static final Unary COS =
            Unary.elementary(Math::cos, (g, x, y) -> g * -Math.sin(x), (g, x, y) -> g * (float) -Math.sin(x));

    static final Unary TANH = Unary.elementary(
                    Elementary::tanh, (g, x, y) -> g * (1 - y * y), (g, x, y) -> g * (1 - y * y))
            .inBulk(new Unary.Bulk(Kernels::tanh, Kernels::tanh));

    static final Unary ERF = Unary.elementary(
            Elementary::erf,
            (g, x, y) -> TWO_OVER_SQRT_PI * Math.exp(-(x * x)) * g,
            (g, x, y) -> (float) TWO_OVER_SQRT_PI * (float) Math.exp(-(x * x)) * g);

    private Elementwise() {}

    /** min(max(x, lower), upper); the gradient passes at the borders and is 0 beyond them and at NaN. */
    static Unary clamp(@Nullable Double min, @Nullable Double max) {
        if (min == null && max == null) {
            throw new IllegalArgumentException("clamp: at least one of min and max must be given");
        }
        double lower = min == null ? Double.NEGATIVE_INFINITY : min;
        double upper = max == null ? Double.POSITIVE_INFINITY : max;
        float lower32 = (float) lower;
        float upper32 = (float) upper;
        return new Unary(
                x -> Math.min(Math.max(x, lower), upper),
                (g, x, y) -> x >= lower && x <= upper ? g : 0,
                x -> Math.min(Math.max(x, lower32), upper32),
                (g, x, y) -> x >= lower32 && x <= upper32 ? g : 0);
    }
}
