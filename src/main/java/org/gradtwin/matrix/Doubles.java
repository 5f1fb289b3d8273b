package org.gradtwin.matrix;

import java.util.Arrays;

/**
 * float64 numbers. Floats is made from this file by the execution "float32" in pom.xml: a double
 * marked so stays double there, and a cast in a comment is carried out.
 */
@SuppressWarnings("ArrayRecordComponent") // the array is shared, and storages are never compared
record Doubles(double[] array) implements Storage {
    @Override
    public int length() {
        return array.length;
    }

    @Override
    public /* stays */ double get(int i) {
        return array[i];
    }

    @Override
    public void set(int i, /* stays */ double number) {
        array[i] = /* (float) */ number;
    }

    @Override
    public void fill(/* stays */ double number, int from, int to) {
        Arrays.fill(array, from, to, /* (float) */ number);
    }

    @Override
    public void add(Storage other, int from, int to) {
        double[] target = array;
        double[] source = ((Doubles) other).array;
        for (int i = from; i < to; i++) {
            target[i] += source[i];
        }
    }

    @Override
    public void addScaled(/* stays */ double factor, Storage other, int from, int to) {
        double[] target = array;
        double[] source = ((Doubles) other).array;
        double by = /* (float) */ factor;
        for (int i = from; i < to; i++) {
            target[i] += by * source[i];
        }
    }

    @Override
    public void product(Storage x, Storage y, int from, int to) {
        double[] target = array;
        double[] left = ((Doubles) x).array;
        double[] right = ((Doubles) y).array;
        for (int i = from; i < to; i++) {
            target[i] = left[i] * right[i];
        }
    }

    @Override
    public void scale(/* stays */ double factor, int from, int to) {
        double by = /* (float) */ factor;
        for (int i = from; i < to; i++) {
            array[i] *= by;
        }
    }

    @Override
    public void copy(int at, Storage from, int first, int count) {
        System.arraycopy(((Doubles) from).array, first, array, at, count);
    }

    @Override
    public void copyStrided(int at, Storage from, int first, int count, int step) {
        double[] target = array;
        double[] source = ((Doubles) from).array;
        for (int i = 0, next = first; i < count; i++, next += step) {
            target[at + i] = source[next];
        }
    }

    @Override
    public void gather(Storage from, /* stays */ double fill, int[] sources) {
        double[] target = array;
        double[] source = ((Doubles) from).array;
        double otherwise = /* (float) */ fill;
        for (int i = 0; i < sources.length; i++) {
            int at = sources[i];
            target[i] = at < 0 ? otherwise : source[at];
        }
    }

    @Override
    public void scatterAdd(Storage from, int[] targets) {
        double[] target = array;
        double[] source = ((Doubles) from).array;
        for (int i = 0; i < targets.length; i++) {
            int at = targets[i];
            if (at >= 0) {
                target[at] += source[i];
            }
        }
    }

    @Override
    public void copyWhere(boolean[] mask, boolean side, Storage from) {
        double[] target = array;
        double[] source = ((Doubles) from).array;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == side) {
                target[i] = source[i];
            }
        }
    }

    @Override
    public /* stays */ double sum(int offset, int count, int stride) {
        if (count <= BLOCK) {
            double first = 0;
            double second = 0;
            double third = 0;
            double fourth = 0;
            int i = 0;
            int at = offset;
            for (; i + 4 <= count; i += 4, at += 4 * stride) {
                first += array[at];
                second += array[at + stride];
                third += array[at + 2 * stride];
                fourth += array[at + 3 * stride];
            }
            for (; i < count; i++, at += stride) {
                first += array[at];
            }
            return (first + second) + (third + fourth);
        }
        int half = (count / 2 + BLOCK - 1) / BLOCK * BLOCK;
        double first = /* (float) */ sum(offset, half, stride);
        double second = /* (float) */ sum(offset + half * stride, count - half, stride);
        return first + second;
    }

    @Override
    public /* stays */ double max(int offset, int count, int stride) {
        double first = Double.NEGATIVE_INFINITY;
        double second = first;
        double third = first;
        double fourth = first;
        int i = 0;
        int at = offset;
        for (; i + 4 <= count; i += 4, at += 4 * stride) {
            first = Math.max(first, array[at]);
            second = Math.max(second, array[at + stride]);
            third = Math.max(third, array[at + 2 * stride]);
            fourth = Math.max(fourth, array[at + 3 * stride]);
        }
        for (; i < count; i++, at += stride) {
            first = Math.max(first, array[at]);
        }
        return Math.max(Math.max(first, second), Math.max(third, fourth));
    }

    @Override
    public void shift(int offset, int count, int stride, Storage from, /* stays */ double shift) {
        double[] target = array;
        double[] source = ((Doubles) from).array;
        double by = /* (float) */ shift;
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
    public void divide(int offset, int count, int stride, /* stays */ double divisor) {
        double by = /* (float) */ divisor;
        if (stride == 1) {
            for (int i = offset; i < offset + count; i++) {
                array[i] /= by;
            }
            return;
        }
        for (int i = 0, at = offset; i < count; i++, at += stride) {
            array[at] /= by;
        }
    }

    @Override
    public void subtractScaled(int offset, int count, int stride, /* stays */ double factor, Storage other) {
        double[] target = array;
        double[] source = ((Doubles) other).array;
        double by = /* (float) */ factor;
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
    public void sumRows(int rows, int columns, Storage target, int from, int to) {
        double[] sums = ((Doubles) target).array;
        Arrays.fill(sums, from, to, 0);
        for (int r = 0; r < rows; r++) {
            int row = r * columns;
            for (int c = from; c < to; c++) {
                sums[c] += array[row + c];
            }
        }
    }

    @Override
    public void addRow(Storage matrix, Storage row, int columns, int from, int to) {
        double[] source = ((Doubles) matrix).array;
        double[] added = ((Doubles) row).array;
        for (int r = from, at = from * columns; r < to; r++) {
            for (int c = 0; c < columns; c++, at++) {
                array[at] = source[at] + added[c];
            }
        }
    }

    @Override
    public /* stays */ double[] toDoubles() {
        /* stays */ double[] numbers = new /* stays */ double[array.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array[i];
        }
        return numbers;
    }

    @Override
    public void load(/* stays */ double[] numbers) {
        for (int i = 0; i < array.length; i++) {
            array[i] = /* (float) */ numbers[i];
        }
    }
}
