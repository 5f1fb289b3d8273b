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

    void values(Dims dims, double[] x, Binary.Steps xs, double[] y, Binary.Steps ys, double[] z) {
        int columns = dims.columns();
        for (int r = 0, at = 0; r < dims.rows(); r++) {
            for (int c = 0, i = r * xs.row(), j = r * ys.row(); c < columns; c++, i += xs.column(), j += ys.column()) {
                z[at++] = value.of(x[i], y[j]);
            }
        }
    }

    static void gradients(
            Dims dims,
            Gradient rule,
            double[] g,
            double[] x,
            Binary.Steps xs,
            double[] y,
            Binary.Steps ys,
            double[] z,
            double[] share) {
        int columns = dims.columns();
        for (int r = 0, at = 0; r < dims.rows(); r++) {
            for (int c = 0, i = r * xs.row(), j = r * ys.row(); c < columns; c++, i += xs.column(), j += ys.column()) {
                share[at] = rule.of(g[at], x[i], y[j], z[at]);
                at++;
            }
        }
    }
}
