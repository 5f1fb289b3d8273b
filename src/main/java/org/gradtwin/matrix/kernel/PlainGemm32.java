package org.gradtwin.matrix.kernel;

import java.util.Arrays;

/**
 * The matrix product in float32 without the Vector API. The JIT compiler makes vector instructions of a loop whose
 * arrays are all read and written at the same index, so the rows of b are copied into arrays of their own, and two
 * rows of c are summed at once over four rows of b, which halves the loads. The twin of {@link PlainGemm64}.
 */
final class PlainGemm32 {
    /** Rows and columns of b that are kept copied: they fit in the second-level cache. */
    private static final int DEPTH = 128;

    private static final int WIDTH = 512;

    /** Narrower products are computed transposed if that makes the inner loops longer. */
    private static final int NARROW = 64;

    private static final ThreadLocal<float[][]> COPIES = ThreadLocal.withInitial(() -> new float[DEPTH][WIDTH]);
    private static final ThreadLocal<float[][]> SUMS = ThreadLocal.withInitial(() -> new float[2][WIDTH]);

    private PlainGemm32() {}

    static void multiply(
            RowSplit split,
            int m,
            int n,
            int k,
            float[] a,
            boolean transposeA,
            float[] b,
            boolean transposeB,
            float[] c) {
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
    private record View(float[] array, int row, int column) {
        View transposed() {
            return new View(array, column, row);
        }
    }

    private static void multiply(RowSplit split, int m, int n, int k, View a, View b, View c) {
        float[][] copies = COPIES.get();
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

    private static void copy(View b, int p, int depth, int j, int width, float[][] copies) {
        for (int q = 0; q < depth; q++) {
            float[] copy = copies[q];
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

    private static void rows(int from, int to, int p, int depth, int j, int width, View a, float[][] b, View c) {
        float[] even = SUMS.get()[0];
        float[] odd = SUMS.get()[1];
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
            float[] even,
            float[] odd,
            float[] a,
            int x,
            int y,
            int step,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3) {
        float x0 = a[x];
        float x1 = a[x + step];
        float x2 = a[x + 2 * step];
        float x3 = a[x + 3 * step];
        float y0 = a[y];
        float y1 = a[y + step];
        float y2 = a[y + 2 * step];
        float y3 = a[y + 3 * step];
        for (int i = 0; i < width; i++) {
            float p0 = b0[i];
            float p1 = b1[i];
            float p2 = b2[i];
            float p3 = b3[i];
            even[i] += x0 * p0 + x1 * p1 + x2 * p2 + x3 * p3;
            odd[i] += y0 * p0 + y1 * p1 + y2 * p2 + y3 * p3;
        }
    }

    private static void addOne(int width, float[] even, float[] odd, float x, float y, float[] b) {
        for (int i = 0; i < width; i++) {
            even[i] += x * b[i];
            odd[i] += y * b[i];
        }
    }

    private static void load(View c, int i, int j, int width, boolean continued, float[] sums) {
        if (!continued) {
            Arrays.fill(sums, 0, width, 0);
            return;
        }
        for (int l = 0, at = i * c.row + j * c.column; l < width; l++, at += c.column) {
            sums[l] = c.array[at];
        }
    }

    private static void store(float[] sums, int width, View c, int i, int j) {
        for (int l = 0, at = i * c.row + j * c.column; l < width; l++, at += c.column) {
            c.array[at] = sums[l];
        }
    }
}
