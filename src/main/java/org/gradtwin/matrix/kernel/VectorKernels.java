package org.gradtwin.matrix.kernel;

import java.util.Arrays;

/** Loops on the Vector API. Only loaded where its module is present. */
final class VectorKernels implements Kernels {
    /** More than the lanes of any vector, and a rest. */
    private static final int FEW = 70;

    static {
        acquaint();
    }

    private final RowSplit split;

    VectorKernels(RowSplit split) {
        this.split = split;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Kernels withThreads(int threads) {
        return new VectorKernels(new RowSplit(threads));
    }

    @Override
    public void gemm(int m, int n, int k, double[] a, boolean transposeA, double[] b, boolean transposeB, double[] c) {
        VectorGemm64.multiply(split, m, n, k, a, transposeA, b, transposeB, c);
    }

    @Override
    public void gemm(int m, int n, int k, float[] a, boolean transposeA, float[] b, boolean transposeB, float[] c) {
        VectorGemm32.multiply(split, m, n, k, a, transposeA, b, transposeB, c);
    }

    @Override
    public RowSplit split() {
        return split;
    }

    @Override
    public void exp(double[] x, double[] y, int from, int to) {
        VectorElementary64.exp(x, y, from, to);
    }

    @Override
    public void exp(float[] x, float[] y, int from, int to) {
        VectorElementary32.exp(x, y, from, to);
    }

    @Override
    public void tanh(double[] x, double[] y, int from, int to) {
        VectorElementary64.tanh(x, y, from, to);
    }

    @Override
    public void tanh(float[] x, float[] y, int from, int to) {
        VectorElementary32.tanh(x, y, from, to);
    }

    @Override
    public void erf(double[] x, double[] y, int from, int to) {
        VectorErf64.erf(x, y, from, to);
    }

    @Override
    public void erf(float[] x, float[] y, int from, int to) {
        VectorErf32.erf(x, y, from, to);
    }

    @Override
    public void relu(double[] x, double[] y, int from, int to) {
        VectorRelu64.values(x, y, from, to);
    }

    @Override
    public void relu(float[] x, float[] y, int from, int to) {
        VectorRelu32.values(x, y, from, to);
    }

    @Override
    public void reluGradient(double[] g, double[] y, double[] share, int from, int to) {
        VectorRelu64.gradients(g, y, share, from, to);
    }

    @Override
    public void reluGradient(float[] g, float[] y, float[] share, int from, int to) {
        VectorRelu32.gradients(g, y, share, from, to);
    }

    /**
     * Runs the functions on a few elements. The compiler of JDK 17 judges code with vectors by what ran before it: after
     * products alone it allocated the vectors of the other functions, often those of products in the second format too, and
     * these took 2 to 5 times as long. Once the shared code has met the vectors and masks of all formats, it does not.
     */
    private static void acquaint() {
        VectorKernels kernels = new VectorKernels(new RowSplit(1));
        double[] x = new double[FEW];
        float[] y = new float[FEW];
        for (int i = 0; i < 20; i++) {
            kernels.tanh(y, y, 0, FEW);
            kernels.tanh(x, x, 0, FEW);
            kernels.exp(y, y, 0, FEW);
            kernels.exp(x, x, 0, FEW);
            kernels.erf(y, y, 0, FEW);
            kernels.erf(x, x, 0, FEW);
            kernels.relu(y, y, 0, FEW);
            kernels.relu(x, x, 0, FEW);
            kernels.reluGradient(y, y, y, 0, FEW);
            kernels.reluGradient(x, x, x, 0, FEW);
            Arrays.fill(x, 0);
            Arrays.fill(y, 0);
        }
    }
}
