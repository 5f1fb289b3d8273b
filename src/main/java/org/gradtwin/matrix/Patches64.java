package org.gradtwin.matrix;

import java.util.Arrays;
import org.gradtwin.matrix.Convolution.Geometry;

/**
 * Windows of images as columns in float64. Patches32 is made from this file by the execution "float32" in pom.xml.
 */
final class Patches64 {
    private Patches64() {}

    /** Writes the windows of an image, which begins at {@code from}, as the columns of (channels · elements, windows). */
    static void gather(Geometry g, double[] x, int from, double[] columns) {
        int at = 0;
        for (int c = 0; c < g.channels(); c++) {
            int plane = from + c * g.height() * g.width();
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                for (int kx = 0; kx < g.kernelWidth(); kx++) {
                    int first = g.first(kx);
                    int last = g.last(kx);
                    for (int oy = 0; oy < g.outHeight(); oy++, at += g.outWidth()) {
                        int y = oy * g.strideY() - g.padY() + ky * g.dilationY();
                        if (y < 0 || y >= g.height() || first >= last) {
                            Arrays.fill(columns, at, at + g.outWidth(), 0);
                            continue;
                        }
                        int source = plane + y * g.width() + kx * g.dilationX() - g.padX();
                        Arrays.fill(columns, at, at + first, 0);
                        if (g.strideX() == 1) {
                            System.arraycopy(x, source + first, columns, at + first, last - first);
                        } else {
                            for (int ox = first; ox < last; ox++) {
                                columns[at + ox] = x[source + ox * g.strideX()];
                            }
                        }
                        Arrays.fill(columns, at + last, at + g.outWidth(), 0);
                    }
                }
            }
        }
    }

    /** Adds the columns to the elements of an image that they stand for. */
    static void scatter(Geometry g, double[] columns, double[] x, int from) {
        int at = 0;
        for (int c = 0; c < g.channels(); c++) {
            int plane = from + c * g.height() * g.width();
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                for (int kx = 0; kx < g.kernelWidth(); kx++) {
                    int first = g.first(kx);
                    int last = g.last(kx);
                    for (int oy = 0; oy < g.outHeight(); oy++, at += g.outWidth()) {
                        int y = oy * g.strideY() - g.padY() + ky * g.dilationY();
                        if (y >= 0 && y < g.height()) {
                            add(
                                    columns,
                                    at,
                                    x,
                                    plane + y * g.width() + kx * g.dilationX() - g.padX(),
                                    first,
                                    last,
                                    g.strideX());
                        }
                    }
                }
            }
        }
    }

    private static void add(double[] columns, int at, double[] x, int target, int first, int last, int stride) {
        if (stride == 1) {
            for (int ox = first; ox < last; ox++) {
                x[target + ox] += columns[at + ox];
            }
        } else {
            for (int ox = first; ox < last; ox++) {
                x[target + ox * stride] += columns[at + ox];
            }
        }
    }

    /** Adds a number to each row of a part of a matrix. */
    static void addBias(double[] y, int from, double[] bias, int first, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            double b = bias[first + r];
            int begin = from + r * columns;
            for (int i = begin; i < begin + columns; i++) {
                y[i] += b;
            }
        }
    }
}
