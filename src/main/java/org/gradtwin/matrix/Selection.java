package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The elements that an index expression takes from a value.
 *
 * @param dims the shape of the result
 * @param sources where each element of the result comes from, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // private to the package and compared nowhere
record Selection(Dims dims, int[] sources) {
    static Selection of(Dims from, Index... indices) {
        if (indices.length > from.rank()) {
            throw new IllegalArgumentException(
                    "index %s: %d indices for %d dimensions".formatted(from, indices.length, from.rank()));
        }
        String op = "index " + from;
        if (from.rank() == 0) {
            return new Selection(from, new int[] {0});
        } else if (from.rank() == 1) {
            Index index = indices.length == 0 ? Index.ALL : indices[0];
            return new Selection(shape(index, from.columns()), positions(op, index, 0, from.columns()));
        }
        Index row = indices.length > 0 ? indices[0] : Index.ALL;
        Index column = indices.length > 1 ? indices[1] : Index.ALL;
        int[] rows = positions(op, row, 0, from.rows());
        int[] columns = positions(op, column, 1, from.columns());
        if (row instanceof Index.Picks left && column instanceof Index.Picks right) {
            return pairs(from, op, left, rows, right, columns);
        }
        Dims outer = shape(row, from.rows());
        Dims inner = shape(column, from.columns());
        int rank = outer.rank() + inner.rank();
        if (rank > 2) {
            throw new IllegalArgumentException("%s: the result would have %d dimensions".formatted(op, rank));
        }
        int[] sources = new int[rows.length * columns.length];
        int at = 0;
        for (int r : rows) {
            for (int c : columns) {
                sources[at++] = r * from.columns() + c;
            }
        }
        int[] shape = IntStream.concat(Arrays.stream(outer.toArray()), Arrays.stream(inner.toArray()))
                .toArray();
        return new Selection(Dims.of(shape), sources);
    }

    /** Two integer arrays broadcast and are read in pairs. */
    private static Selection pairs(
            Dims from, String op, Index.Picks left, int[] rows, Index.Picks right, int[] columns) {
        Dims outer = Dims.of(left.shape());
        Dims inner = Dims.of(right.shape());
        Dims dims = Dims.broadcast(op, outer, inner);
        int[] sources = new int[dims.size()];
        for (int r = 0, at = 0; r < dims.rows(); r++) {
            for (int c = 0; c < dims.columns(); c++) {
                int row = rows[stretch(outer, r, c)];
                sources[at++] = row * from.columns() + columns[stretch(inner, r, c)];
            }
        }
        return new Selection(dims, sources);
    }

    private static int stretch(Dims dims, int row, int column) {
        return (dims.rows() == 1 ? 0 : row * dims.columns()) + (dims.columns() == 1 ? 0 : column);
    }

    private static int[] positions(String op, Index index, int dimension, int length) {
        return index instanceof Index.Picks picks
                ? picks.positions(op, dimension, length)
                : ((Index.Slice) index).positions(length);
    }

    private static Dims shape(Index index, int length) {
        return index instanceof Index.Picks picks
                ? Dims.of(picks.shape())
                : Dims.vector(((Index.Slice) index).positions(length).length);
    }
}
