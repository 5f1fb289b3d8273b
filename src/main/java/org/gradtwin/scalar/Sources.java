package org.gradtwin.scalar;

import java.util.Arrays;

/**
 * The cells that the operands of a tape lie in, by number; number 0 is the tape itself. They are few, so an operand is a
 * number and an index: storing references would cost the garbage collector a look at every operand.
 */
final class Sources {

    /** Operands leave so many bits to the number of their cells. */
    private static final int MOST = (1 << (Rows.CODE - Integer.SIZE)) - 1;

    private Cells[] cells = new Cells[4];
    private int size = 1;

    Sources(Rows self) {
        cells[0] = self;
    }

    /** How many numbers are given. */
    int size() {
        return size;
    }

    /** The cells by number. */
    Cells[] array() {
        return cells;
    }

    Cells get(int number) {
        return cells[number];
    }

    /** Whether this is a number of {@code where}. */
    boolean isNumber(int number, Cells where) {
        return number < cells.length && cells[number] == where;
    }

    /** Whether operands lie in {@code where}. */
    boolean contains(Cells where) {
        for (int i = 0; i < size; i++) {
            if (cells[i] == where) {
                return true;
            }
        }
        return false;
    }

    /** Gives a number. Cells in use on several tapes may get several on one, which does no harm. */
    int add(Cells where) {
        if (size > MOST) {
            throw new OutOfMemoryError("a tape refers to at most " + MOST + " blocks of leaves and other tapes");
        }
        if (size == cells.length) {
            cells = Arrays.copyOf(cells, 2 * size);
        }
        cells[size] = where;
        where.number = size;
        return size++;
    }

    /** Forgets the numbers from {@code newSize} on. */
    void shrink(int newSize) {
        Arrays.fill(cells, newSize, size, null);
        size = newSize;
    }
}
