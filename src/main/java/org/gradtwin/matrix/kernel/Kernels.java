package org.gradtwin.matrix.kernel;

/**
 * The inner loops that pay for a second implementation. Both sets give the same bits from run to run and for any
 * number of threads; against each other they differ within rounding. Stateless, so that threads can share a set.
 */
public interface Kernels {
    /** The property that forces a set: {@code plain} or {@code vector}. */
    String PROPERTY = "gradtwin.kernels";

    /** The module of the Vector API. */
    String VECTOR_MODULE = "jdk.incubator.vector";

    /** {@code plain} or {@code vector}. */
    String name();

    /** The same kernels with at most this many threads for large products and long loops. */
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

    /** How loops that are not kernels are split among the same threads. */
    RowSplit split();

    /** y = e^x for the elements {@code from} to before {@code to}, within 1 ulp; the arrays may be the same. */
    void exp(double[] x, double[] y, int from, int to);

    /** The same in float32. */
    void exp(float[] x, float[] y, int from, int to);

    /** y = tanh x for the elements {@code from} to before {@code to}, within 2 ulp; the arrays may be the same. */
    void tanh(double[] x, double[] y, int from, int to);

    /** The same in float32. */
    void tanh(float[] x, float[] y, int from, int to);

    /** y = erf x for the elements {@code from} to before {@code to}, within 2 ulp; the arrays may be the same. */
    void erf(double[] x, double[] y, int from, int to);

    /** The same in float32. */
    void erf(float[] x, float[] y, int from, int to);

    /** y = max(x, 0) for the elements {@code from} to before {@code to}, NaN and −0 kept; the arrays may be the same. */
    void relu(double[] x, double[] y, int from, int to);

    /** The same in float32. */
    void relu(float[] x, float[] y, int from, int to);

    /**
     * share = y ≤ 0 ? 0 : g for the elements {@code from} to before {@code to}, where y = max(x, 0); the arrays may be
     * the same.
     */
    void reluGradient(double[] g, double[] y, double[] share, int from, int to);

    /** The same in float32. */
    void reluGradient(float[] g, float[] y, float[] share, int from, int to);

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
            throw new IllegalStateException("vector kernels: module " + VECTOR_MODULE
                    + " is not present, run with --add-modules " + VECTOR_MODULE);
        }
        return new VectorKernels(RowSplit.ofMachine());
    }

    /** Whether the module of the Vector API is in this run: from its start, or loaded later, which its layer would not tell. */
    static boolean vectorIsPresent() {
        try {
            Class.forName(VECTOR_MODULE + ".Vector", false, Kernels.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
