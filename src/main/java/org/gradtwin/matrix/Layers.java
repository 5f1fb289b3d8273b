package org.gradtwin.matrix;

import java.util.Arrays;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Layers as functions of their weights, as in {@code torch.nn.functional}. */
public final class Layers {
    private Layers() {}

    /**
     * {@code linear}: x·Wᵀ + b.
     *
     * @param x (…, in)
     * @param weight (out, in), or (in) for one output without a dimension of its own
     * @param bias (out), or null
     * @throws IllegalArgumentException if the sizes differ
     */
    public static Matrix linear(Matrix x, Matrix weight, @Nullable Matrix bias) {
        Matrix product = weight.shape().rank() == 1 ? x.matmul(weight) : LinearAlgebra.matmulTransposed(x, weight);
        if (bias == null) {
            return product;
        }
        if (!Shape.broadcast(product.shape(), bias.shape()).equals(product.shape())) {
            throw new IllegalArgumentException(
                    "linear: bias %s for an output %s".formatted(bias.shape(), product.shape()));
        }
        return product.add(bias);
    }

    /**
     * {@code embedding}: the rows of the weight at the indices. The gradients of a row that is taken several times add
     * up.
     *
     * @param indices int64, of any shape
     * @param weight (rows, columns)
     * @param paddingIndex a row that gets no gradient, counted from the end if negative, or null
     * @return indices' shape and columns
     * @throws IllegalArgumentException if an index is not a row of the weight
     */
    public static Matrix embedding(Tensor indices, Matrix weight, @Nullable Integer paddingIndex) {
        Shape table = weight.shape();
        if (table.rank() != 2) {
            throw new IllegalArgumentException("embedding %s: the weight must have 2 dimensions".formatted(table));
        }
        int columns = table.dim(1);
        int padding = paddingIndex == null ? -1 : Shapes.inRange(paddingIndex, table, 0);
        int[] dims = Arrays.copyOf(indices.shape().dims(), indices.shape().rank() + 1);
        dims[dims.length - 1] = columns;
        Shape result = Shape.of(dims);
        int[] sources = new int[result.size()];
        int[] targets = paddingIndex == null ? sources : new int[sources.length];
        for (int i = 0, at = 0; i < indices.size(); i++) {
            long row = indices.getLong(i);
            if (row < 0 || row >= table.dim(0)) {
                throw new IllegalArgumentException(
                        "embedding: index " + row + " is out of range for dimension 0 of " + table);
            }
            for (int c = 0; c < columns; c++, at++) {
                sources[at] = (int) row * columns + c;
                targets[at] = row == padding ? -1 : sources[at];
            }
        }
        return Shapes.gather(weight, result, 0, sources, targets);
    }

    /**
     * {@code layer_norm}: (x − mean)/√(var + eps)·weight + bias over the last dimensions, with the biased variance.
     *
     * @param normalized the last sizes of x
     * @param weight of that shape, or null
     * @param bias of that shape, or null
     * @throws IllegalArgumentException if a shape is another
     */
    public static Matrix layerNorm(
            Matrix x, Shape normalized, @Nullable Matrix weight, @Nullable Matrix bias, double eps) {
        int[] dims = x.shape().dims();
        int from = dims.length - normalized.rank();
        if (normalized.rank() == 0
                || from < 0
                || !normalized.equals(Shape.of(Arrays.copyOfRange(dims, from, dims.length)))) {
            throw new IllegalArgumentException(
                    "layer_norm %s: normalized_shape %s is not how the shape ends".formatted(x.shape(), normalized));
        }
        checkShape("weight", weight, normalized);
        checkShape("bias", bias, normalized);
        Matrix result = Normalization.normalize(x, normalized.size(), eps);
        if (weight != null) {
            result = result.mul(weight);
        }
        return bias == null ? result : result.add(bias);
    }

    private static void checkShape(String name, @Nullable Matrix given, Shape normalized) {
        if (given != null && !given.shape().equals(normalized)) {
            throw new IllegalArgumentException(
                    "layer_norm: %s %s for normalized_shape %s".formatted(name, given.shape(), normalized));
        }
    }
}
