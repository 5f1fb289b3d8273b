package org.gradtwin.matrix.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product in float64 on the Vector API: blocks of a and b are packed into the order in which they are
 * read, and a tile of c, 8 rows by two vectors, is summed in registers, one fused multiply-add an element and step.
 * {@link VectorGemm32} is its twin.
 *
 * <p>An element of c is summed over k in the same order whether its tile is whole or cut off at an edge, and whichever
 * thread computes it.
 */
final class VectorGemm64 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The rows and columns of a tile. */
    private static final int ROWS = 8;

    private static final int COLUMNS = 2 * LANES;

    /** The depth of a block, such that a panel of b stays in the first-level cache. */
    private static final int DEPTH = 256;

    /** The rows of a block of a, such that it stays in the second-level cache; a multiple of ROWS. */
    private static final int HEIGHT = 96;

    /** The columns of a block of b, such that it stays in the third-level cache. */
    private static final int WIDTH = 2048;

    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private VectorGemm64() {}

    /** Packed blocks, kept from product to product. */
    private static final class Buffers {
        private double[] a = {};
        private double[] b = {};
        private final double[] tile = new double[ROWS * COLUMNS];

        double[] a(int length) {
            a = a.length < length ? new double[length] : a;
            return a;
        }

        double[] b(int length) {
            b = b.length < length ? new double[length] : b;
            return b;
        }
    }

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
        int aRow = transposeA ? 1 : k;
        int aColumn = transposeA ? m : 1;
        int bRow = transposeB ? 1 : n;
        int bColumn = transposeB ? k : 1;
        int widest = Math.min(WIDTH, roundUp(n, COLUMNS));
        double[] packed = BUFFERS.get().b(Math.min(DEPTH, k) * widest);
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
            double[] a,
            int from,
            int aRow,
            int aColumn,
            double[] b,
            double[] c,
            int corner,
            int stride,
            boolean continued) {
        Buffers buffers = BUFFERS.get();
        double[] packed = buffers.a(Math.min(HEIGHT, roundUp(last - first, ROWS)) * depth);
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
            double[] tile, int rows, int columns, double[] c, int corner, int stride, boolean continued) {
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
            double[] source,
            int from,
            int laneStep,
            int step,
            int lanes,
            int unit,
            int depth,
            double[] target,
            int to) {
        if (laneStep == 1 && lanes == COLUMNS && unit == COLUMNS) {
            for (int p = 0, s = from, t = to; p < depth; p++, s += step, t += COLUMNS) {
                DoubleVector.fromArray(SPECIES, source, s).intoArray(target, t);
                DoubleVector.fromArray(SPECIES, source, s + LANES).intoArray(target, t + LANES);
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
            double[] source, int from, int laneStep, int step, int depth, double[] target, int to, int unit) {
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
            int depth,
            double[] a,
            int aFrom,
            double[] b,
            int bFrom,
            double[] c,
            int at,
            int stride,
            boolean continued) {
        DoubleVector c00 = DoubleVector.zero(SPECIES);
        DoubleVector c01 = DoubleVector.zero(SPECIES);
        DoubleVector c10 = DoubleVector.zero(SPECIES);
        DoubleVector c11 = DoubleVector.zero(SPECIES);
        DoubleVector c20 = DoubleVector.zero(SPECIES);
        DoubleVector c21 = DoubleVector.zero(SPECIES);
        DoubleVector c30 = DoubleVector.zero(SPECIES);
        DoubleVector c31 = DoubleVector.zero(SPECIES);
        DoubleVector c40 = DoubleVector.zero(SPECIES);
        DoubleVector c41 = DoubleVector.zero(SPECIES);
        DoubleVector c50 = DoubleVector.zero(SPECIES);
        DoubleVector c51 = DoubleVector.zero(SPECIES);
        DoubleVector c60 = DoubleVector.zero(SPECIES);
        DoubleVector c61 = DoubleVector.zero(SPECIES);
        DoubleVector c70 = DoubleVector.zero(SPECIES);
        DoubleVector c71 = DoubleVector.zero(SPECIES);
        for (int p = 0, i = aFrom, j = bFrom; p < depth; p++, i += ROWS, j += COLUMNS) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, j);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, j + LANES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[i + 0]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = DoubleVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = DoubleVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = DoubleVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = DoubleVector.broadcast(SPECIES, a[i + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = DoubleVector.broadcast(SPECIES, a[i + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = DoubleVector.broadcast(SPECIES, a[i + 6]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = DoubleVector.broadcast(SPECIES, a[i + 7]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
        }
        // Stores in either branch: vectors that flow together behind them would be boxed too.
        if (continued) {
            c00.add(DoubleVector.fromArray(SPECIES, c, at)).intoArray(c, at);
            c01.add(DoubleVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
            c10.add(DoubleVector.fromArray(SPECIES, c, at + stride)).intoArray(c, at + stride);
            c11.add(DoubleVector.fromArray(SPECIES, c, at + stride + LANES)).intoArray(c, at + stride + LANES);
            c20.add(DoubleVector.fromArray(SPECIES, c, at + 2 * stride)).intoArray(c, at + 2 * stride);
            c21.add(DoubleVector.fromArray(SPECIES, c, at + 2 * stride + LANES)).intoArray(c, at + 2 * stride + LANES);
            c30.add(DoubleVector.fromArray(SPECIES, c, at + 3 * stride)).intoArray(c, at + 3 * stride);
            c31.add(DoubleVector.fromArray(SPECIES, c, at + 3 * stride + LANES)).intoArray(c, at + 3 * stride + LANES);
            c40.add(DoubleVector.fromArray(SPECIES, c, at + 4 * stride)).intoArray(c, at + 4 * stride);
            c41.add(DoubleVector.fromArray(SPECIES, c, at + 4 * stride + LANES)).intoArray(c, at + 4 * stride + LANES);
            c50.add(DoubleVector.fromArray(SPECIES, c, at + 5 * stride)).intoArray(c, at + 5 * stride);
            c51.add(DoubleVector.fromArray(SPECIES, c, at + 5 * stride + LANES)).intoArray(c, at + 5 * stride + LANES);
            c60.add(DoubleVector.fromArray(SPECIES, c, at + 6 * stride)).intoArray(c, at + 6 * stride);
            c61.add(DoubleVector.fromArray(SPECIES, c, at + 6 * stride + LANES)).intoArray(c, at + 6 * stride + LANES);
            c70.add(DoubleVector.fromArray(SPECIES, c, at + 7 * stride)).intoArray(c, at + 7 * stride);
            c71.add(DoubleVector.fromArray(SPECIES, c, at + 7 * stride + LANES)).intoArray(c, at + 7 * stride + LANES);
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
