package org.gradtwin.matrix;

/**
 * An elementwise function z = f(x, y) in float64: its value, and what it hands to either operand. Binary32 is made from
 * this file by the execution "float32" in pom.xml.
 */
record Binary64(Value value, Gradient left, Gradient right) {
    /** f(x, y). */
    interface Value {
        double of(double x, double y);
    }

    /** g·∂f/∂x or g·∂f/∂y, where z = f(x, y) is at hand. */
    interface Gradient {
        double of(double g, double x, double y, double z);
    }

    void values(Strides strides, double[] x, double[] y, double[] z) {
        int xRow = strides.rowStep(0);
        int yRow = strides.rowStep(1);
        int xs = strides.columnStep(0);
        int ys = strides.columnStep(1);
        int columns = strides.columns;
        for (int b = 0, at = 0; b < strides.blocks; b++) {
            int xRowAt = strides.start(0, b);
            int yRowAt = strides.start(1, b);
            for (int r = 0; r < strides.rows; r++, xRowAt += xRow, yRowAt += yRow) {
                for (int c = 0, i = xRowAt, j = yRowAt; c < columns; c++, i += xs, j += ys) {
                    z[at++] = value.of(x[i], y[j]);
                }
            }
        }
    }

    static void gradients(
            Strides strides, Gradient rule, double[] g, double[] x, double[] y, double[] z, double[] share) {
        int xRow = strides.rowStep(0);
        int yRow = strides.rowStep(1);
        int xs = strides.columnStep(0);
        int ys = strides.columnStep(1);
        int columns = strides.columns;
        for (int b = 0, at = 0; b < strides.blocks; b++) {
            int xRowAt = strides.start(0, b);
            int yRowAt = strides.start(1, b);
            for (int r = 0; r < strides.rows; r++, xRowAt += xRow, yRowAt += yRow) {
                for (int c = 0, i = xRowAt, j = yRowAt; c < columns; c++, at++, i += xs, j += ys) {
                    share[at] = rule.of(g[at], x[i], y[j], z[at]);
                }
            }
        }
    }
}
