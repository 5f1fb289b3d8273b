package org.gradtwin.faults;

import org.gradtwin.language.Index.Slice;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.Shape;

/** Broadcasting, transposition, matrix products and slices that are undone wrongly. */
final class ShapeFaults {
    private ShapeFaults() {}

    /** What becomes of the gradient of an operand that was broadcast. */
    @FunctionalInterface
    private interface Unbroadcast {
        double[] of(double[] cotangent, int[] sources, double[] right);
    }

    private static Rule broadcast(Unbroadcast wrong) {
        return Rule.gradients((call, g, right) -> {
            for (int k = 0; k < right.length; k++) {
                double[] sum = right[k];
                boolean plain = call.op == Ops.of("add") || k == 2;
                if (sum != null && plain && sum.length != g.length) {
                    right[k] = wrong.of(
                            g, call.shape(k).broadcastSources(call.result().shape()), sum);
                }
            }
            return right;
        });
    }

    /** The first element of each group instead of the sum. */
    static Rule firstRow() {
        return broadcast((g, sources, right) -> {
            for (int i = g.length - 1; i >= 0; i--) {
                right[sources[i]] = g[i];
            }
            return right;
        });
    }

    static Rule mean() {
        return broadcast((g, sources, right) -> {
            for (int i = 0; i < right.length; i++) {
                right[i] = right[i] * right.length / g.length;
            }
            return right;
        });
    }

    static Rule unreduced() {
        return broadcast((g, sources, right) -> g);
    }

    /** Neighbours are summed where every n-th belongs together, and the other way round. */
    static Rule wrongGroups() {
        return broadcast((g, sources, right) -> {
            boolean neighbours = g.length > 1 && sources[0] == sources[1];
            double[] sums = new double[right.length];
            for (int i = 0; i < g.length; i++) {
                sums[neighbours ? i % sums.length : i * sums.length / g.length] += g[i];
            }
            return sums;
        });
    }

    /** Rows are as long as the matrix is high. */
    static Rule transposeStride() {
        return Rule.gradient(0, (call, g, right) -> {
            Shape shape = call.shape(0);
            for (int i = 0; i < shape.rows(); i++) {
                for (int j = 0; j < shape.last(); j++) {
                    int from = j * shape.last() + i;
                    right[i * shape.last() + j] = from < g.length ? g[from] : 0;
                }
            }
            return right;
        });
    }

    /** dA = dC·B, the elements of B being read in their order as if it were transposed already. */
    static Rule matmulUntransposed() {
        return Rule.gradient(0, (call, g, right) -> {
            double[] b = call.x(1);
            int inner = call.shape(0).last();
            int rows = call.shape(0).rows();
            int cols = b.length / Math.max(inner, 1);
            for (int i = 0; i < rows; i++) {
                for (int k = 0; k < inner; k++) {
                    double sum = 0;
                    for (int j = 0; j < cols; j++) {
                        sum += g[i * cols + j] * b[j * inner + k];
                    }
                    right[i * inner + k] = sum;
                }
            }
            return right;
        });
    }

    /** dB = Aᵀ·dC with the elements of A in the order that they had before it was transposed. */
    static Rule matmulTransposedLeft() {
        return Rule.gradient(1, (call, g, right) -> {
            Call left = call.operand(0).call;
            if (left == null || left.op != Ops.of("transpose")) {
                return right;
            }
            double[] a = left.x(0);
            int inner = call.shape(0).last();
            int rows = call.shape(0).rows();
            int cols = right.length / Math.max(inner, 1);
            for (int k = 0; k < inner; k++) {
                for (int j = 0; j < cols; j++) {
                    double sum = 0;
                    for (int i = 0; i < rows; i++) {
                        sum += a[i * inner + k] * g[i * cols + j];
                    }
                    right[k * cols + j] = sum;
                }
            }
            return right;
        });
    }

    /** The padding behind a slice is counted from the end, and −0 is the beginning. */
    static Rule sliceToTheEnd() {
        return Rule.gradient(0, (call, g, right) -> {
            Shape shape = call.shape(0);
            for (int d = 0; d < call.attributes.index().items().size(); d++) {
                if (call.attributes.index().items().get(d) instanceof Slice slice) {
                    int stop = slice.stop() == null ? shape.dim(d) : slice.stop();
                    if (stop >= shape.dim(d)) {
                        return new double[right.length];
                    }
                }
            }
            return right;
        });
    }

    /** The last element of a strided slice is lost unless the stride divides the length. */
    static Rule sliceStride() {
        return Rule.gradient(0, (call, g, right) -> {
            Shape shape = call.shape(0);
            for (int d = 0; d < call.attributes.index().items().size(); d++) {
                if (call.attributes.index().items().get(d) instanceof Slice slice
                        && slice.step() != null
                        && slice.start() == null
                        && shape.dim(d) % slice.step() != 0) {
                    int last = (shape.dim(d) - 1) / slice.step() * slice.step();
                    for (int i = 0; i < right.length; i++) {
                        right[i] = shape.index(i)[d] == last ? 0 : right[i];
                    }
                }
            }
            return right;
        });
    }

    /** Softmax and its logarithm, whose backward sums along dimension 0 whatever was asked for. */
    static Rule softmaxAlongRows() {
        return Rule.gradient(0, (call, g, right) -> {
            double[] y = call.y();
            Shape shape = call.shape(0);
            boolean log = call.op == Ops.of("log_softmax");
            double[] sums = new double[shape.last()];
            for (int i = 0; i < g.length; i++) {
                sums[i % sums.length] += log ? g[i] : g[i] * y[i];
            }
            for (int i = 0; i < g.length; i++) {
                double sum = sums[i % sums.length];
                right[i] = log ? g[i] - Math.exp(y[i]) * sum : y[i] * (g[i] - sum);
            }
            return right;
        });
    }
}
