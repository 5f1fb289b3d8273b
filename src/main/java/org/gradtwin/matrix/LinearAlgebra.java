package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;

/** Matrix products. */
final class LinearAlgebra {
    private LinearAlgebra() {}

    static Matrix matmul(Matrix a, Matrix b) {
        Graph graph = a.sameGraph("matmul", b);
        Dims left = a.dims();
        // A vector on the right is a column.
        Dims right = b.dims().rank() == 1 ? Dims.matrix(b.dims().columns(), 1) : b.dims();
        if (left.rank() == 0 || right.rank() == 0) {
            throw new IllegalArgumentException("matmul %s @ %s: a number is no matrix".formatted(left, b.dims()));
        }
        if (left.columns() != right.rows()) {
            throw new IllegalArgumentException("matmul %s @ %s: inner sizes %d and %d differ"
                    .formatted(left, b.dims(), left.columns(), right.rows()));
        }
        int m = left.rows();
        int n = right.columns();
        int k = left.columns();
        Dims result = result(left.rank() == 2, b.dims().rank() == 2, m, n);
        Storage c = graph.allocate(m * n);
        product(graph.kernels(), a.data(), false, b.data(), false, m, n, k, c);
        return graph.record(
                result,
                c,
                gradient -> {
                    if (a.requiresGrad()) {
                        Storage share = graph.allocate(m * k);
                        product(graph.kernels(), gradient, false, b.data(), true, m, k, n, share);
                        a.receive(share);
                    }
                    if (b.requiresGrad()) {
                        Storage share = graph.allocate(k * n);
                        product(graph.kernels(), a.data(), true, gradient, false, k, n, m, share);
                        b.receive(share);
                    }
                },
                a,
                b);
    }

    /** x @ wᵀ, with the weights (out, in) of a layer. */
    static Matrix matmulTransposed(Matrix x, Matrix w) {
        Graph graph = x.sameGraph("linear", w);
        if (x.dims().rank() == 0
                || w.dims().rank() != 2
                || x.dims().columns() != w.dims().columns()) {
            throw new IllegalArgumentException("linear %s with weight %s: input sizes %d and %d differ"
                    .formatted(x.dims(), w.dims(), x.dims().columns(), w.dims().columns()));
        }
        int m = x.dims().rows();
        int n = w.dims().rows();
        int k = w.dims().columns();
        Dims result = result(x.dims().rank() == 2, true, m, n);
        Storage y = graph.allocate(m * n);
        product(graph.kernels(), x.data(), false, w.data(), true, m, n, k, y);
        return graph.record(
                result,
                y,
                gradient -> {
                    if (x.requiresGrad()) {
                        Storage share = graph.allocate(m * k);
                        product(graph.kernels(), gradient, false, w.data(), false, m, k, n, share);
                        x.receive(share);
                    }
                    if (w.requiresGrad()) {
                        Storage share = graph.allocate(n * k);
                        product(graph.kernels(), gradient, true, x.data(), false, n, k, m, share);
                        w.receive(share);
                    }
                },
                x,
                w);
    }

    private static Dims result(boolean rows, boolean columns, int m, int n) {
        if (rows && columns) {
            return Dims.matrix(m, n);
        }
        return rows || columns ? Dims.vector(rows ? m : n) : Dims.SCALAR;
    }

    /** c (m, n) = op(a) (m, k) · op(b) (k, n), where op transposes or does nothing. */
    static void product(
            Kernels kernels,
            Storage a,
            boolean transposeA,
            Storage b,
            boolean transposeB,
            int m,
            int n,
            int k,
            Storage c) {
        if (c instanceof Doubles doubles) {
            double[] left = ((Doubles) a).array();
            kernels.gemm(m, n, k, left, transposeA, ((Doubles) b).array(), transposeB, doubles.array());
        } else {
            float[] left = ((Floats) a).array();
            float[] right = ((Floats) b).array();
            kernels.gemm(m, n, k, left, transposeA, right, transposeB, ((Floats) c).array());
        }
    }
}
