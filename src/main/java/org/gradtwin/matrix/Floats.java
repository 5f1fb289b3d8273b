package org.gradtwin.matrix;

import java.util.Arrays;

/** float32 numbers. */
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
    public double max(int offset, int count, int stride) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0, at = offset; i < count; i++, at += stride) {
            max = Math.max(max, array[at]);
        }
        return max;
    }

    @Override
    public void shift(int offset, int count, int stride, Storage from, double shift) {
        float[] target = array;
        float[] source = ((Floats) from).array;
        float by = (float) shift;
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
        float[] target = array;
        float[] source = ((Floats) other).array;
        float by = (float) factor;
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
