package org.gradtwin.scalar;

/**
 * The error function, within one ulp or so. The rational approximations and their coefficients are those of fdlibm's
 * s_erf.c ("Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems,
 * Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 * notice is preserved."), which explains how they were found.
 */
final class Erf {

    private static final double ERF_1 = 0.8450629115104675;
    private static final double TWO_OVER_SQRT_PI_MINUS_1 = 0.1283791670955126;

    // spotless:off
    /** On [0, 0.84375]: erf(x) = x + x P(x²)/Q(x²). */
    private static final double[] P0 = {
        0.12837916709551256, -0.3250421072470015, -0.02848174957559851,
        -0.005770270296489442, -2.3763016656650163e-05};
    private static final double[] Q0 = {
        1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766,
        0.00013249473800432164, -3.960228278775368e-06};
    /** On [0.84375, 1.25]: erf(x) = ERF_1 + P(x − 1)/Q(x − 1). */
    private static final double[] P1 = {
        -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013,
        0.31834661990116175, -0.11089469428239668, 0.035478304325618236,
        -0.002166375594868791};
    private static final double[] Q1 = {
        1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627,
        0.12617121980876164, 0.01363708391202905, 0.011984499846799107};
    /** On [1.25, 1/0.35]: erfc(x) = exp(−x² − 0.5625 + P(1/x²)/Q(1/x²)) / x. */
    private static final double[] P2 = {
        -0.009864944034847148, -0.6938585727071818, -10.558626225323291,
        -62.375332450326006, -162.39666946257347, -184.60509290671104,
        -81.2874355063066, -9.814329344169145};
    private static final double[] Q2 = {
        1, 19.651271667439257, 137.65775414351904, 434.56587747522923,
        645.3872717332679, 429.00814002756783, 108.63500554177944,
        6.570249770319282, -0.0604244152148581};
    /** On [1/0.35, 6]: the same form. */
    private static final double[] P3 = {
        -0.0098649429247001, -0.799283237680523, -17.757954917754752,
        -160.63638485582192, -637.5664433683896, -1025.0951316110772,
        -483.5191916086514};
    private static final double[] Q3 = {
        1, 30.33806074348246, 325.7925129965739, 1536.729586084437,
        3199.8582195085955, 2553.0504064331644, 474.52854120695537,
        -22.44095244658582};
    // spotless:on

    private Erf() {}

    /** erf(x) = 2/√π ∫₀ˣ exp(−t²) dt. */
    static double erf(double x) {
        double z = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (z < 0.84375) {
            double square = x * x;
            // Tiny arguments: x + x·c would lose the subnormal bits of x·c.
            return z < 0x1p-28
                    ? (z < 0x1p-1000 ? x * (1 + TWO_OVER_SQRT_PI_MINUS_1) : x + x * TWO_OVER_SQRT_PI_MINUS_1)
                    : x + x * (polynomial(P0, square) / polynomial(Q0, square));
        }
        double magnitude;
        if (z < 1.25) {
            magnitude = ERF_1 + polynomial(P1, z - 1) / polynomial(Q1, z - 1);
        } else if (z < 6) {
            magnitude = 1 - tail(z);
        } else {
            magnitude = 1;
        }
        return Math.copySign(magnitude, x);
    }

    /** 1 − erf(z) for 1.25 ≤ z. */
    private static double tail(double z) {
        double s = 1 / (z * z);
        double ratio = z < 1 / 0.35 ? polynomial(P2, s) / polynomial(Q2, s) : polynomial(P3, s) / polynomial(Q3, s);
        // exp(−z²) as exp(−h²)·exp(h² − z²), where h is z with half its bits, so that h² is exact.
        double h = Double.longBitsToDouble(Double.doubleToRawLongBits(z) & 0xFFFFFFFF00000000L);
        return Math.exp(-h * h - 0.5625) * Math.exp((h - z) * (h + z) + ratio) / z;
    }

    private static double polynomial(double[] coefficients, double x) {
        double y = coefficients[coefficients.length - 1];
        for (int i = coefficients.length - 2; i >= 0; i--) {
            y = y * x + coefficients[i];
        }
        return y;
    }
}
