package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.List;
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
        checkShape("layer_norm: weight", weight, normalized);
        checkShape("layer_norm: bias", bias, normalized);
        int rows = x.shape().product(0, from);
        Matrix y = Normalization.normalize(x, new Groups(1, rows, normalized.size()), eps);
        return scaled(y, new Groups(rows, normalized.size(), 1), normalized, weight, bias);
    }

    /**
     * {@code batch_norm}: (x − mean)/√(var + eps)·weight + bias for each channel.
     *
     * @param x (N, C, …)
     * @param statistics mean and variance (C) each; none for those of x, with the biased variance
     * @param weight (C), or null
     * @param bias (C), or null
     * @throws IllegalArgumentException if a shape is another
     */
    public static Matrix batchNorm(
            Matrix x, List<Matrix> statistics, @Nullable Matrix weight, @Nullable Matrix bias, double eps) {
        Shape shape = x.shape();
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("batch_norm %s: at least 2 dimensions are needed".formatted(shape));
        }
        int channels = shape.dim(1);
        checkShape("batch_norm: weight", weight, Shape.of(channels));
        checkShape("batch_norm: bias", bias, Shape.of(channels));
        int[] along = new int[shape.rank() - 1];
        Arrays.fill(along, 1);
        along[0] = channels;
        Groups groups = new Groups(shape.dim(0), channels, shape.product(2, shape.rank()));
        Matrix y;
        if (statistics.isEmpty()) {
            y = Normalization.normalize(x, groups, eps);
        } else {
            Matrix variance = statistics.get(1).add(x.graph().constant(eps));
            y = x.sub(statistics.get(0).reshape(along)).mul(variance.rsqrt().reshape(along));
        }
        return scaled(y, groups, Shape.of(along), weight, bias);
    }

    /** x·weight + bias, of which either may be missing; in this shape they broadcast. */
    private static Matrix scaled(Matrix x, Groups groups, Shape shape, @Nullable Matrix weight, @Nullable Matrix bias) {
        if (weight != null && bias != null) {
            return Normalization.affine(x, groups, weight, bias);
        } else if (weight != null) {
            return x.mul(weight.reshape(shape.dims()));
        }
        return bias == null ? x : x.add(bias.reshape(shape.dims()));
    }

    private static void checkShape(String what, @Nullable Matrix given, Shape shape) {
        if (given != null && !given.shape().equals(shape)) {
            throw new IllegalArgumentException("%s %s, expected %s".formatted(what, given.shape(), shape));
        }
    }
}
