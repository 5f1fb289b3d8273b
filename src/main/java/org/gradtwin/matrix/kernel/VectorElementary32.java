package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions in float32 on the Vector API. With n = round(x/ln 2) and r = x − n·ln 2, e^x = 2^n·e^r, and e^r
 * − 1 is a Taylor polynomial, as |r| ≤ ln(2)/2. The twin of {@link VectorElementary64}.
 */
final class VectorElementary32 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Adding it rounds to an integer, which is left in the low bits. */
    private static final float ROUNDER = 0x1.8p23f;

    private static final float LOG2_E = (float) (1 / Math.log(2));
    /** ln 2 in two parts: n times the first is exact. */
    private static final float LN2_HIGH = 0x1.62e4p-1f;

    private static final float LN2_LOW = 0x1.7f7d1cp-20f;

    private VectorElementary32() {}

    /** Of the elements {@code from} to before {@code to}. */
    static void exp(float[] x, float[] y, int from, int to) {
        int i = from;
        for (int end = to - SPECIES.length(); i <= end; i += SPECIES.length()) {
            exp(FloatVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
        if (i < to) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, to);
            exp(FloatVector.fromArray(SPECIES, x, i, rest)).intoArray(y, i, rest);
        }
    }

    /** Likewise. */
    static void tanh(float[] x, float[] y, int from, int to) {
        int i = from;
        for (int end = to - SPECIES.length(); i <= end; i += SPECIES.length()) {
            tanh(FloatVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
        if (i < to) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, to);
            tanh(FloatVector.fromArray(SPECIES, x, i, rest)).intoArray(y, i, rest);
        }
    }

    private static FloatVector exp(FloatVector x) {
        // Beyond these e^x is 0 and infinite. The power of two is applied in two halves, for subnormal results.
        FloatVector bounded = x.max(-120).min(120);
        FloatVector shifted = bounded.mul(LOG2_E).add(ROUNDER);
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = reduced(bounded, n);
        FloatVector half = n.mul(0.5f).add(ROUNDER);
        FloatVector first = powerOfTwo(half);
        FloatVector second = powerOfTwo(n.sub(half.sub(ROUNDER)).add(ROUNDER));
        return r.add(expm1Rest(r)).add(1).mul(first).mul(second);
    }

    /** With t = e^(2|x|) − 1 = 2^n·(e^r − 1) + (2^n − 1), tanh |x| = t/(t + 2); the sign is put back at the end. */
    private static FloatVector tanh(FloatVector x) {
        // From 10 on, tanh rounds to 1.
        FloatVector doubled = x.abs().min(10).mul(2);
        FloatVector shifted = doubled.mul(LOG2_E).add(ROUNDER);
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = reduced(doubled, n);
        FloatVector scale = powerOfTwo(shifted);
        FloatVector rest = expm1Rest(r);
        FloatVector q = r.add(rest);
        FloatVector qLow = rest.sub(q.sub(r));
        FloatVector shift = scale.sub(1);
        FloatVector t = q.mul(scale).add(shift);
        FloatVector tLow = q.mul(scale).sub(t.sub(shift)).add(qLow.mul(scale));
        FloatVector d = t.add(2);
        FloatVector dLow = t.sub(d.sub(2));
        // From t = 2 on, 1 − 2/d is the better conditioned form.
        VectorMask<Float> small = t.lt(2);
        FloatVector quotient =
                FloatVector.broadcast(SPECIES, -2).blend(t, small).div(d);
        // What the roundings of t and d have lost, with 1/d = (1 − quotient)/2.
        FloatVector lost =
                tLow.sub(quotient.mul(dLow)).mul(quotient.neg().add(1)).mul(0.5f);
        FloatVector y = quotient.add(FloatVector.broadcast(SPECIES, 1).blend(lost, small));
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        return y.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /** x − n·ln 2. */
    private static FloatVector reduced(FloatVector x, FloatVector n) {
        FloatVector high = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        return n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), high);
    }

    /** 2^n from n + ROUNDER. */
    private static FloatVector powerOfTwo(FloatVector shifted) {
        return shifted.reinterpretAsInts()
                .add(127)
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
    }

    /** e^r − 1 − r = r²·(1/2! + r/3! + … + r⁶/8!). */
    private static FloatVector expm1Rest(FloatVector r) {
        FloatVector sum = FloatVector.broadcast(SPECIES, 1f / 40320);
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 5040));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 720));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 2));
        return sum.mul(r.mul(r));
    }
}
