package org.gradtwin.scalar;

import java.util.Arrays;

/**
 * The operands of a tape that lie elsewhere, a row for each use: which cells, and the index there. The cells are few, so a row
 * holds a number for them; storing the reference itself would cost the garbage collector a look at every row.
 */
final class Foreign {

    /** How many of the latest cells are compared before the same cells are noted again, which does no harm. */
    private static final int LOOK_BACK = 8;

    private Cells[] cells = new Cells[4];
    private int[] number = {};
    private int[] index = {};
    private int size;
    private int distinct;
    private final int firstCapacity;

    /** No rows; the first makes room for so many. */
    Foreign(int firstCapacity) {
        this.firstCapacity = firstCapacity;
    }

    int size() {
        return size;
    }

    /** How many cells are noted. */
    int distinct() {
        return distinct;
    }

    /** Adds a row; gives its number. */
    int add(Cells where, int at) {
        if (size == index.length) {
            number = Arrays.copyOf(number, size == 0 ? Math.max(4, firstCapacity) : Tape.grown(size));
            index = Arrays.copyOf(index, number.length);
        }
        number[size] = numberOf(where);
        index[size] = at;
        return size++;
    }

    private int numberOf(Cells where) {
        for (int i = distinct - 1; i >= 0 && i >= distinct - LOOK_BACK; i--) {
            if (cells[i] == where) {
                return i;
            }
        }
        if (distinct == cells.length) {
            cells = Arrays.copyOf(cells, 2 * distinct);
        }
        cells[distinct] = where;
        return distinct++;
    }

    Cells cells(int row) {
        return cells[number[row]];
    }

    int index(int row) {
        return index[row];
    }

    double value(int row) {
        return cells[number[row]].value[index[row]];
    }

    /** Forgets what was added since there were so many rows and cells. */
    void shrink(int rows, int distinctCells) {
        Arrays.fill(cells, distinctCells, distinct, null);
        distinct = distinctCells;
        size = rows;
    }
}
