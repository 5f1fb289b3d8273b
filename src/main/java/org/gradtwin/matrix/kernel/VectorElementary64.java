package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions in float64 on the Vector API. With n = round(x/ln 2) and r = x − n·ln 2, e^x = 2^n·e^r, and e^r
 * − 1 is a Taylor polynomial, as |r| ≤ ln(2)/2. VectorElementary32 is made from this file by the execution "float32" in
 * pom.xml; the constants that differ by more than their rounding are chosen by Double.BYTES.
 */
final class VectorElementary64 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** The bits of a significand after its first one. */
    private static final int FRACTION_BITS = Double.BYTES == 8 ? 52 : 23;

    /** Adding it rounds to an integer, which is left in the low bits. */
    private static final double ROUNDER = 1.5 * (1L << FRACTION_BITS);

    private static final double LOG2_E = 0x1.71547652b82fep0;
    /** ln 2 in two parts: n times the first is exact. */
    private static final double LN2_HIGH = Double.BYTES == 8 ? 0x1.62e42feep-1 : 0x1.62e4p-1;

    private static final double LN2_LOW = Double.BYTES == 8 ? 0x1.a39ef35793c76p-33 : 0x1.7f7d1cp-20;

    /** Beyond these e^x is 0 and infinite. */
    private static final int EXP_END = Double.BYTES == 8 ? 800 : 120;

    /** From here on, tanh rounds to 1. */
    private static final int TANH_END = Double.BYTES == 8 ? 22 : 10;

    private VectorElementary64() {}

    /** The exponentials of the elements {@code from} to before {@code to}. */
    static void exp(double[] x, double[] y, int from, int to) {
        int i = from;
        for (int end = to - SPECIES.length(); i <= end; i += SPECIES.length()) {
            exp(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
        if (i < to) {
            VectorMask<Double> rest = SPECIES.indexInRange(i, to);
            exp(DoubleVector.fromArray(SPECIES, x, i, rest)).intoArray(y, i, rest);
        }
    }

    /** Likewise. */
    static void tanh(double[] x, double[] y, int from, int to) {
        int i = from;
        for (int end = to - SPECIES.length(); i <= end; i += SPECIES.length()) {
            tanh(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
        if (i < to) {
            VectorMask<Double> rest = SPECIES.indexInRange(i, to);
            tanh(DoubleVector.fromArray(SPECIES, x, i, rest)).intoArray(y, i, rest);
        }
    }

    static DoubleVector exp(DoubleVector x) {
        // The power of two is applied in two halves, for subnormal results.
        DoubleVector bounded = x.max(-EXP_END).min(EXP_END);
        DoubleVector shifted = bounded.mul(LOG2_E).add(ROUNDER);
        DoubleVector n = shifted.sub(ROUNDER);
        DoubleVector r = reduced(bounded, n);
        DoubleVector half = n.mul(0.5).add(ROUNDER);
        DoubleVector first = powerOfTwo(half);
        DoubleVector second = powerOfTwo(n.sub(half.sub(ROUNDER)).add(ROUNDER));
        return r.add(expm1Rest(r)).add(1).mul(first).mul(second);
    }

    /** With t = e^(2|x|) − 1 = 2^n·(e^r − 1) + (2^n − 1), tanh |x| = t/(t + 2); the sign is put back at the end. */
    private static DoubleVector tanh(DoubleVector x) {
        DoubleVector doubled = x.abs().min(TANH_END).mul(2);
        DoubleVector shifted = doubled.mul(LOG2_E).add(ROUNDER);
        DoubleVector n = shifted.sub(ROUNDER);
        DoubleVector r = reduced(doubled, n);
        DoubleVector scale = powerOfTwo(shifted);
        DoubleVector rest = expm1Rest(r);
        DoubleVector q = r.add(rest);
        DoubleVector qLow = rest.sub(q.sub(r));
        DoubleVector shift = scale.sub(1);
        DoubleVector t = q.mul(scale).add(shift);
        DoubleVector tLow = q.mul(scale).sub(t.sub(shift)).add(qLow.mul(scale));
        DoubleVector d = t.add(2);
        DoubleVector dLow = t.sub(d.sub(2));
        // From t = 2 on, 1 − 2/d is the better conditioned form.
        VectorMask<Double> small = t.lt(2);
        DoubleVector quotient =
                DoubleVector.broadcast(SPECIES, -2).blend(t, small).div(d);
        // What the roundings of t and d have lost, with 1/d = (1 − quotient)/2.
        DoubleVector lost =
                tLow.sub(quotient.mul(dLow)).mul(quotient.neg().add(1)).mul(0.5);
        DoubleVector y = quotient.add(DoubleVector.broadcast(SPECIES, 1).blend(lost, small));
        LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
        return y.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** x − n·ln 2. */
    private static DoubleVector reduced(DoubleVector x, DoubleVector n) {
        DoubleVector high = n.fma(DoubleVector.broadcast(SPECIES, -LN2_HIGH), x);
        return n.fma(DoubleVector.broadcast(SPECIES, -LN2_LOW), high);
    }

    /** 2^n from n + ROUNDER. */
    private static DoubleVector powerOfTwo(DoubleVector shifted) {
        return shifted.reinterpretAsLongs()
                .add(Double.MAX_EXPONENT)
                .lanewise(VectorOperators.LSHL, FRACTION_BITS)
                .reinterpretAsDoubles();
    }

    /** e^r − 1 − r = r²·(1/2! + r/3! + … + r¹¹/13!), in float32 up to r⁶/8!. */
    private static DoubleVector expm1Rest(DoubleVector r) {
        DoubleVector sum;
        if (Double.BYTES == 8) {
            sum = DoubleVector.broadcast(SPECIES, 1.0 / 6227020800.0);
            sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 479001600.0));
            sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 39916800.0));
            sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 3628800.0));
            sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 362880.0));
            sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 40320.0));
        } else {
            sum = DoubleVector.broadcast(SPECIES, 1.0 / 40320.0);
        }
        sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 5040.0));
        sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 720.0));
        sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 120.0));
        sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 24.0));
        sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 6.0));
        sum = sum.fma(r, DoubleVector.broadcast(SPECIES, 1.0 / 2.0));
        return sum.mul(r.mul(r));
    }
}
