package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The innermost loop of {@link VectorGemm32}: a tile of c from a panel of a and one of b. The twin of {@link VectorTile64}. */
final class VectorTile32 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The rows and columns of a tile. */
    static final int ROWS = 8;

    static final int COLUMNS = 2 * LANES;

    private VectorTile32() {}

    /** One tile. The sums begin inside: vectors that come in as arguments would be boxed. */
    static void whole(
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

    /** Adds what lies inside of c of a tile that reaches beyond its edge. */
    static void edge(float[] tile, int rows, int columns, float[] c, int corner, int stride, boolean continued) {
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
}
