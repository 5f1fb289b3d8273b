package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;

/** Matrix products. */
final class LinearAlgebra {
    private LinearAlgebra() {}

    static Matrix matmul(Matrix a, Matrix b) {
        a.sameGraph("matmul", b);
        Shape left = a.shape();
        Shape right = b.shape();
        if (left.rank() == 0 || right.rank() == 0) {
            throw new IllegalArgumentException("matmul %s @ %s: a number is no matrix".formatted(left, right));
        }
        int k = left.last();
        int inner = right.dim(Math.max(0, right.rank() - 2));
        if (k != inner) {
            throw new IllegalArgumentException(
                    "matmul %s @ %s: inner sizes %d and %d differ".formatted(left, right, k, inner));
        }
        if (right.rank() <= 2) {
            // One product: the batch of the left operand is more rows.
            int[] columns = right.rank() == 1 ? new int[0] : new int[] {right.last()};
            Shape result = joined(head(left, 1), columns);
            return product(a, b, false, 1, left.rows(), columns.length == 0 ? 1 : columns[0], k, result);
        }
        int[] rows = left.rank() == 1 ? new int[0] : new int[] {left.dim(left.rank() - 2)};
        int m = left.rank() == 1 ? 1 : rows[0];
        int n = right.last();
        Shape batch = Shape.broadcast(head(left, 2), head(right, 2));
        Matrix x = Shapes.expanded(a, joined(batch, m, k));
        Matrix y = Shapes.expanded(b, joined(batch, k, n));
        return product(x, y, false, batch.size(), m, n, k, joined(joined(batch, rows), n));
    }

    /** x @ wᵀ, with the weights (out, in) of a layer. */
    static Matrix matmulTransposed(Matrix x, Matrix w) {
        x.sameGraph("linear", w);
        if (x.shape().rank() == 0
                || w.shape().rank() != 2
                || x.shape().last() != w.shape().last()) {
            throw new IllegalArgumentException("linear %s with weight %s: input sizes %d and %d differ"
                    .formatted(x.shape(), w.shape(), x.shape().last(), w.shape().last()));
        }
        int n = w.shape().dim(0);
        return product(x, w, true, 1, x.shape().rows(), n, w.shape().dim(1), joined(head(x.shape(), 1), n));
    }

    /** A shape without its last dimensions, as far as it has so many. */
    private static Shape head(Shape shape, int without) {
        return Shape.of(Arrays.copyOf(shape.dims(), Math.max(0, shape.rank() - without)));
    }

    private static Shape joined(Shape head, int... tail) {
        return Shape.of(
                IntStream.concat(IntStream.of(head.dims()), IntStream.of(tail)).toArray());
    }

    /** The products x @ w, or x @ wᵀ, of {@code count} matrices (m, k) and (k, n) each. */
    private static Matrix product(
            Matrix x, Matrix w, boolean transposed, int count, int m, int n, int k, Shape result) {
        Graph graph = x.graph();
        Storage y = graph.allocate(result.size());
        products(graph, count, x.data(), false, w.data(), transposed, m, n, k, y);
        return graph.record(
                result,
                y,
                gradient -> {
                    if (x.requiresGrad()) {
                        Storage share = graph.allocate(x.data().length());
                        products(graph, count, gradient, false, w.data(), !transposed, m, k, n, share);
                        x.receive(share);
                    }
                    if (w.requiresGrad()) {
                        Storage share = graph.allocate(w.data().length());
                        if (transposed) {
                            products(graph, count, gradient, true, x.data(), false, n, k, m, share);
                        } else {
                            products(graph, count, x.data(), true, gradient, false, k, n, m, share);
                        }
                        w.receive(share);
                    }
                },
                x,
                w);
    }

    /**
     * {@code count} products, one behind the other in each array. Kernels multiply whole arrays, so each item of a batch
     * is copied into arrays of its own. A batch is split among threads by items: the bits are those of one thread.
     */
    private static void products(
            Graph graph,
            int count,
            Storage a,
            boolean transposeA,
            Storage b,
            boolean transposeB,
            int m,
            int n,
            int k,
            Storage c) {
        if (count == 1) {
            product(graph.kernels(), a, transposeA, b, transposeB, m, n, k, c);
            return;
        }
        graph.kernels().split().run(count, 1, (long) c.length() * k, (from, to) -> {
            Kernels kernels =
                    to - from == count ? graph.kernels() : graph.kernels().withThreads(1);
            Storage left = graph.precision().allocate(m * k);
            Storage right = graph.precision().allocate(k * n);
            Storage item = graph.precision().allocate(m * n);
            for (int i = from; i < to; i++) {
                left.copy(0, a, i * m * k, m * k);
                right.copy(0, b, i * k * n, k * n);
                product(kernels, left, transposeA, right, transposeB, m, n, k, item);
                c.copy(i * m * n, item, 0, m * n);
            }
        });
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
