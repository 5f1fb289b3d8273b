package org.gradtwin.scalar;

/**
 * The error function, within one ulp or so. The rational approximations and their coefficients are those of fdlibm's
 * s_erf.c ("Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems,
 * Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 * notice is preserved."), which explains how they were found.
 */
final class Erf {

    private static final double ERF_1 = 8.45062911510467529297e-01;
    private static final double TWO_OVER_SQRT_PI_MINUS_1 = 1.28379167095512586316e-01;

    // spotless:off
    /** On [0, 0.84375]: erf(x) = x + x P(x²)/Q(x²). */
    private static final double[] P0 = {
        1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
        -5.77027029648944159157e-03, -2.37630166566501626084e-05};
    private static final double[] Q0 = {
        1, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
        1.32494738004321644526e-04, -3.96022827877536812320e-06};
    /** On [0.84375, 1.25]: erf(x) = ERF_1 + P(x − 1)/Q(x − 1). */
    private static final double[] P1 = {
        -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
        3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
        -2.16637559486879084300e-03};
    private static final double[] Q1 = {
        1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
        1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02};
    /** On [1.25, 1/0.35]: erfc(x) = exp(−x² − 0.5625 + P(1/x²)/Q(1/x²)) / x. */
    private static final double[] P2 = {
        -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
        -6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02,
        -8.12874355063065934246e+01, -9.81432934416914548592e+00};
    private static final double[] Q2 = {
        1, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02,
        6.45387271733267880336e+02, 4.29008140027567833386e+02, 1.08635005541779435134e+02,
        6.57024977031928170135e+00, -6.04244152148580987438e-02};
    /** On [1/0.35, 6]: the same form. */
    private static final double[] P3 = {
        -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
        -1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03,
        -4.83519191608651397019e+02};
    private static final double[] Q3 = {
        1, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03,
        3.19985821950859553908e+03, 2.55305040643316442583e+03, 4.74528541206955367215e+02,
        -2.24409524465858183362e+01};
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
