package org.gradtwin.matrix.kernel;

/** Plain loops, shaped so that the JIT compiler turns the inner ones into vector instructions. */
final class PlainKernels implements Kernels {
    private final RowSplit split;

    PlainKernels(RowSplit split) {
        this.split = split;
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public Kernels withThreads(int threads) {
        return new PlainKernels(new RowSplit(threads));
    }

    @Override
    public void gemm(int m, int n, int k, double[] a, boolean transposeA, double[] b, boolean transposeB, double[] c) {
        PlainGemm64.multiply(split, m, n, k, a, transposeA, b, transposeB, c);
    }

    @Override
    public void gemm(int m, int n, int k, float[] a, boolean transposeA, float[] b, boolean transposeB, float[] c) {
        PlainGemm32.multiply(split, m, n, k, a, transposeA, b, transposeB, c);
    }

    @Override
    public RowSplit split() {
        return split;
    }

    @Override
    public void exp(double[] x, double[] y, int from, int to) {
        PlainElementary64.exp(x, y, from, to);
    }

    @Override
    public void exp(float[] x, float[] y, int from, int to) {
        PlainElementary32.exp(x, y, from, to);
    }

    @Override
    public void tanh(double[] x, double[] y, int from, int to) {
        PlainElementary64.tanh(x, y, from, to);
    }

    @Override
    public void tanh(float[] x, float[] y, int from, int to) {
        PlainElementary32.tanh(x, y, from, to);
    }

    @Override
    public void erf(double[] x, double[] y, int from, int to) {
        PlainElementary64.erf(x, y, from, to);
    }

    @Override
    public void erf(float[] x, float[] y, int from, int to) {
        PlainElementary32.erf(x, y, from, to);
    }

    @Override
    public void relu(double[] x, double[] y, int from, int to) {
        PlainElementary64.relu(x, y, from, to);
    }

    @Override
    public void relu(float[] x, float[] y, int from, int to) {
        PlainElementary32.relu(x, y, from, to);
    }

    @Override
    public void reluGradient(double[] g, double[] y, double[] share, int from, int to) {
        PlainElementary64.reluGradient(g, y, share, from, to);
    }

    @Override
    public void reluGradient(float[] g, float[] y, float[] share, int from, int to) {
        PlainElementary32.reluGradient(g, y, share, from, to);
    }
}
