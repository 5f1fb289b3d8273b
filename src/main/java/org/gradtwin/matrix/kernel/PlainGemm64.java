package org.gradtwin.matrix.kernel;

import java.util.Arrays;

/**
 * The matrix product in float64 without the Vector API. The JIT compiler makes vector instructions of a loop whose
 * arrays are all read and written at the same index, so the rows of b are copied into arrays of their own, and two
 * rows of c are summed at once over four rows of b, which halves the loads. {@link PlainGemm32} is its twin.
 */
final class PlainGemm64 {
    /** Rows and columns of b that are kept copied: they fit in the second-level cache. */
    private static final int DEPTH = 128;

    private static final int WIDTH = 256;

    /** Narrower products are computed transposed if that makes the inner loops longer. */
    private static final int NARROW = 64;

    private static final ThreadLocal<double[][]> COPIES = ThreadLocal.withInitial(() -> new double[DEPTH][WIDTH]);
    private static final ThreadLocal<double[][]> SUMS = ThreadLocal.withInitial(() -> new double[2][WIDTH]);

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
                        2,
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
        double[] even = SUMS.get()[0];
        double[] odd = SUMS.get()[1];
        for (int i = from; i < to; i += 2) {
            boolean both = i + 1 < to;
            load(c, i, j, width, p > 0, even);
            load(c, both ? i + 1 : i, j, width, p > 0, odd);
            // A lone last row is summed twice, and once written.
            int x = i * a.row + p * a.column;
            int y = both ? x + a.row : x;
            int q = 0;
            for (; q + 4 <= depth; q += 4, x += 4 * a.column, y += 4 * a.column) {
                addFour(width, even, odd, a.array, x, y, a.column, b[q], b[q + 1], b[q + 2], b[q + 3]);
            }
            for (; q < depth; q++, x += a.column, y += a.column) {
                addOne(width, even, odd, a.array[x], a.array[y], b[q]);
            }
            store(even, width, c, i, j);
            if (both) {
                store(odd, width, c, i + 1, j);
            }
        }
    }

    private static void addFour(
            int width,
            double[] even,
            double[] odd,
            double[] a,
            int x,
            int y,
            int step,
            double[] b0,
            double[] b1,
            double[] b2,
            double[] b3) {
        double x0 = a[x];
        double x1 = a[x + step];
        double x2 = a[x + 2 * step];
        double x3 = a[x + 3 * step];
        double y0 = a[y];
        double y1 = a[y + step];
        double y2 = a[y + 2 * step];
        double y3 = a[y + 3 * step];
        for (int i = 0; i < width; i++) {
            double p0 = b0[i];
            double p1 = b1[i];
            double p2 = b2[i];
            double p3 = b3[i];
            even[i] += x0 * p0 + x1 * p1 + x2 * p2 + x3 * p3;
            odd[i] += y0 * p0 + y1 * p1 + y2 * p2 + y3 * p3;
        }
    }

    private static void addOne(int width, double[] even, double[] odd, double x, double y, double[] b) {
        for (int i = 0; i < width; i++) {
            even[i] += x * b[i];
            odd[i] += y * b[i];
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
