package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.RowSplit;

/** Passes over whole arrays, split among threads by elements, rows or columns. */
record Passes(RowSplit split) {
    /** {@code to += other}. */
    void add(Storage to, Storage other) {
        elements(to, (from, end) -> to.add(other, from, end));
    }

    /** {@code to += factor * other}. */
    void addScaled(Storage to, double factor, Storage other) {
        elements(to, (from, end) -> to.addScaled(factor, other, from, end));
    }

    /** {@code to = x * y}, elementwise. */
    void product(Storage to, Storage x, Storage y) {
        elements(to, (from, end) -> to.product(x, y, from, end));
    }

    /** {@code to = other}. */
    void copy(Storage to, Storage other) {
        elements(to, (from, end) -> to.copy(from, other, from, end - from));
    }

    /** {@code to = number}. */
    void fill(Storage to, double number) {
        elements(to, (from, end) -> to.fill(number, from, end));
    }

    /** {@code to = matrix + row}, with a row (columns) that is added to each one of the matrix (rows, columns). */
    void addRow(Storage to, Storage matrix, Storage row, int rows, int columns) {
        long work = RowSplit.SIMPLE * rows * columns;
        split.run(rows, 1, work, (from, end) -> to.addRow(matrix, row, columns, from, end));
    }

    /** {@code to} (columns) is the sum of the rows of the matrix (rows, columns). */
    void sumRows(Storage to, Storage matrix, int rows, int columns) {
        long each = RowSplit.SIMPLE * rows;
        split.runElements(columns, each, (from, end) -> matrix.sumRows(rows, columns, to, from, end));
    }

    private void elements(Storage to, RowSplit.Rows body) {
        split.runElements(to.length(), RowSplit.SIMPLE, body);
    }
}
