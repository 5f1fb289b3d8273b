package org.gradtwin.bench;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most multiplications and additions that one core does: chains of fused multiply-adds in registers, enough of them
 * to hide the latency. Only loaded where the module of the Vector API is present.
 */
final class FmaPeak {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 10;

    private FmaPeak() {}

    /** How many operations {@code steps} steps are, a multiplication and an addition counting as two. */
    static double operations(boolean doubles, int steps) {
        return 2.0 * CHAINS * steps * (doubles ? DOUBLES.length() : FLOATS.length());
    }

    static double run64(int steps) {
        DoubleVector m = DoubleVector.broadcast(DOUBLES, 0.5);
        DoubleVector a = m;
        DoubleVector b = m;
        DoubleVector c = m;
        DoubleVector d = m;
        DoubleVector e = m;
        DoubleVector f = m;
        DoubleVector g = m;
        DoubleVector h = m;
        DoubleVector i = m;
        DoubleVector j = m;
        for (int step = 0; step < steps; step++) {
            a = a.fma(m, m);
            b = b.fma(m, m);
            c = c.fma(m, m);
            d = d.fma(m, m);
            e = e.fma(m, m);
            f = f.fma(m, m);
            g = g.fma(m, m);
            h = h.fma(m, m);
            i = i.fma(m, m);
            j = j.fma(m, m);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
    }

    static double run32(int steps) {
        FloatVector m = FloatVector.broadcast(FLOATS, 0.5f);
        FloatVector a = m;
        FloatVector b = m;
        FloatVector c = m;
        FloatVector d = m;
        FloatVector e = m;
        FloatVector f = m;
        FloatVector g = m;
        FloatVector h = m;
        FloatVector i = m;
        FloatVector j = m;
        for (int step = 0; step < steps; step++) {
            a = a.fma(m, m);
            b = b.fma(m, m);
            c = c.fma(m, m);
            d = d.fma(m, m);
            e = e.fma(m, m);
            f = f.fma(m, m);
            g = g.fma(m, m);
            h = h.fma(m, m);
            i = i.fma(m, m);
            j = j.fma(m, m);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
    }
}
