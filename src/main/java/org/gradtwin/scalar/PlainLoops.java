package org.gradtwin.scalar;

/** Loops in plain Java. */
final class PlainLoops implements Loops {

    @Override
    public double dot(double[] x, int xFrom, double[] w, int wFrom, int n) {
        int bound = n & ~15;
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        double s8 = 0;
        double s9 = 0;
        double s10 = 0;
        double s11 = 0;
        double s12 = 0;
        double s13 = 0;
        double s14 = 0;
        double s15 = 0;
        for (int i = 0; i < bound; i += 16) {
            int a = xFrom + i;
            int b = wFrom + i;
            s0 += x[a] * w[b];
            s1 += x[a + 1] * w[b + 1];
            s2 += x[a + 2] * w[b + 2];
            s3 += x[a + 3] * w[b + 3];
            s4 += x[a + 4] * w[b + 4];
            s5 += x[a + 5] * w[b + 5];
            s6 += x[a + 6] * w[b + 6];
            s7 += x[a + 7] * w[b + 7];
            s8 += x[a + 8] * w[b + 8];
            s9 += x[a + 9] * w[b + 9];
            s10 += x[a + 10] * w[b + 10];
            s11 += x[a + 11] * w[b + 11];
            s12 += x[a + 12] * w[b + 12];
            s13 += x[a + 13] * w[b + 13];
            s14 += x[a + 14] * w[b + 14];
            s15 += x[a + 15] * w[b + 15];
        }
        double t0 = (s0 + s4) + (s8 + s12);
        double t1 = (s1 + s5) + (s9 + s13);
        double t2 = (s2 + s6) + (s10 + s14);
        double t3 = (s3 + s7) + (s11 + s15);
        double sum = (t0 + t2) + (t1 + t3);
        for (int i = bound; i < n; i++) {
            sum += x[xFrom + i] * w[wFrom + i];
        }
        return sum;
    }

    @Override
    public void axpy(double g, double[] x, int xFrom, double[] y, int yFrom, int n) {
        for (int i = 0; i < n; i++) {
            y[yFrom + i] += g * x[xFrom + i];
        }
    }

    @Override
    public void dotGradient(double g, double[] x, double[] dx, int xFrom, double[] w, double[] dw, int wFrom, int n) {
        for (int i = 0; i < n; i++) {
            int a = xFrom + i;
            int b = wFrom + i;
            dx[a] += g * w[b];
            dw[b] += g * x[a];
        }
    }
}
