package org.gradtwin.scalar;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Loops with the Vector API, four lanes at a time. */
final class VectorKernels implements Kernels {

    private static final VectorSpecies<Double> FOUR = DoubleVector.SPECIES_256;

    /** Whether the machine has registers for four doubles; on others the Vector API would emulate them. */
    static boolean isFast() {
        return DoubleVector.SPECIES_PREFERRED.length() >= FOUR.length();
    }

    @Override
    public double dot(double[] x, int xFrom, double[] w, int wFrom, int n) {
        int bound = n & ~15;
        DoubleVector s0 = DoubleVector.zero(FOUR);
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
        double sum = (t.lane(0) + t.lane(2)) + (t.lane(1) + t.lane(3));
        for (int i = bound; i < n; i++) {
            sum += x[xFrom + i] * w[wFrom + i];
        }
        return sum;
    }

    private static DoubleVector product(double[] x, int a, double[] w, int b) {
        return DoubleVector.fromArray(FOUR, x, a).mul(DoubleVector.fromArray(FOUR, w, b));
    }

    @Override
    public void axpy(double g, double[] x, int xFrom, double[] y, int yFrom, int n) {
        int bound = n & ~3;
        for (int i = 0; i < bound; i += 4) {
            DoubleVector term = DoubleVector.fromArray(FOUR, x, xFrom + i).mul(g);
            DoubleVector.fromArray(FOUR, y, yFrom + i).add(term).intoArray(y, yFrom + i);
        }
        for (int i = bound; i < n; i++) {
            y[yFrom + i] += g * x[xFrom + i];
        }
    }

    @Override
    public void dotGradient(double g, double[] x, double[] dx, int xFrom, double[] w, double[] dw, int wFrom, int n) {
        DoubleVector gs = DoubleVector.broadcast(FOUR, g);
        int bound = n & ~3;
        for (int i = 0; i < bound; i += 4) {
            int a = xFrom + i;
            int b = wFrom + i;
            DoubleVector xTerm = DoubleVector.fromArray(FOUR, w, b).mul(gs);
            DoubleVector wTerm = DoubleVector.fromArray(FOUR, x, a).mul(gs);
            DoubleVector.fromArray(FOUR, dx, a).add(xTerm).intoArray(dx, a);
            DoubleVector.fromArray(FOUR, dw, b).add(wTerm).intoArray(dw, b);
        }
        for (int i = bound; i < n; i++) {
            dx[xFrom + i] += g * w[wFrom + i];
            dw[wFrom + i] += g * x[xFrom + i];
        }
    }
}
