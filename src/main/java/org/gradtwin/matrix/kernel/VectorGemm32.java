package org.gradtwin.matrix.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product in float32 on the Vector API: blocks of a and b are packed into the order in which they are
 * read, and a tile of c, 8 rows by two vectors, is summed in registers, one fused multiply-add an element and step.
 * The twin of {@link VectorGemm64}.
 *
 * <p>An element of c is summed over k in the same order whether its tile is whole or cut off at an edge, and whichever
 * thread computes it.
 */
final class VectorGemm32 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The rows and columns of a tile. */
    private static final int ROWS = 8;

    private static final int COLUMNS = 2 * LANES;

    /** The depth of a block, such that a panel of b stays in the first-level cache. */
    private static final int DEPTH = 384;

    /** The rows of a block of a, such that it stays in the second-level cache; a multiple of ROWS. */
    private static final int HEIGHT = 96;

    /** The columns of a block of b, such that it stays in the third-level cache. */
    private static final int WIDTH = 2048;

    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private VectorGemm32() {}

    /** Packed blocks, kept from product to product. */
    private static final class Buffers {
        private float[] a = {};
        private float[] b = {};
        private final float[] tile = new float[ROWS * COLUMNS];

        float[] a(int length) {
            a = a.length < length ? new float[length] : a;
            return a;
        }

        float[] b(int length) {
            b = b.length < length ? new float[length] : b;
            return b;
        }
    }

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
        int aRow = transposeA ? 1 : k;
        int aColumn = transposeA ? m : 1;
        int bRow = transposeB ? 1 : n;
        int bColumn = transposeB ? k : 1;
        int widest = Math.min(WIDTH, roundUp(n, COLUMNS));
        float[] packed = BUFFERS.get().b(Math.min(DEPTH, k) * widest);
        for (int j = 0; j < n; j += WIDTH) {
            int width = Math.min(WIDTH, n - j);
            for (int p = 0; p < k; p += DEPTH) {
                int depth = Math.min(DEPTH, k - p);
                for (int l = 0; l < width; l += COLUMNS) {
                    int lanes = Math.min(COLUMNS, width - l);
                    pack(b, p * bRow + (j + l) * bColumn, bColumn, bRow, lanes, COLUMNS, depth, packed, l * depth);
                }
                int from = p * aColumn;
                int corner = j;
                boolean continued = p > 0;
                split.run(
                        m,
                        ROWS,
                        (long) m * width * depth,
                        (first, last) -> rows(
                                first, last, depth, width, a, from, aRow, aColumn, packed, c, corner, n, continued));
            }
        }
    }

    private static int roundUp(int size, int unit) {
        return (size + unit - 1) / unit * unit;
    }

    /** Rows {@code first} to before {@code last} of c, with a packed block of b. */
    private static void rows(
            int first,
            int last,
            int depth,
            int width,
            float[] a,
            int from,
            int aRow,
            int aColumn,
            float[] b,
            float[] c,
            int corner,
            int stride,
            boolean continued) {
        Buffers buffers = BUFFERS.get();
        float[] packed = buffers.a(Math.min(HEIGHT, roundUp(last - first, ROWS)) * depth);
        for (int i = first; i < last; i += HEIGHT) {
            int height = Math.min(HEIGHT, last - i);
            for (int r = 0; r < height; r += ROWS) {
                int lanes = Math.min(ROWS, height - r);
                pack(a, from + (i + r) * aRow, aRow, aColumn, lanes, ROWS, depth, packed, r * depth);
            }
            for (int l = 0; l < width; l += COLUMNS) {
                for (int r = 0; r < height; r += ROWS) {
                    int at = (i + r) * stride + corner + l;
                    if (r + ROWS <= height && l + COLUMNS <= width) {
                        tile(depth, packed, r * depth, b, l * depth, c, at, stride, continued);
                    } else {
                        tile(depth, packed, r * depth, b, l * depth, buffers.tile, 0, COLUMNS, false);
                        int rows = Math.min(ROWS, height - r);
                        edge(buffers.tile, rows, Math.min(COLUMNS, width - l), c, at, stride, continued);
                    }
                }
            }
        }
    }

    /** Adds what lies inside of c of a tile that reaches beyond its edge. */
    private static void edge(
            float[] tile, int rows, int columns, float[] c, int corner, int stride, boolean continued) {
        for (int r = 0; r < rows; r++) {
            int at = corner + r * stride;
            if (continued) {
                for (int l = 0; l < columns; l++) {
                    c[at + l] += tile[r * COLUMNS + l];
                }
            } else {
                System.arraycopy(tile, r * COLUMNS, c, at, columns);
            }
        }
    }

    /**
     * Packs a panel: element (lane, p), at from + lane·laneStep + p·step, goes to to + p·unit + lane; zeros fill up the
     * lanes to the unit.
     */
    private static void pack(
            float[] source, int from, int laneStep, int step, int lanes, int unit, int depth, float[] target, int to) {
        if (laneStep == 1 && lanes == COLUMNS && unit == COLUMNS) {
            for (int p = 0, s = from, t = to; p < depth; p++, s += step, t += COLUMNS) {
                FloatVector.fromArray(SPECIES, source, s).intoArray(target, t);
                FloatVector.fromArray(SPECIES, source, s + LANES).intoArray(target, t + LANES);
            }
            return;
        }
        int lane = 0;
        for (; lane + 8 <= lanes; lane += 8) {
            packEight(source, from + lane * laneStep, laneStep, step, depth, target, to + lane, unit);
        }
        for (; lane < unit; lane++) {
            if (lane < lanes) {
                for (int p = 0, s = from + lane * laneStep, t = to + lane; p < depth; p++, s += step, t += unit) {
                    target[t] = source[s];
                }
            } else {
                for (int p = 0, t = to + lane; p < depth; p++, t += unit) {
                    target[t] = 0;
                }
            }
        }
    }

    /** Eight lanes at a time, so that the target is written in whole runs. */
    private static void packEight(
            float[] source, int from, int laneStep, int step, int depth, float[] target, int to, int unit) {
        int s0 = from;
        int s1 = s0 + laneStep;
        int s2 = s1 + laneStep;
        int s3 = s2 + laneStep;
        int s4 = s3 + laneStep;
        int s5 = s4 + laneStep;
        int s6 = s5 + laneStep;
        int s7 = s6 + laneStep;
        for (int p = 0, s = 0, t = to; p < depth; p++, s += step, t += unit) {
            target[t] = source[s0 + s];
            target[t + 1] = source[s1 + s];
            target[t + 2] = source[s2 + s];
            target[t + 3] = source[s3 + s];
            target[t + 4] = source[s4 + s];
            target[t + 5] = source[s5 + s];
            target[t + 6] = source[s6 + s];
            target[t + 7] = source[s7 + s];
        }
    }

    /** One tile. The sums begin inside: vectors that come in as arguments would be boxed. */
    private static void tile(
            int depth, float[] a, int aFrom, float[] b, int bFrom, float[] c, int at, int stride, boolean continued) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        FloatVector c40 = FloatVector.zero(SPECIES);
        FloatVector c41 = FloatVector.zero(SPECIES);
        FloatVector c50 = FloatVector.zero(SPECIES);
        FloatVector c51 = FloatVector.zero(SPECIES);
        FloatVector c60 = FloatVector.zero(SPECIES);
        FloatVector c61 = FloatVector.zero(SPECIES);
        FloatVector c70 = FloatVector.zero(SPECIES);
        FloatVector c71 = FloatVector.zero(SPECIES);
        for (int p = 0, i = aFrom, j = bFrom; p < depth; p++, i += ROWS, j += COLUMNS) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LANES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[i + 0]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[i + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(SPECIES, a[i + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = FloatVector.broadcast(SPECIES, a[i + 6]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = FloatVector.broadcast(SPECIES, a[i + 7]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
        }
        // Stores in either branch: vectors that flow together behind them would be boxed too.
        if (continued) {
            c00.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
            c01.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
            c10.add(FloatVector.fromArray(SPECIES, c, at + stride)).intoArray(c, at + stride);
            c11.add(FloatVector.fromArray(SPECIES, c, at + stride + LANES)).intoArray(c, at + stride + LANES);
            c20.add(FloatVector.fromArray(SPECIES, c, at + 2 * stride)).intoArray(c, at + 2 * stride);
            c21.add(FloatVector.fromArray(SPECIES, c, at + 2 * stride + LANES)).intoArray(c, at + 2 * stride + LANES);
            c30.add(FloatVector.fromArray(SPECIES, c, at + 3 * stride)).intoArray(c, at + 3 * stride);
            c31.add(FloatVector.fromArray(SPECIES, c, at + 3 * stride + LANES)).intoArray(c, at + 3 * stride + LANES);
            c40.add(FloatVector.fromArray(SPECIES, c, at + 4 * stride)).intoArray(c, at + 4 * stride);
            c41.add(FloatVector.fromArray(SPECIES, c, at + 4 * stride + LANES)).intoArray(c, at + 4 * stride + LANES);
            c50.add(FloatVector.fromArray(SPECIES, c, at + 5 * stride)).intoArray(c, at + 5 * stride);
            c51.add(FloatVector.fromArray(SPECIES, c, at + 5 * stride + LANES)).intoArray(c, at + 5 * stride + LANES);
            c60.add(FloatVector.fromArray(SPECIES, c, at + 6 * stride)).intoArray(c, at + 6 * stride);
            c61.add(FloatVector.fromArray(SPECIES, c, at + 6 * stride + LANES)).intoArray(c, at + 6 * stride + LANES);
            c70.add(FloatVector.fromArray(SPECIES, c, at + 7 * stride)).intoArray(c, at + 7 * stride);
            c71.add(FloatVector.fromArray(SPECIES, c, at + 7 * stride + LANES)).intoArray(c, at + 7 * stride + LANES);
        } else {
            c00.intoArray(c, at);
            c01.intoArray(c, at + LANES);
            c10.intoArray(c, at + stride);
            c11.intoArray(c, at + stride + LANES);
            c20.intoArray(c, at + 2 * stride);
            c21.intoArray(c, at + 2 * stride + LANES);
            c30.intoArray(c, at + 3 * stride);
            c31.intoArray(c, at + 3 * stride + LANES);
            c40.intoArray(c, at + 4 * stride);
            c41.intoArray(c, at + 4 * stride + LANES);
            c50.intoArray(c, at + 5 * stride);
            c51.intoArray(c, at + 5 * stride + LANES);
            c60.intoArray(c, at + 6 * stride);
            c61.intoArray(c, at + 6 * stride + LANES);
            c70.intoArray(c, at + 7 * stride);
            c71.intoArray(c, at + 7 * stride + LANES);
        }
    }
}
