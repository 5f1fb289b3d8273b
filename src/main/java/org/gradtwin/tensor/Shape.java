package org.gradtwin.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The sizes of a tensor of rank 0 to {@value #MAX_RANK}, printed as Python prints a tuple: {@code ()}, {@code (3,)},
 * {@code (2, 3)}.
 */
public final class Shape {
    /** The most dimensions that a value may have. */
    public static final int MAX_RANK = 8;

    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        this.dims = dims;
        long elements = 1;
        boolean empty = false;
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("size " + dim + " in " + format(dims) + " is negative");
            }
            empty |= dim == 0;
            elements *= Math.max(dim, 1);
            if (elements > Integer.MAX_VALUE) {
                // Empty ones too: the product of some of their sizes is the number of steps of many a loop.
                throw new IllegalArgumentException(format(dims) + " has more than 2^31 - 1 elements");
            }
        }
        this.size = empty ? 0 : (int) elements;
    }

    /**
     * The shape of those sizes, outermost first.
     *
     * @throws IllegalArgumentException for more than {@value #MAX_RANK} sizes, a negative one, or more than 2³¹ − 1
     *     elements
     */
    public static Shape of(int... dims) {
        if (dims.length > MAX_RANK) {
            throw new IllegalArgumentException(
                    format(dims) + " has " + dims.length + " dimensions, more than " + MAX_RANK);
        }
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** Number of dimensions, 0 to {@value #MAX_RANK}. */
    public int rank() {
        return dims.length;
    }

    /** Number of elements: the product of the sizes, 1 for rank 0. */
    public int size() {
        return size;
    }

    /** The size along a dimension counted from 0. */
    public int dim(int dimension) {
        return dims[dimension];
    }

    /** A copy of the sizes. */
    public int[] dims() {
        return dims.clone();
    }

    /** The size of the last dimension, 1 for rank 0. */
    public int last() {
        return dims.length == 0 ? 1 : dims[dims.length - 1];
    }

    /** The number of rows of {@link #last} elements: the product of all sizes but the last, 1 for rank 0 and 1. */
    public int rows() {
        return product(0, dims.length - 1);
    }

    /** The product of the sizes of the dimensions {@code from} to before {@code to}; 1 for none. */
    public int product(int from, int to) {
        int product = 1;
        for (int d = from; d < to; d++) {
            product *= dims[d];
        }
        return product;
    }

    /** How far apart in row-major order neighbours along each dimension lie. */
    public int[] strides() {
        int[] strides = new int[dims.length];
        for (int d = dims.length - 1, stride = 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= dims[d];
        }
        return strides;
    }

    /**
     * Turns a possibly negative dimension into one counted from 0, as PyTorch does.
     *
     * @throws IllegalArgumentException if it is outside [−rank, rank − 1]; a rank of 0 counts as 1
     */
    public int dimension(int dim) {
        int rank = Math.max(rank(), 1);
        if (dim < -rank || dim >= rank) {
            throw new IllegalArgumentException(
                    "dim " + dim + " is out of range for " + this + ": expected " + -rank + " to " + (rank - 1));
        }
        return dim < 0 ? dim + rank : dim;
    }

    /** The index of an element from its row-major position. */
    public int[] index(int position) {
        int[] index = new int[dims.length];
        int rest = position;
        for (int d = dims.length - 1; d >= 0; d--) {
            index[d] = rest % dims[d];
            rest /= dims[d];
        }
        return index;
    }

    /** The row-major position of an index, −1 for one outside. */
    public int position(int... index) {
        int position = 0;
        for (int d = 0; d < dims.length; d++) {
            if (index[d] < 0 || index[d] >= dims[d]) {
                return -1;
            }
            position = position * dims[d] + index[d];
        }
        return position;
    }

    /**
     * The shape that both broadcast to: aligned at the last dimension, sizes must be equal or one of them 1
     * (PyTorch, "Broadcasting semantics").
     *
     * @throws IllegalArgumentException if they do not broadcast
     */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        for (int d = 1; d <= rank; d++) {
            int m = d <= a.rank() ? a.dims[a.rank() - d] : 1;
            int n = d <= b.rank() ? b.dims[b.rank() - d] : 1;
            if (m != n && m != 1 && n != 1) {
                throw new IllegalArgumentException(a + " and " + b + " do not broadcast: sizes " + m + " and " + n
                        + " differ in dimension " + (rank - d));
            }
            dims[rank - d] = m == 1 ? n : m;
        }
        return of(dims);
    }

    /**
     * How far apart neighbours along each dimension of a broadcast result lie in this shape's row-major order: 0 where this
     * one is stretched.
     *
     * @param result a shape that this one broadcasts to
     */
    public int[] broadcastStrides(Shape result) {
        int[] own = strides();
        int[] strides = new int[result.rank()];
        int missing = result.rank() - rank();
        for (int d = 0; d < own.length; d++) {
            strides[missing + d] = dims[d] == 1 ? 0 : own[d];
        }
        return strides;
    }

    /**
     * Where each element of a broadcast result comes from.
     *
     * @param result a shape that this one broadcasts to
     * @return for each row-major position of {@code result} the row-major position here
     */
    public int[] broadcastSources(Shape result) {
        return result.walk(broadcastStrides(result));
    }

    /**
     * The positions that one visits who goes through this shape in row-major order, with a step of one's own along each
     * dimension: with the strides of a transposed tensor, the places of the transposed elements.
     *
     * @param steps how far a step along each dimension goes
     */
    public int[] walk(int[] steps) {
        int[] positions = new int[size];
        int block = 1;
        int filled = size == 0 ? 0 : 1;
        // The innermost dimension first: what is filled is copied once for each further step.
        for (int d = dims.length - 1; d >= 0 && size > 0; d--) {
            for (int i = 1; i < dims[d]; i++) {
                for (int k = 0; k < block; k++) {
                    positions[filled++] = positions[k] + i * steps[d];
                }
            }
            block = filled;
        }
        return positions;
    }

    /**
     * The positions that a reduction takes together.
     *
     * @param reduced the dimensions that are reduced, ascending
     * @return for each element of the result, in row-major order, its elements in row-major order
     */
    public int[][] groups(int[] reduced) {
        int[] others = IntStream.range(0, rank())
                .filter(d -> Arrays.binarySearch(reduced, d) < 0)
                .toArray();
        int[] starts = walkAlong(others);
        int[] within = walkAlong(reduced);
        int[][] groups = new int[starts.length][within.length];
        for (int g = 0; g < starts.length; g++) {
            for (int i = 0; i < within.length; i++) {
                groups[g][i] = starts[g] + within[i];
            }
        }
        return groups;
    }

    /** The positions of the elements that lie at index 0 in all dimensions but those. */
    private int[] walkAlong(int[] along) {
        int[] strides = strides();
        Shape part = Shape.of(IntStream.of(along).map(this::dim).toArray());
        return part.walk(IntStream.of(along).map(d -> strides[d]).toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return format(dims);
    }

    private static String format(int[] dims) {
        return Arrays.stream(dims)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", dims.length == 1 ? ",)" : ")"));
    }
}
