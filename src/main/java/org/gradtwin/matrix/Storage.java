package org.gradtwin.matrix;

/**
 * The numbers of a value, row-major, in one primitive array. Reductions round to the format of the storage at
 * every step, so that float32 overflows and rounds as float32 does.
 */
sealed interface Storage permits Doubles, Floats {
    int length();

    double get(int i);

    /** Stores the nearest number of the format. */
    void set(int i, double number);

    /** {@code this = number} for the elements {@code from} to before {@code to}; all ranges are such. */
    void fill(double number, int from, int to);

    /** {@code this += other}. */
    void add(Storage other, int from, int to);

    /** {@code this += factor * other}. */
    void addScaled(double factor, Storage other, int from, int to);

    /** {@code this = x * y}, elementwise. */
    void product(Storage x, Storage y, int from, int to);

    /** {@code this *= factor}, a number of the format. */
    void scale(double factor, int from, int to);

    /** Copies {@code count} elements of {@code from}, the first to {@code at}. */
    void copy(int at, Storage from, int first, int count);

    /** Copies {@code count} elements of {@code from}, {@code step} apart from {@code first} on, the first to {@code at}. */
    void copyStrided(int at, Storage from, int first, int count, int step);

    /** Each element becomes the one of {@code from} at its source, and {@code fill} where that is −1. */
    void gather(Storage from, double fill, int[] sources);

    /** Adds each element of {@code from} to the one at its target, to none where that is −1. */
    void scatterAdd(Storage from, int[] targets);

    /** Copies the elements of {@code from} where the mask is {@code side}. */
    void copyWhere(boolean[] mask, boolean side, Storage from);

    /** The sum of {@code count} elements from {@code offset} on, {@code stride} apart: pairwise over blocks. */
    double sum(int offset, int count, int stride);

    /** The greatest of those elements, NaN if one is; −∞ for none. */
    double max(int offset, int count, int stride);

    /** Sets those elements to the ones of {@code from} less {@code shift}, a number of the format. */
    void shift(int offset, int count, int stride, Storage from, double shift);

    /** Divides those elements by {@code divisor}, a number of the format. */
    void divide(int offset, int count, int stride, double divisor);

    /** Takes {@code factor}, a number of the format, times those elements of {@code other} from them. */
    void subtractScaled(int offset, int count, int stride, double factor, Storage other);

    /** Sums a range of columns of this (rows, columns) matrix into those of {@code target} (columns). */
    void sumRows(int rows, int columns, Storage target, int from, int to);

    /** {@code this = matrix + row} for a range of the rows of a matrix; the matrix may be this. */
    void addRow(Storage matrix, Storage row, int columns, int from, int to);

    /** The numbers as double, which is exact in either format. */
    double[] toDoubles();

    /** Rounds the numbers in. */
    void load(double[] numbers);

    /** Blocks of this many terms are summed in four strands, and the blocks' sums in a tree. */
    int BLOCK = 64;
}
