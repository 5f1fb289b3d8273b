package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The shape of a value. A number is 1 x 1 and a vector of n is 1 x n in {@code rows} and {@code columns}, which is
 * also how broadcasting lines them up: from the last dimension.
 */
record Dims(int rank, int rows, int columns) {
    static final Dims SCALAR = new Dims(0, 1, 1);

    /** Refuses what no array holds. */
    Dims {
        if ((long) rows * columns > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "shape (" + rows + ", " + columns + "): too many elements for one array");
        }
    }

    static Dims vector(int length) {
        return new Dims(1, 1, length);
    }

    static Dims matrix(int rows, int columns) {
        return new Dims(2, rows, columns);
    }

    static Dims of(int... shape) {
        if (shape.length > 2 || Arrays.stream(shape).anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException(
                    "shape " + text(shape) + ": a value has at most 2 dimensions, none of them negative");
        }
        int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
        return new Dims(shape.length, shape.length < 2 ? 1 : shape[0], columns);
    }

    int size() {
        return rows * columns;
    }

    int[] toArray() {
        return switch (rank) {
            case 0 -> new int[0];
            case 1 -> new int[] {columns};
            default -> new int[] {rows, columns};
        };
    }

    /** The length along a dimension that {@link #dimension} has resolved. */
    int length(int dimension) {
        return rank == 2 && dimension == 0 ? rows : columns;
    }

    /** Counts a negative dimension from the end, as Python does; a number takes 0 and -1. */
    int dimension(String op, int dimension) {
        int count = Math.max(rank, 1);
        if (dimension < -count || dimension >= count) {
            throw new IllegalArgumentException(
                    "%s %s: dim %d is not in [%d, %d]".formatted(op, this, dimension, -count, count - 1));
        }
        return dimension < 0 ? dimension + count : dimension;
    }

    /** The shape that both operands stretch to: sizes agree, or one of them is 1. */
    static Dims broadcast(String op, Dims left, Dims right) {
        if (!fits(left.rows, right.rows) || !fits(left.columns, right.columns)) {
            throw new IllegalArgumentException("%s %s and %s: shapes do not broadcast".formatted(op, left, right));
        }
        return new Dims(
                Math.max(left.rank, right.rank),
                left.rows == 1 ? right.rows : left.rows,
                left.columns == 1 ? right.columns : left.columns);
    }

    private static boolean fits(int left, int right) {
        return left == right || left == 1 || right == 1;
    }

    /** Written as PyTorch writes it: {@code ()}, {@code (3)}, {@code (2, 3)}. */
    @Override
    public String toString() {
        return text(toArray());
    }

    private static String text(int[] shape) {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
