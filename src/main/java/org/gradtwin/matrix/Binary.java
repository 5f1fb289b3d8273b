package org.gradtwin.matrix;

/**
 * An elementwise function z = f(x, y) of two operands that broadcast, declared once: its value, and what it hands to
 * either operand, in either format. What is handed to a stretched operand is summed over the stretched dimensions.
 */
record Binary(
        String name,
        Value64 value,
        Gradient64 left,
        Gradient64 right,
        Value32 value32,
        Gradient32 left32,
        Gradient32 right32) {
    /** f(x, y). */
    interface Value64 {
        double of(double x, double y);
    }

    /** g·∂f/∂x or g·∂f/∂y, where z = f(x, y) is at hand. */
    interface Gradient64 {
        double of(double g, double x, double y, double z);
    }

    /** f(x, y) in float32. */
    interface Value32 {
        float of(float x, float y);
    }

    /** A partial gradient in float32. */
    interface Gradient32 {
        float of(float g, float x, float y, float z);
    }

    Matrix apply(Matrix x, Matrix y) {
        Graph graph = x.sameGraph(name, y);
        Dims dims = Dims.broadcast(name, x.dims(), y.dims());
        Storage z = graph.allocate(dims.size());
        Steps xs = Steps.of(x.dims(), dims);
        Steps ys = Steps.of(y.dims(), dims);
        values(dims, x.data(), xs, y.data(), ys, z);
        return graph.record(
                dims,
                z,
                gradient -> {
                    if (x.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        gradients(dims, left, left32, gradient, x.data(), xs, y.data(), ys, z, share);
                        x.receiveBroadcast(share, dims);
                    }
                    if (y.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        gradients(dims, right, right32, gradient, x.data(), xs, y.data(), ys, z, share);
                        y.receiveBroadcast(share, dims);
                    }
                },
                x,
                y);
    }

    /** How far an operand advances per row and per column of the result: 0 where it is stretched. */
    private record Steps(int row, int column) {
        static Steps of(Dims operand, Dims result) {
            return new Steps(
                    operand.rows() == result.rows() ? operand.columns() : 0,
                    operand.columns() == result.columns() ? 1 : 0);
        }
    }

    private void values(Dims dims, Storage left, Steps xs, Storage right, Steps ys, Storage result) {
        int columns = dims.columns();
        if (result instanceof Doubles doubles) {
            double[] x = ((Doubles) left).array();
            double[] y = ((Doubles) right).array();
            double[] z = doubles.array();
            for (int r = 0, at = 0; r < dims.rows(); r++) {
                for (int c = 0, i = r * xs.row, j = r * ys.row; c < columns; c++, i += xs.column, j += ys.column) {
                    z[at++] = value.of(x[i], y[j]);
                }
            }
        } else {
            float[] x = ((Floats) left).array();
            float[] y = ((Floats) right).array();
            float[] z = ((Floats) result).array();
            for (int r = 0, at = 0; r < dims.rows(); r++) {
                for (int c = 0, i = r * xs.row, j = r * ys.row; c < columns; c++, i += xs.column, j += ys.column) {
                    z[at++] = value32.of(x[i], y[j]);
                }
            }
        }
    }

    private static void gradients(
            Dims dims,
            Gradient64 rule,
            Gradient32 rule32,
            Storage gradient,
            Storage left,
            Steps xs,
            Storage right,
            Steps ys,
            Storage result,
            Storage share) {
        int columns = dims.columns();
        if (gradient instanceof Doubles doubles) {
            double[] g = doubles.array();
            double[] x = ((Doubles) left).array();
            double[] y = ((Doubles) right).array();
            double[] z = ((Doubles) result).array();
            double[] to = ((Doubles) share).array();
            for (int r = 0, at = 0; r < dims.rows(); r++) {
                for (int c = 0, i = r * xs.row, j = r * ys.row; c < columns; c++, i += xs.column, j += ys.column) {
                    to[at] = rule.of(g[at], x[i], y[j], z[at]);
                    at++;
                }
            }
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) left).array();
            float[] y = ((Floats) right).array();
            float[] z = ((Floats) result).array();
            float[] to = ((Floats) share).array();
            for (int r = 0, at = 0; r < dims.rows(); r++) {
                for (int c = 0, i = r * xs.row, j = r * ys.row; c < columns; c++, i += xs.column, j += ys.column) {
                    to[at] = rule32.of(g[at], x[i], y[j], z[at]);
                    at++;
                }
            }
        }
    }
}
