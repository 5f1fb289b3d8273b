package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop of {@link VectorGemm64}: a tile of c from a panel of a and one of b. VectorTile32 is made from this
 * file by the execution "float32" in pom.xml.
 */
final class VectorTile64 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The rows and columns of a tile. */
    static final int ROWS = 8;

    static final int COLUMNS = 2 * LANES;

    private VectorTile64() {}

    /** One tile. The sums begin inside: vectors that come in as arguments would be boxed. */
    static void whole(
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

    /** Adds what lies inside of c of a tile that reaches beyond its edge. */
    static void edge(double[] tile, int rows, int columns, double[] c, int corner, int stride, boolean continued) {
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
