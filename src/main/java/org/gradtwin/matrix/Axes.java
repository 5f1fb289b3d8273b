package org.gradtwin.matrix;

import java.util.Arrays;

/**
 * The dimensions that a reduction runs over, and whether they stay with size 1.
 *
 * @param dims the dimensions, negative ones counted from the end; empty for all
 * @param keepdim whether the reduced dimensions stay with size 1
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Axes(int[] dims, boolean keepdim) {
    /** Over every element, to a number. */
    public static final Axes ALL = new Axes(new int[0], false);

    public Axes {
        dims = dims.clone();
    }

    /** Over these dimensions; over all of them if none is named. */
    public static Axes of(int... dims) {
        return new Axes(dims, false);
    }

    /** The same dimensions, kept with size 1. */
    public Axes keeping() {
        return new Axes(dims, true);
    }

    @Override
    public int[] dims() {
        return dims.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Axes axes && Arrays.equals(dims, axes.dims) && keepdim == axes.keepdim;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(dims) + Boolean.hashCode(keepdim);
    }

    @Override
    public String toString() {
        return "dim=" + Arrays.toString(dims) + (keepdim ? ", keepdim" : "");
    }

    /**
     * How a reduction walks an array: {@code groups} results, each over {@code count} elements {@code stride} apart,
     * the first of which is {@link #first}.
     */
    record Walk(Dims result, int groups, int count, int stride) {
        int first(int group) {
            return stride == 1 ? group * count : group;
        }
    }

    Walk over(String op, Dims dims) {
        boolean[] reduced = new boolean[2];
        for (int dim : this.dims) {
            int at = dims.dimension(op, dim);
            if (reduced[at]) {
                throw new IllegalArgumentException("%s %s: dim %d appears twice".formatted(op, dims, dim));
            }
            reduced[at] = true;
        }
        int named = (reduced[0] ? 1 : 0) + (reduced[1] ? 1 : 0);
        if (named == 0 || named >= dims.rank()) {
            Dims result = keepdim ? new Dims(dims.rank(), 1, 1) : Dims.SCALAR;
            return new Walk(result, 1, dims.size(), 1);
        }
        if (reduced[0]) {
            Dims result = keepdim ? Dims.matrix(1, dims.columns()) : Dims.vector(dims.columns());
            return new Walk(result, dims.columns(), dims.rows(), dims.columns());
        }
        Dims result = keepdim ? Dims.matrix(dims.rows(), 1) : Dims.vector(dims.rows());
        return new Walk(result, dims.rows(), dims.columns(), 1);
    }
}
