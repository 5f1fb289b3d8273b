package org.gradtwin.matrix.kernel;

/**
 * Elementary functions in plain loops over the elements {@code from} to before {@code to}. PlainElementary32 is made from
 * this file by the execution "float32" in pom.xml.
 */
final class PlainElementary64 {
    private PlainElementary64() {}

    static void exp(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = Math.exp(x[i]);
        }
    }

    static void tanh(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = Elementary.tanh(x[i]);
        }
    }

    static void erf(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = Elementary.erf(x[i]);
        }
    }

    static void relu(double[] x, double[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = Elementary.relu(x[i]);
        }
    }

    static void reluGradient(double[] g, double[] y, double[] share, int from, int to) {
        for (int i = from; i < to; i++) {
            share[i] = Elementary.reluGradient(g[i], y[i]);
        }
    }
}
