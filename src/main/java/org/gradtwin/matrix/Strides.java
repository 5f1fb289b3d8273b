package org.gradtwin.matrix;

import java.util.Arrays;
import org.gradtwin.tensor.Shape;

/**
 * How to go through a result in row-major order, beside operands that are stretched or permuted: in blocks of rows of
 * columns, each operand with steps of its own. Neighbouring dimensions through which every operand steps evenly are one,
 * so that operands of equal shapes are one row, and a bias under a batch is one block.
 */
final class Strides {
    final int blocks;
    final int rows;
    final int columns;
    private final int[][] starts;
    private final int[] rowSteps;
    private final int[] columnSteps;

    /**
     * Goes through a result.
     *
     * @param steps of each operand, how far apart its elements lie along each dimension of the result
     */
    Strides(Shape result, int[]... steps) {
        int rank = result.rank();
        int[] sizes = new int[rank];
        int[][] merged = new int[steps.length][rank];
        int first = rank;
        for (int d = rank - 1; d >= 0; d--) {
            int size = result.dim(d);
            if (size == 1) {
                continue;
            }
            boolean even = first < rank;
            for (int o = 0; o < steps.length && even; o++) {
                even = steps[o][d] == merged[o][first] * sizes[first];
            }
            if (even) {
                sizes[first] *= size;
                continue;
            }
            sizes[--first] = size;
            for (int o = 0; o < steps.length; o++) {
                merged[o][first] = steps[o][d];
            }
        }
        int row = rank - 2;
        int column = rank - 1;
        int end = Math.max(first, row);
        Shape outer = Shape.of(Arrays.copyOfRange(sizes, first, end));
        blocks = outer.size();
        rows = row >= first ? sizes[row] : 1;
        columns = column >= first ? sizes[column] : 1;
        starts = new int[steps.length][];
        rowSteps = new int[steps.length];
        columnSteps = new int[steps.length];
        for (int o = 0; o < steps.length; o++) {
            starts[o] = outer.walk(Arrays.copyOfRange(merged[o], first, end));
            rowSteps[o] = row >= first ? merged[o][row] : 0;
            columnSteps[o] = column >= first ? merged[o][column] : 0;
        }
    }

    /** Where a block of an operand begins. */
    int start(int operand, int block) {
        return starts[operand][block];
    }

    /** From a row of an operand to the next. */
    int rowStep(int operand) {
        return rowSteps[operand];
    }

    /** From an element of an operand to the next of its row. */
    int columnStep(int operand) {
        return columnSteps[operand];
    }

    /** Whether the first operand is a batch of rows as it stands in memory, and the second one row for all of them. */
    boolean isRowUnderBatch() {
        return blocks == 1
                && rows > 1
                && columnSteps[0] == 1
                && columnSteps[1] == 1
                && rowSteps[0] == columns
                && rowSteps[1] == 0;
    }

    /** Copies the elements of the only operand. */
    void copy(Storage from, Storage to) {
        for (int b = 0, at = 0; b < blocks; b++) {
            for (int r = 0, start = starts[0][b]; r < rows; r++, start += rowSteps[0]) {
                to.copyStrided(at, from, start, columns, columnSteps[0]);
                at += columns;
            }
        }
    }
}
