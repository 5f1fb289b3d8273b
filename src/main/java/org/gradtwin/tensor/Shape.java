package org.gradtwin.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor of rank 0, 1 or 2, printed as Python prints a tuple: {@code ()}, {@code (3,)},
 * {@code (2, 3)}.
 */
public final class Shape {
    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        this.dims = dims;
        long elements = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("size " + dim + " in " + format(dims) + " is negative");
            }
            elements *= dim;
        }
        if (elements > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(format(dims) + " has " + elements + " elements, more than 2^31 - 1");
        }
        this.size = (int) elements;
    }

    /**
     * The shape of those sizes, outermost first.
     *
     * @throws IllegalArgumentException for more than two sizes, a negative one, or more than 2³¹ − 1 elements
     */
    public static Shape of(int... dims) {
        if (dims.length > 2) {
            throw new IllegalArgumentException(
                    format(dims) + " has rank " + dims.length + ": values are 0-d, 1-d or 2-d");
        }
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** Number of dimensions, 0 to 2. */
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

    /** Rows when seen as a matrix: 1 for rank 0 and 1. */
    public int rows() {
        return dims.length == 2 ? dims[0] : 1;
    }

    /** Columns when seen as a matrix: 1 for rank 0. */
    public int cols() {
        return dims.length == 0 ? 1 : dims[dims.length - 1];
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
     * Where each element of a broadcast result comes from.
     *
     * @param result a shape that this one broadcasts to
     * @return for each row-major position of {@code result} the row-major position here
     */
    public int[] broadcastSources(Shape result) {
        int rowStride = rank() == 2 && dims[0] != 1 ? dims[1] : 0;
        int colStride = rank() >= 1 && cols() != 1 ? 1 : 0;
        int[] sources = new int[result.size()];
        for (int i = 0, position = 0; i < result.rows(); i++) {
            for (int j = 0; j < result.cols(); j++) {
                sources[position++] = i * rowStride + j * colStride;
            }
        }
        return sources;
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
