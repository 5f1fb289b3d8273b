package org.gradtwin.matrix.kernel;

import java.util.Arrays;

/**
 * The matrix product in float64 without the Vector API. The JIT compiler makes vector instructions of a loop whose
 * arrays are all read and written at the same index, so the rows of b are copied into arrays of their own, and a row
 * of c is summed over four of them at once. (Two rows of c at once would be too much for it on JDK 17.) PlainGemm32 is
 * made from this file by the execution "float32" in pom.xml.
 */
final class PlainGemm64 {
    /** Rows and columns of b that are kept copied: they fit in the second-level cache. */
    private static final int DEPTH = 128;

    private static final int WIDTH = 2048 / Double.BYTES;

    /** Narrower products are computed transposed if that makes the inner loops longer. */
    private static final int NARROW = 64;

    private static final ThreadLocal<double[][]> COPIES = ThreadLocal.withInitial(() -> new double[DEPTH][WIDTH]);
    private static final ThreadLocal<double[]> SUMS = ThreadLocal.withInitial(() -> new double[WIDTH]);

    private PlainGemm64() {}

    static void multiply(
            RowSplit split,
            int m,
            int n,
            int k,
            double[] a,
            boolean transposeA,
            double[] b,
            boolean transposeB,
            double[] c) {
        if (k == 0) {
            Arrays.fill(c, 0);
            return;
        }
        View left = new View(a, transposeA ? 1 : k, transposeA ? m : 1);
        View right = new View(b, transposeB ? 1 : n, transposeB ? k : 1);
        View result = new View(c, n, 1);
        if (n < NARROW && n < m) {
            multiply(split, n, m, k, right.transposed(), left.transposed(), result.transposed());
        } else {
            multiply(split, m, n, k, left, right, result);
        }
    }

    /** A matrix in an array: element (i, j) is at i·row + j·column. */
    @SuppressWarnings("ArrayRecordComponent") // a view, not a value
    private record View(double[] array, int row, int column) {
        View transposed() {
            return new View(array, column, row);
        }
    }

    private static void multiply(RowSplit split, int m, int n, int k, View a, View b, View c) {
        double[][] copies = COPIES.get();
        for (int j = 0; j < n; j += WIDTH) {
            int width = Math.min(WIDTH, n - j);
            for (int p = 0; p < k; p += DEPTH) {
                int depth = Math.min(DEPTH, k - p);
                copy(b, p, depth, j, width, copies);
                int column = j;
                int first = p;
                split.run(
                        m,
                        1,
                        (long) m * width * depth,
                        (from, to) -> rows(from, to, first, depth, column, width, a, copies, c));
            }
        }
    }

    private static void copy(View b, int p, int depth, int j, int width, double[][] copies) {
        for (int q = 0; q < depth; q++) {
            double[] copy = copies[q];
            int at = (p + q) * b.row + j * b.column;
            if (b.column == 1) {
                System.arraycopy(b.array, at, copy, 0, width);
            } else {
                for (int i = 0; i < width; i++, at += b.column) {
                    copy[i] = b.array[at];
                }
            }
        }
    }

    private static void rows(int from, int to, int p, int depth, int j, int width, View a, double[][] b, View c) {
        double[] sums = SUMS.get();
        for (int i = from; i < to; i++) {
            load(c, i, j, width, p > 0, sums);
            int x = i * a.row + p * a.column;
            int step = a.column;
            int q = 0;
            for (; q + 4 <= depth; q += 4, x += 4 * step) {
                double x0 = a.array[x];
                double x1 = a.array[x + step];
                double x2 = a.array[x + 2 * step];
                double x3 = a.array[x + 3 * step];
                addFour(width, sums, x0, x1, x2, x3, b[q], b[q + 1], b[q + 2], b[q + 3]);
            }
            for (; q < depth; q++, x += step) {
                addOne(width, sums, a.array[x], b[q]);
            }
            store(sums, width, c, i, j);
        }
    }

    private static void addFour(
            int width,
            double[] sums,
            double x0,
            double x1,
            double x2,
            double x3,
            double[] b0,
            double[] b1,
            double[] b2,
            double[] b3) {
        for (int i = 0; i < width; i++) {
            sums[i] += x0 * b0[i] + x1 * b1[i] + x2 * b2[i] + x3 * b3[i];
        }
    }

    private static void addOne(int width, double[] sums, double x, double[] b) {
        for (int i = 0; i < width; i++) {
            sums[i] += x * b[i];
        }
    }

    private static void load(View c, int i, int j, int width, boolean continued, double[] sums) {
        if (!continued) {
            Arrays.fill(sums, 0, width, 0);
            return;
        }
        for (int l = 0, at = i * c.row + j * c.column; l < width; l++, at += c.column) {
            sums[l] = c.array[at];
        }
    }

    private static void store(double[] sums, int width, View c, int i, int j) {
        for (int l = 0, at = i * c.row + j * c.column; l < width; l++, at += c.column) {
            c.array[at] = sums[l];
        }
    }
}
