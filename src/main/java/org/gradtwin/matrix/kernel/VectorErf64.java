package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The error function in float64 on the Vector API, by the rational approximations of {@link Elementary#erf}: each is computed
 * where an element of the vector needs it. VectorErf32 is made from this file by the execution "float32" in pom.xml.
 */
final class VectorErf64 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** From here on, erf rounds to 1. */
    private static final int END = 6;

    private static final double NEAR = 0.84375;
    private static final double MIDDLE = 1.25;
    private static final double FAR = 1 / 0.35;

    /** Clears the lower half of a significand, so that the square of what is left is exact. */
    private static final int CLEARING = Double.BYTES == 8 ? 31 : 19;

    private VectorErf64() {}

    /** The values of the elements {@code from} to before {@code to}. */
    static void erf(double[] x, double[] y, int from, int to) {
        int i = from;
        for (int end = to - SPECIES.length(); i <= end; i += SPECIES.length()) {
            erf(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
        if (i < to) {
            VectorMask<Double> rest = SPECIES.indexInRange(i, to);
            erf(DoubleVector.fromArray(SPECIES, x, i, rest)).intoArray(y, i, rest);
        }
    }

    private static DoubleVector erf(DoubleVector x) {
        DoubleVector magnitude = x.abs().min(END);
        VectorMask<Double> near = magnitude.lt(NEAR);
        DoubleVector z = x.mul(x);
        DoubleVector y = x.add(x.mul(ratio(z, Elementary.P, Elementary.Q)));
        if (near.allTrue()) {
            return y;
        }
        VectorMask<Double> middle = magnitude.lt(MIDDLE);
        DoubleVector beyond =
                ratio(magnitude.sub(1), Elementary.PA, Elementary.QA).add(/* (float) */ Elementary.ERX);
        if (!middle.allTrue()) {
            beyond = tail(magnitude).neg().add(1).blend(beyond, middle);
        }
        LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
        return beyond.reinterpretAsLongs().or(sign).reinterpretAsDoubles().blend(y, near);
    }

    /** 1 − erf(x). */
    private static DoubleVector tail(DoubleVector x) {
        DoubleVector s = DoubleVector.broadcast(SPECIES, 1).div(x.mul(x));
        DoubleVector ratio =
                ratio(s, Elementary.RB, Elementary.SB).blend(ratio(s, Elementary.RA, Elementary.SA), x.lt(FAR));
        DoubleVector z = x.reinterpretAsLongs().and(Long.MIN_VALUE >> CLEARING).reinterpretAsDoubles();
        DoubleVector high = VectorElementary64.exp(z.mul(z).neg().sub(0.5625));
        DoubleVector low = VectorElementary64.exp(z.sub(x).mul(z.add(x)).add(ratio));
        return high.mul(low).div(x);
    }

    private static DoubleVector ratio(DoubleVector x, /* stays */ double[] above, /* stays */ double[] below) {
        return polynomial(x, above).div(polynomial(x, below));
    }

    private static DoubleVector polynomial(DoubleVector x, /* stays */ double[] coefficients) {
        DoubleVector sum = DoubleVector.broadcast(SPECIES, /* (float) */ coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = sum.fma(x, DoubleVector.broadcast(SPECIES, /* (float) */ coefficients[i]));
        }
        return sum;
    }
}
