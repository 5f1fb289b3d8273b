package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.gradtwin.tensor.Shape;

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
     *
     * @param whole whether no dimension was named, or there is none
     */
    record Walk(Shape result, int groups, int count, int stride, boolean whole) {
        int first(int group) {
            return stride == 1 ? group * count : group / stride * stride * count + group % stride;
        }
    }

    /** Along one dimension of a shape. */
    static Walk along(Shape shape, int dim) {
        int at = shape.dimension(dim);
        boolean number = shape.rank() == 0;
        int count = number ? 1 : shape.dim(at);
        int stride = shape.product(at + 1, shape.rank());
        return new Walk(shape, shape.product(0, at) * stride, count, stride, number);
    }

    /** Reduces a value, whose elements are brought together first where the dimensions are not neighbours. */
    Matrix reduce(Matrix x, BiFunction<Matrix, Walk, Matrix> reduction) {
        Shape shape = x.shape();
        if (dims.length == 0 && !keepdim) {
            return reduction.apply(x, new Walk(Shape.SCALAR, 1, shape.size(), 1, true));
        }
        int rank = shape.rank();
        boolean[] reduced = reduced(shape);
        int[] sizes = shape.dims();
        int[] kept = IntStream.range(0, rank).filter(d -> !reduced[d]).toArray();
        int[] gone = IntStream.range(0, rank).filter(d -> reduced[d]).toArray();
        Shape left = Shape.of(IntStream.of(kept).map(d -> sizes[d]).toArray());
        Shape result = left;
        if (keepdim) {
            IntStream.of(gone).forEach(d -> sizes[d] = 1);
            result = Shape.of(sizes);
        }
        int count = IntStream.of(gone).map(shape::dim).reduce(1, (a, b) -> a * b);
        boolean whole = dims.length == 0 || rank == 0;
        int[] wide = IntStream.of(gone).filter(d -> shape.dim(d) != 1).toArray();
        int end = wide.length == 0 ? rank : wide[wide.length - 1] + 1;
        boolean apart =
                wide.length > 0 && IntStream.of(kept).anyMatch(d -> d > wide[0] && d < end && shape.dim(d) != 1);
        Matrix operand = apart
                ? x.permute(
                        IntStream.concat(IntStream.of(kept), IntStream.of(gone)).toArray())
                : x;
        int stride = apart ? 1 : shape.product(end, rank);
        return reduction.apply(operand, new Walk(result, left.size(), count, stride, whole));
    }

    private boolean[] reduced(Shape shape) {
        boolean[] reduced = new boolean[Math.max(1, shape.rank())];
        Arrays.fill(reduced, dims.length == 0);
        for (int dim : dims) {
            int at = shape.dimension(dim);
            if (reduced[at]) {
                throw new IllegalArgumentException("dim " + at + " appears twice in " + Arrays.toString(dims));
            }
            reduced[at] = true;
        }
        return reduced;
    }
}
