package org.gradtwin.matrix.kernel;

/** Elementary functions that {@link Math} lacks, or defines differently from C. */
@SuppressWarnings("FloatingPointLiteralPrecision") // the coefficients as they were published
public final class Elementary {
    private Elementary() {}

    /** x to the power y as C defines it: 1 for x = 1 even if y is NaN, and for x = −1 and infinite y. */
    public static double pow(double x, double y) {
        return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : Math.pow(x, y);
    }

    /** max(x, 0), NaN and −0 kept. The one comparison left to a branch is mostly false: signs are not. */
    public static double relu(double x) {
        return x == 0 ? x : Math.max(x, 0);
    }

    /** The same in float32. */
    public static float relu(float x) {
        return x == 0 ? x : Math.max(x, 0);
    }

    /** The gradient of x where y = max(x, 0) has gradient g: 0 for y ≤ 0, g otherwise and for NaN. */
    public static double reluGradient(double g, double y) {
        return y <= 0 ? 0 : g;
    }

    /** The same in float32. */
    public static float reluGradient(float g, float y) {
        return y <= 0 ? 0 : g;
    }

    /** tanh x = t/(t + 2) with t = e^(2|x|) − 1; within 2 ulp, and several times as fast as {@link Math#tanh}. */
    public static double tanh(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        // From 22 on, tanh rounds to 1. With n = round(2|x|/ln 2), t = 2^n·(e^r − 1) + (2^n − 1).
        double doubled = 2 * Math.min(Math.abs(x), 22);
        double n = Math.rint(doubled * LOG2_E);
        double r = doubled - n * LN2_HIGH - n * LN2_LOW;
        double scale = Double.longBitsToDouble(((long) n + 1023) << 52);
        double rest = r * r * polynomial(r, EXPM1);
        double q = r + rest;
        double qLow = rest - (q - r);
        double t = scale * q + (scale - 1);
        double tLow = scale * q - (t - (scale - 1)) + scale * qLow;
        double d = t + 2;
        if (t >= 2) {
            // Better conditioned.
            return Math.copySign(1 - 2 / d, x);
        }
        double dLow = t - (d - 2);
        double y = t / d;
        // What the roundings of t and d have lost, with 1/d = (1 − y)/2.
        return Math.copySign(y + (tLow - y * dLow) * (1 - y) * 0.5, x);
    }

    private static final double LOG2_E = 1 / Math.log(2);
    /** ln 2 in two parts: n times the first is exact. */
    private static final double LN2_HIGH = 0x1.62e42feep-1;

    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

    /** Taylor coefficients of (e^r − 1 − r)/r² for |r| ≤ ln(2)/2. */
    private static final double[] EXPM1 = {
        1.0 / 2,
        1.0 / 6,
        1.0 / 24,
        1.0 / 120,
        1.0 / 720,
        1.0 / 5040,
        1.0 / 40320,
        1.0 / 362880,
        1.0 / 3628800,
        1.0 / 39916800,
        1.0 / 479001600,
        1.0 / 6227020800.0
    };

    /** 1/(1 + e^−x). For large negative x this is e^x in all its digits; it never overflows. */
    public static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** log(1/(1 + e^−x)) = min(x, 0) − log(1 + e^−|x|), which neither overflows nor loses the tails. */
    public static double logSigmoid(double x) {
        return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
    }

    /**
     * The error function, in double with an error below 1 ulp. Rational approximations by interval and their
     * coefficients as published in FreeBSD's msun {@code s_erf.c}: Copyright (C) 1993 by Sun Microsystems, Inc.,
     * permission to use, copy, modify, and distribute freely granted, provided that this notice is preserved.
     */
    public static double erf(double x) {
        double magnitude = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        } else if (magnitude >= 6) {
            return Math.signum(x);
        } else if (magnitude < 0x1p-28) {
            return x + NEAR_ZERO * x;
        } else if (magnitude < 0.84375) {
            double z = x * x;
            return x + x * (polynomial(z, P) / polynomial(z, Q));
        } else if (magnitude < 1.25) {
            double s = magnitude - 1;
            return Math.copySign(ERX + polynomial(s, PA) / polynomial(s, QA), x);
        }
        return Math.copySign(1 - tail(magnitude), x);
    }

    /** 1 − erf(x), also where erf(x) rounds to 1. */
    public static double erfc(double x) {
        return x < 1.25 || Double.isNaN(x) ? x < 0.5 ? 1 - erf(x) : 0.5 - (erf(x) - 0.5) : x < 28 ? tail(x) : 0;
    }

    /** 1 − erf(x) for 1.25 ≤ x. */
    private static double tail(double x) {
        double s = 1 / (x * x);
        double ratio = x < 1 / 0.35 ? polynomial(s, RA) / polynomial(s, SA) : polynomial(s, RB) / polynomial(s, SB);
        // e^(-x*x) without losing the digits that x*x is rounded by: z is x cut to its upper half.
        double z = Double.longBitsToDouble(Double.doubleToRawLongBits(x) & 0xffffffff00000000L);
        return Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio) / x;
    }

    private static double polynomial(double x, double[] coefficients) {
        double sum = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }

    private static final double NEAR_ZERO = 1.28379167095512586316e-01;
    static final double ERX = 8.45062911510467529297e-01;
    static final double[] P = {
        1.28379167095512558561e-01,
        -3.25042107247001499370e-01,
        -2.84817495755985104766e-02,
        -5.77027029648944159157e-03,
        -2.37630166566501626084e-05
    };
    static final double[] Q = {
        1,
        3.97917223959155352819e-01,
        6.50222499887672944485e-02,
        5.08130628187576562776e-03,
        1.32494738004321644526e-04,
        -3.96022827877536812320e-06
    };
    static final double[] PA = {
        -2.36211856075265944077e-03,
        4.14856118683748331666e-01,
        -3.72207876035701323847e-01,
        3.18346619901161753674e-01,
        -1.10894694282396677476e-01,
        3.54783043256182359371e-02,
        -2.16637559486879084300e-03
    };
    static final double[] QA = {
        1,
        1.06420880400844228286e-01,
        5.40397917702171048937e-01,
        7.18286544141962662868e-02,
        1.26171219808761642112e-01,
        1.36370839120290507362e-02,
        1.19844998467991074170e-02
    };
    static final double[] RA = {
        -9.86494403484714822705e-03,
        -6.93858572707181764372e-01,
        -1.05586262253232909814e+01,
        -6.23753324503260060396e+01,
        -1.62396669462573470355e+02,
        -1.84605092906711035994e+02,
        -8.12874355063065934246e+01,
        -9.81432934416914548592e+00
    };
    static final double[] SA = {
        1,
        1.96512716674392571292e+01,
        1.37657754143519042600e+02,
        4.34565877475229228821e+02,
        6.45387271733267880336e+02,
        4.29008140027567833386e+02,
        1.08635005541779435134e+02,
        6.57024977031928170135e+00,
        -6.04244152148580987438e-02
    };
    static final double[] RB = {
        -9.86494292470009928597e-03,
        -7.99283237680523006574e-01,
        -1.77579549177547519889e+01,
        -1.60636384855821916062e+02,
        -6.37566443368389627722e+02,
        -1.02509513161107724954e+03,
        -4.83519191608651397019e+02
    };
    static final double[] SB = {
        1,
        3.03380607434824582924e+01,
        3.25792512996573918826e+02,
        1.53672958608443695994e+03,
        3.19985821950859553908e+03,
        2.55305040643316442583e+03,
        4.74528541206955367215e+02,
        -2.24409524465858183362e+01
    };
}
