package org.gradtwin.matrix;

import org.jspecify.annotations.Nullable;

/** Layers as functions of their weights, as in {@code torch.nn.functional}. */
public final class Layers {
    private Layers() {}

    /**
     * {@code linear}: x·Wᵀ + b.
     *
     * @param x (batch, in) or (in)
     * @param weight (out, in), or (in) for one output without a dimension of its own
     * @param bias (out), or null
     * @throws IllegalArgumentException if the sizes differ
     */
    public static Matrix linear(Matrix x, Matrix weight, @Nullable Matrix bias) {
        Matrix product = weight.dims().rank() == 1 ? x.matmul(weight) : LinearAlgebra.matmulTransposed(x, weight);
        if (bias == null) {
            return product;
        }
        if (!Dims.broadcast("linear", product.dims(), bias.dims()).equals(product.dims())) {
            throw new IllegalArgumentException(
                    "linear: bias %s for an output %s".formatted(bias.dims(), product.dims()));
        }
        return product.add(bias);
    }

    /**
     * {@code embedding}: the rows of the weight at the indices. The gradients of a row that is taken several times add
     * up.
     *
     * @param indices the shape of the indices and the rows they name, row-major
     * @param weight (rows, columns)
     * @param paddingIndex a row that gets no gradient, counted from the end if negative, or null
     * @throws IllegalArgumentException if an index is not a row of the weight
     */
    public static Matrix embedding(Index.Picks indices, Matrix weight, @Nullable Integer paddingIndex) {
        Dims table = weight.dims();
        for (int index : indices.positions()) {
            if (index < 0) {
                throw new IllegalArgumentException(
                        "embedding %s: index %d is out of bounds for %d rows".formatted(table, index, table.rows()));
            }
        }
        int padding = -1;
        if (paddingIndex != null) {
            if (paddingIndex < -table.rows() || paddingIndex >= table.rows()) {
                throw new IllegalArgumentException("embedding %s: padding_idx %d is out of bounds for %d rows"
                        .formatted(table, paddingIndex, table.rows()));
            }
            padding = paddingIndex < 0 ? paddingIndex + table.rows() : paddingIndex;
        }
        if (table.rank() != 2) {
            throw new IllegalArgumentException("embedding %s: the weight must have 2 dimensions".formatted(table));
        }
        Selection selection = Selection.of(table, indices);
        return Shapes.gather(weight, selection.dims(), selection.sources(), padding);
    }

    /**
     * {@code layer_norm}: (x − mean)/√(var + eps)·weight + bias over the last dimensions, with the biased variance.
     *
     * @param normalizedShape the last one or two sizes of x
     * @param weight of that shape, or null
     * @param bias of that shape, or null
     * @throws IllegalArgumentException if a shape is another
     */
    public static Matrix layerNorm(
            Matrix x, int[] normalizedShape, @Nullable Matrix weight, @Nullable Matrix bias, double eps) {
        Dims normalized = Dims.of(normalizedShape);
        Dims dims = x.dims();
        boolean ends = normalized.rank() > 0
                && normalized.rank() <= dims.rank()
                && normalized.columns() == dims.columns()
                && (normalized.rank() == 1 || normalized.rows() == dims.rows());
        if (!ends) {
            throw new IllegalArgumentException(
                    "layer_norm %s: normalized_shape %s is not how the shape ends".formatted(dims, normalized));
        }
        checkShape("weight", weight, normalized);
        checkShape("bias", bias, normalized);
        Matrix result = Normalization.normalize(x, normalized.size(), eps);
        if (weight != null) {
            result = result.mul(weight);
        }
        return bias == null ? result : result.add(bias);
    }

    private static void checkShape(String name, @Nullable Matrix given, Dims normalized) {
        if (given != null && !given.dims().equals(normalized)) {
            throw new IllegalArgumentException(
                    "layer_norm: %s %s for normalized_shape %s".formatted(name, given.dims(), normalized));
        }
    }
}
