package org.gradtwin.matrix.kernel;

/** Loops on the Vector API. Only loaded where its module is present. */
final class VectorKernels implements Kernels {
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
    public void relu(double[] x, double[] y, int from, int to) {
        VectorRelu.values(x, y, from, to);
    }

    @Override
    public void relu(float[] x, float[] y, int from, int to) {
        VectorRelu.values(x, y, from, to);
    }

    @Override
    public void reluGradient(double[] g, double[] y, double[] share, int from, int to) {
        VectorRelu.gradients(g, y, share, from, to);
    }

    @Override
    public void reluGradient(float[] g, float[] y, float[] share, int from, int to) {
        VectorRelu.gradients(g, y, share, from, to);
    }
}
