package org.gradtwin.matrix.kernel;

import static org.gradtwin.matrix.kernel.VectorTile64.COLUMNS;
import static org.gradtwin.matrix.kernel.VectorTile64.ROWS;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product in float64 on the Vector API: blocks of a and b are packed into the order in which they are
 * read, and a tile of c, 8 rows by two vectors, is summed in registers, one fused multiply-add an element and step.
 *
 * <p>An element of c is summed over k in the same order whether its tile is whole or cut off at an edge, and whichever
 * thread computes it.
 *
 * <p>VectorGemm32 is made from this file by the execution "float32" in pom.xml, and so is every class of its kind.
 */
final class VectorGemm64 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** The depth of a block, such that a panel of b stays in the first-level cache. */
    private static final int DEPTH = Double.BYTES == 8 ? 256 : 384;

    /** The rows of a block of a, such that it stays in the second-level cache; a multiple of ROWS. */
    private static final int HEIGHT = 96;

    /** The columns of a block of b, such that it stays in the third-level cache. */
    private static final int WIDTH = 2048;

    /** About as many multiplications as an element that is packed takes. */
    private static final long PACKING = 10;

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

    /** Rows of op(a) or columns of op(b): element p of the lane is at from + lane·next + p·step. */
    @SuppressWarnings("ArrayRecordComponent") // a view, not a value
    private record Lanes(double[] array, int from, int next, int step) {
        Lanes at(int lane, int p) {
            return new Lanes(array, from + lane * next + p * step, next, step);
        }
    }

    /** Where a product goes: added to what is there if it continues a sum. */
    @SuppressWarnings("ArrayRecordComponent") // a view, not a value
    private record Target(double[] c, int from, int stride, boolean continued) {
        Target at(int row, int column) {
            return new Target(c, from + row * stride + column, stride, continued);
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
        Lanes rows = new Lanes(a, 0, transposeA ? 1 : k, transposeA ? m : 1);
        Lanes columns = new Lanes(b, 0, transposeB ? k : 1, transposeB ? 1 : n);
        for (int j = 0; j < n; j += WIDTH) {
            int width = Math.min(WIDTH, n - j);
            for (int p = 0; p < k; p += DEPTH) {
                int depth = Math.min(DEPTH, k - p);
                Target target = new Target(c, j, n, p > 0);
                if (m < width) {
                    splitColumns(split, m, width, depth, rows.at(0, p), columns.at(j, p), target);
                } else {
                    splitRows(split, m, width, depth, rows.at(0, p), columns.at(j, p), target);
                }
            }
        }
    }

    private static int roundUp(int size, int unit) {
        return (size + unit - 1) / unit * unit;
    }

    /** The packed b is shared, and every thread packs the rows of a that it multiplies it with. */
    private static void splitRows(RowSplit split, int m, int n, int depth, Lanes a, Lanes b, Target c) {
        double[] shared = BUFFERS.get().b(roundUp(n, COLUMNS) * depth);
        split.run(
                n, COLUMNS, PACKING * n * depth, (from, to) -> pack(b, from, to, COLUMNS, depth, shared, from * depth));
        split.run(m, ROWS, (long) m * n * depth, (from, to) -> {
            double[] own = BUFFERS.get().a(Math.min(HEIGHT, roundUp(to - from, ROWS)) * depth);
            for (int i = from; i < to; i += HEIGHT) {
                int height = Math.min(HEIGHT, to - i);
                pack(a, i, i + height, ROWS, depth, own, 0);
                tiles(height, n, depth, own, 0, shared, c.at(i, 0));
            }
        });
    }

    /** The same the other way round, for products that are wider than high. */
    private static void splitColumns(RowSplit split, int m, int n, int depth, Lanes a, Lanes b, Target c) {
        double[] shared = BUFFERS.get().a(roundUp(m, ROWS) * depth);
        split.run(m, ROWS, PACKING * m * depth, (from, to) -> pack(a, from, to, ROWS, depth, shared, from * depth));
        split.run(n, COLUMNS, (long) m * n * depth, (from, to) -> {
            double[] own = BUFFERS.get().b(roundUp(to - from, COLUMNS) * depth);
            pack(b, from, to, COLUMNS, depth, own, 0);
            for (int i = 0; i < m; i += HEIGHT) {
                tiles(Math.min(HEIGHT, m - i), to - from, depth, shared, i * depth, own, c.at(i, from));
            }
        });
    }

    /** The product of packed rows, which begin at {@code first}, and packed columns. */
    private static void tiles(int height, int width, int depth, double[] a, int first, double[] b, Target to) {
        double[] cut = BUFFERS.get().tile;
        double[] c = to.c;
        int stride = to.stride;
        boolean continued = to.continued;
        for (int l = 0; l < width; l += COLUMNS) {
            for (int r = 0; r < height; r += ROWS) {
                int at = to.from + r * stride + l;
                if (r + ROWS <= height && l + COLUMNS <= width) {
                    VectorTile64.whole(depth, a, first + r * depth, b, l * depth, c, at, stride, continued);
                } else {
                    VectorTile64.whole(depth, a, first + r * depth, b, l * depth, cut, 0, COLUMNS, false);
                    int rows = Math.min(ROWS, height - r);
                    VectorTile64.edge(cut, rows, Math.min(COLUMNS, width - l), c, at, stride, continued);
                }
            }
        }
    }

    /** Packs the lanes {@code first} to before {@code last}, a unit of them at a time. */
    private static void pack(Lanes lanes, int first, int last, int unit, int depth, double[] target, int to) {
        for (int lane = first; lane < last; lane += unit) {
            int from = lanes.from + lane * lanes.next;
            int at = to + (lane - first) * depth;
            pack(lanes.array, from, lanes.next, lanes.step, Math.min(unit, last - lane), unit, depth, target, at);
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
                DoubleVector.fromArray(SPECIES, source, s + SPECIES.length()).intoArray(target, t + SPECIES.length());
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
}
