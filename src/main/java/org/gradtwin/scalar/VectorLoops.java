package org.gradtwin.scalar;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops with the Vector API. The registers are as wide as those of the matrix kernels: on JDK 17 a second width of {@link DoubleVector} in
 * one process keeps the compiler from holding vectors in registers, in all code that uses them. The sums are those of {@link PlainLoops}, bit
 * by bit, for either width.
 */
final class VectorLoops implements Loops {

    private static final boolean EIGHT = DoubleVector.SPECIES_PREFERRED.length() >= 8;
    private static final VectorSpecies<Double> SPECIES = EIGHT ? DoubleVector.SPECIES_512 : DoubleVector.SPECIES_256;
    private static final int LANES = SPECIES.length();

    /** Whether the machine has registers for four doubles; on others the Vector API would emulate them. */
    static boolean isFast() {
        return DoubleVector.SPECIES_PREFERRED.length() >= LANES;
    }

    @Override
    public double dot(double[] x, int xFrom, double[] w, int wFrom, int n) {
        int bound = n & ~15;
        double sum = EIGHT ? eightLanes(x, xFrom, w, wFrom, bound) : fourLanes(x, xFrom, w, wFrom, bound);
        for (int i = bound; i < n; i++) {
            sum += x[xFrom + i] * w[wFrom + i];
        }
        return sum;
    }

    private static double fourLanes(double[] x, int xFrom, double[] w, int wFrom, int bound) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        for (int i = 0; i < bound; i += 16) {
            int a = xFrom + i;
            int b = wFrom + i;
            s0 = s0.add(product(x, a, w, b));
            s1 = s1.add(product(x, a + 4, w, b + 4));
            s2 = s2.add(product(x, a + 8, w, b + 8));
            s3 = s3.add(product(x, a + 12, w, b + 12));
        }
        DoubleVector t = s0.add(s1).add(s2.add(s3));
        return (t.lane(0) + t.lane(2)) + (t.lane(1) + t.lane(3));
    }

    private static double eightLanes(double[] x, int xFrom, double[] w, int wFrom, int bound) {
        DoubleVector s = DoubleVector.zero(SPECIES);
        DoubleVector t = s;
        for (int i = 0; i < bound; i += 16) {
            int a = xFrom + i;
            int b = wFrom + i;
            s = s.add(product(x, a, w, b));
            t = t.add(product(x, a + 8, w, b + 8));
        }
        double t0 = (s.lane(0) + s.lane(4)) + (t.lane(0) + t.lane(4));
        double t1 = (s.lane(1) + s.lane(5)) + (t.lane(1) + t.lane(5));
        double t2 = (s.lane(2) + s.lane(6)) + (t.lane(2) + t.lane(6));
        double t3 = (s.lane(3) + s.lane(7)) + (t.lane(3) + t.lane(7));
        return (t0 + t2) + (t1 + t3);
    }

    private static DoubleVector product(double[] x, int a, double[] w, int b) {
        return DoubleVector.fromArray(SPECIES, x, a).mul(DoubleVector.fromArray(SPECIES, w, b));
    }

    @Override
    public void axpy(double g, double[] x, int xFrom, double[] y, int yFrom, int n) {
        int bound = n & -LANES;
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector term = DoubleVector.fromArray(SPECIES, x, xFrom + i).mul(g);
            DoubleVector.fromArray(SPECIES, y, yFrom + i).add(term).intoArray(y, yFrom + i);
        }
        for (int i = bound; i < n; i++) {
            y[yFrom + i] += g * x[xFrom + i];
        }
    }

    @Override
    public void dotGradient(double g, double[] x, double[] dx, int xFrom, double[] w, double[] dw, int wFrom, int n) {
        DoubleVector gs = DoubleVector.broadcast(SPECIES, g);
        int bound = n & -LANES;
        for (int i = 0; i < bound; i += LANES) {
            int a = xFrom + i;
            int b = wFrom + i;
            DoubleVector xTerm = DoubleVector.fromArray(SPECIES, w, b).mul(gs);
            DoubleVector wTerm = DoubleVector.fromArray(SPECIES, x, a).mul(gs);
            DoubleVector.fromArray(SPECIES, dx, a).add(xTerm).intoArray(dx, a);
            DoubleVector.fromArray(SPECIES, dw, b).add(wTerm).intoArray(dw, b);
        }
        for (int i = bound; i < n; i++) {
            dx[xFrom + i] += g * w[wFrom + i];
            dw[wFrom + i] += g * x[xFrom + i];
        }
    }
}
