package org.gradtwin.matrix;

import java.util.Arrays;

/**
 * The numbers of a value, row-major, in one primitive array. Reductions round to the format of the storage at
 * every step, so that float32 overflows and rounds as float32 does.
 */
sealed interface Storage {
    int length();

    double get(int i);

    /** Stores the nearest number of the format. */
    void set(int i, double number);

    void fill(double number);

    /** {@code this += other}. */
    void add(Storage other);

    /** {@code this += factor * other}. */
    void addScaled(double factor, Storage other);

    void copy(Storage other);

    /** The sum of {@code count} elements from {@code offset} on, {@code stride} apart: pairwise over blocks. */
    double sum(int offset, int count, int stride);

    /** Sums the rows of this (rows, columns) matrix into {@code target} (columns). */
    void sumRows(int rows, int columns, Storage target);

    /** Adds a row (columns) to every row of this (rows, columns) matrix. */
    void addToRows(int rows, int columns, Storage row);

    /** The numbers as double, which is exact in either format. */
    double[] toDoubles();

    /** Rounds the numbers in. */
    void load(double[] numbers);

    /** Blocks of this many terms are summed one after the other, and the blocks' sums in a tree. */
    int BLOCK = 64;

    record Doubles(double[] array) implements Storage {
        @Override
        public int length() {
            return array.length;
        }

        @Override
        public double get(int i) {
            return array[i];
        }

        @Override
        public void set(int i, double number) {
            array[i] = number;
        }

        @Override
        public void fill(double number) {
            Arrays.fill(array, number);
        }

        @Override
        public void add(Storage other) {
            double[] target = array;
            double[] source = ((Doubles) other).array;
            for (int i = 0; i < target.length; i++) {
                target[i] += source[i];
            }
        }

        @Override
        public void addScaled(double factor, Storage other) {
            double[] target = array;
            double[] source = ((Doubles) other).array;
            for (int i = 0; i < target.length; i++) {
                target[i] += factor * source[i];
            }
        }

        @Override
        public void copy(Storage other) {
            System.arraycopy(((Doubles) other).array, 0, array, 0, array.length);
        }

        @Override
        public double sum(int offset, int count, int stride) {
            if (count <= BLOCK) {
                double sum = 0;
                for (int i = 0, at = offset; i < count; i++, at += stride) {
                    sum += array[at];
                }
                return sum;
            }
            int half = (count / 2 + BLOCK - 1) / BLOCK * BLOCK;
            return sum(offset, half, stride) + sum(offset + half * stride, count - half, stride);
        }

        @Override
        public void sumRows(int rows, int columns, Storage target) {
            double[] sums = ((Doubles) target).array;
            Arrays.fill(sums, 0);
            for (int r = 0; r < rows; r++) {
                int row = r * columns;
                for (int c = 0; c < columns; c++) {
                    sums[c] += array[row + c];
                }
            }
        }

        @Override
        public void addToRows(int rows, int columns, Storage row) {
            double[] added = ((Doubles) row).array;
            for (int r = 0, at = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    array[at++] += added[c];
                }
            }
        }

        @Override
        public double[] toDoubles() {
            return array.clone();
        }

        @Override
        public void load(double[] numbers) {
            System.arraycopy(numbers, 0, array, 0, array.length);
        }
    }

    record Floats(float[] array) implements Storage {
        @Override
        public int length() {
            return array.length;
        }

        @Override
        public double get(int i) {
            return array[i];
        }

        @Override
        public void set(int i, double number) {
            array[i] = (float) number;
        }

        @Override
        public void fill(double number) {
            Arrays.fill(array, (float) number);
        }

        @Override
        public void add(Storage other) {
            float[] target = array;
            float[] source = ((Floats) other).array;
            for (int i = 0; i < target.length; i++) {
                target[i] += source[i];
            }
        }

        @Override
        public void addScaled(double factor, Storage other) {
            float[] target = array;
            float[] source = ((Floats) other).array;
            float by = (float) factor;
            for (int i = 0; i < target.length; i++) {
                target[i] += by * source[i];
            }
        }

        @Override
        public void copy(Storage other) {
            System.arraycopy(((Floats) other).array, 0, array, 0, array.length);
        }

        @Override
        public double sum(int offset, int count, int stride) {
            if (count <= BLOCK) {
                float sum = 0;
                for (int i = 0, at = offset; i < count; i++, at += stride) {
                    sum += array[at];
                }
                return sum;
            }
            int half = (count / 2 + BLOCK - 1) / BLOCK * BLOCK;
            return (float) (sum(offset, half, stride) + sum(offset + half * stride, count - half, stride));
        }

        @Override
        public void sumRows(int rows, int columns, Storage target) {
            float[] sums = ((Floats) target).array;
            Arrays.fill(sums, 0);
            for (int r = 0; r < rows; r++) {
                int row = r * columns;
                for (int c = 0; c < columns; c++) {
                    sums[c] += array[row + c];
                }
            }
        }

        @Override
        public void addToRows(int rows, int columns, Storage row) {
            float[] added = ((Floats) row).array;
            for (int r = 0, at = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    array[at++] += added[c];
                }
            }
        }

        @Override
        public double[] toDoubles() {
            double[] numbers = new double[array.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = array[i];
            }
            return numbers;
        }

        @Override
        public void load(double[] numbers) {
            for (int i = 0; i < array.length; i++) {
                array[i] = (float) numbers[i];
            }
        }
    }
}
