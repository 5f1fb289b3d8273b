package org.gradtwin.matrix;

import org.jspecify.annotations.Nullable;

/** The elementary functions in either format. */
final class Elementwise {
    static final Unary ABS = new Unary(Elementwise64.ABS, Elementwise32.ABS);
    static final Unary EXP = new Unary(Elementwise64.EXP, Elementwise32.EXP);
    static final Unary EXPM1 = new Unary(Elementwise64.EXPM1, Elementwise32.EXPM1);
    static final Unary LOG = new Unary(Elementwise64.LOG, Elementwise32.LOG);
    static final Unary LOG1P = new Unary(Elementwise64.LOG1P, Elementwise32.LOG1P);
    static final Unary SQRT = new Unary(Elementwise64.SQRT, Elementwise32.SQRT);
    static final Unary RSQRT = new Unary(Elementwise64.RSQRT, Elementwise32.RSQRT);
    static final Unary SIN = new Unary(Elementwise64.SIN, Elementwise32.SIN);
    static final Unary COS = new Unary(Elementwise64.COS, Elementwise32.COS);
    static final Unary TANH = new Unary(Elementwise64.TANH, Elementwise32.TANH);
    static final Unary ERF = new Unary(Elementwise64.ERF, Elementwise32.ERF);

    private Elementwise() {}

    /** min(max(x, min), max), either of which may be missing. */
    static Unary clamp(@Nullable Double min, @Nullable Double max) {
        if (min == null && max == null) {
            throw new IllegalArgumentException("clamp: at least one of min and max must be given");
        }
        double lower = min == null ? Double.NEGATIVE_INFINITY : min;
        double upper = max == null ? Double.POSITIVE_INFINITY : max;
        return new Unary(Elementwise64.clamp(lower, upper), Elementwise32.clamp((float) lower, (float) upper));
    }
}
