package org.gradtwin.matrix;

import java.util.Arrays;

/** float64 numbers. */
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
    public double max(int offset, int count, int stride) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0, at = offset; i < count; i++, at += stride) {
            max = Math.max(max, array[at]);
        }
        return max;
    }

    @Override
    public void shift(int offset, int count, int stride, Storage from, double shift) {
        double[] target = array;
        double[] source = ((Doubles) from).array;
        double by = shift;
        if (stride == 1) {
            for (int i = offset; i < offset + count; i++) {
                target[i] = source[i] - by;
            }
            return;
        }
        for (int i = 0, at = offset; i < count; i++, at += stride) {
            target[at] = source[at] - by;
        }
    }

    @Override
    public void subtractScaled(int offset, int count, int stride, double factor, Storage other) {
        double[] target = array;
        double[] source = ((Doubles) other).array;
        double by = factor;
        if (stride == 1) {
            for (int i = offset; i < offset + count; i++) {
                target[i] -= source[i] * by;
            }
            return;
        }
        for (int i = 0, at = offset; i < count; i++, at += stride) {
            target[at] -= source[at] * by;
        }
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
