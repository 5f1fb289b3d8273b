package org.gradtwin.matrix.kernel;

/**
 * The inner loops that pay for a second implementation. Both sets give the same bits from run to run and for any
 * number of threads; against each other they differ within rounding. Stateless, so that threads can share a set.
 */
public interface Kernels {
    /** The property that forces a set: {@code plain} or {@code vector}. */
    String PROPERTY = "gradtwin.kernels";

    /** {@code plain} or {@code vector}. */
    String name();

    /** The same kernels with at most this many threads for large products. */
    Kernels withThreads(int threads);

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

    /** y = e^x, within 1 ulp; the arrays may be the same. */
    void exp(double[] x, double[] y);

    /** The same in float32. */
    void exp(float[] x, float[] y);

    /** y = tanh x, within 2 ulp; the arrays may be the same. */
    void tanh(double[] x, double[] y);

    /** The same in float32. */
    void tanh(float[] x, float[] y);

    /**
     * The fastest kernels of this machine, unless the property {@value #PROPERTY} names others.
     *
     * @throws IllegalStateException if the property asks for what there is not
     */
    static Kernels best() {
        String name = System.getProperty(PROPERTY, vectorIsPresent() ? "vector" : "plain");
        return switch (name) {
            case "plain" -> plain();
            case "vector" -> vector();
            default -> throw new IllegalStateException("%s=%s: must be plain or vector".formatted(PROPERTY, name));
        };
    }

    /** Loops in plain Java, which run everywhere. */
    static Kernels plain() {
        return new PlainKernels(RowSplit.ofMachine());
    }

    /**
     * Loops on the Vector API.
     *
     * @throws IllegalStateException if its module is not present
     */
    static Kernels vector() {
        if (!vectorIsPresent()) {
            throw new IllegalStateException(
                    "vector kernels: module jdk.incubator.vector is not present, run with --add-modules");
        }
        return new VectorKernels(RowSplit.ofMachine());
    }

    /** Whether the module of the Vector API was added to this run. */
    static boolean vectorIsPresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
