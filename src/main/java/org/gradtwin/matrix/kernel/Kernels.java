package org.gradtwin.matrix.kernel;

/** The inner loops that pay for a second implementation. */
public interface Kernels {
    /** {@code plain} or {@code vector}. */
    String name();

    /**
     * The matrix product c = op(a)·op(b), where op transposes or does nothing; c is overwritten.
     *
     * @param m rows of c and op(a)
     * @param n columns of c and op(b)
     * @param k columns of op(a) and rows of op(b)
     * @param a row-major, (m, k), or (k, m) if transposed
     * @param b row-major, (k, n), or (n, k) if transposed
     * @param c row-major, (m, n)
     */
    void gemm(int m, int n, int k, double[] a, boolean transposeA, double[] b, boolean transposeB, double[] c);

    /** The same in float32. */
    void gemm(int m, int n, int k, float[] a, boolean transposeA, float[] b, boolean transposeB, float[] c);

    /** The fastest kernels of this machine, unless the property {@code gradtwin.kernels} names others. */
    static Kernels best() {
        return plain();
    }

    /** Loops in plain Java, which run everywhere. */
    static Kernels plain() {
        return new PlainKernels();
    }
}
