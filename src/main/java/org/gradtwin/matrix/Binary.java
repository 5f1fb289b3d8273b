package org.gradtwin.matrix;

import org.gradtwin.tensor.Shape;

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
        Shape shape = Shape.broadcast(x.shape(), y.shape());
        return apply(x, y, shape, strides(x, y, shape));
    }

    /** How the operands are stretched to their result. */
    static Strides strides(Matrix x, Matrix y, Shape shape) {
        return new Strides(shape, x.shape().broadcastStrides(shape), y.shape().broadcastStrides(shape));
    }

    /** The same for a shape and strides at hand. */
    Matrix apply(Matrix x, Matrix y, Shape shape, Strides strides) {
        Graph graph = x.sameGraph(name, y);
        Storage z = graph.allocate(shape.size());
        values(strides, x.data(), y.data(), z);
        return graph.record(
                shape,
                z,
                gradient -> {
                    if (x.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        gradients(strides, left, left32, gradient, x.data(), y.data(), z, share);
                        receive(x, share, shape);
                    }
                    if (y.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        gradients(strides, right, right32, gradient, x.data(), y.data(), z, share);
                        receive(y, share, shape);
                    }
                },
                x,
                y);
    }

    /** Hands a share in the shape of the result to an operand, summed over the dimensions it was stretched along. */
    private static void receive(Matrix operand, Storage share, Shape shape) {
        Storage sums = Reductions.unbroadcast(operand.graph(), share, shape, operand.shape());
        operand.receive(sums);
        if (sums != share) {
            operand.graph().release(share);
        }
    }

    private void values(Strides strides, Storage left, Storage right, Storage result) {
        int xRow = strides.rowStep(0);
        int yRow = strides.rowStep(1);
        int xs = strides.columnStep(0);
        int ys = strides.columnStep(1);
        int columns = strides.columns;
        if (result instanceof Doubles doubles) {
            double[] x = ((Doubles) left).array();
            double[] y = ((Doubles) right).array();
            double[] z = doubles.array();
            for (int b = 0, at = 0; b < strides.blocks; b++) {
                int xRowAt = strides.start(0, b);
                int yRowAt = strides.start(1, b);
                for (int r = 0; r < strides.rows; r++, xRowAt += xRow, yRowAt += yRow) {
                    for (int c = 0, i = xRowAt, j = yRowAt; c < columns; c++, i += xs, j += ys) {
                        z[at++] = value.of(x[i], y[j]);
                    }
                }
            }
        } else {
            float[] x = ((Floats) left).array();
            float[] y = ((Floats) right).array();
            float[] z = ((Floats) result).array();
            for (int b = 0, at = 0; b < strides.blocks; b++) {
                int xRowAt = strides.start(0, b);
                int yRowAt = strides.start(1, b);
                for (int r = 0; r < strides.rows; r++, xRowAt += xRow, yRowAt += yRow) {
                    for (int c = 0, i = xRowAt, j = yRowAt; c < columns; c++, i += xs, j += ys) {
                        z[at++] = value32.of(x[i], y[j]);
                    }
                }
            }
        }
    }

    private static void gradients(
            Strides strides,
            Gradient64 rule,
            Gradient32 rule32,
            Storage gradient,
            Storage left,
            Storage right,
            Storage result,
            Storage share) {
        int xRow = strides.rowStep(0);
        int yRow = strides.rowStep(1);
        int xs = strides.columnStep(0);
        int ys = strides.columnStep(1);
        int columns = strides.columns;
        if (gradient instanceof Doubles doubles) {
            double[] g = doubles.array();
            double[] x = ((Doubles) left).array();
            double[] y = ((Doubles) right).array();
            double[] z = ((Doubles) result).array();
            double[] to = ((Doubles) share).array();
            for (int b = 0, at = 0; b < strides.blocks; b++) {
                int xRowAt = strides.start(0, b);
                int yRowAt = strides.start(1, b);
                for (int r = 0; r < strides.rows; r++, xRowAt += xRow, yRowAt += yRow) {
                    for (int c = 0, i = xRowAt, j = yRowAt; c < columns; c++, at++, i += xs, j += ys) {
                        to[at] = rule.of(g[at], x[i], y[j], z[at]);
                    }
                }
            }
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) left).array();
            float[] y = ((Floats) right).array();
            float[] z = ((Floats) result).array();
            float[] to = ((Floats) share).array();
            for (int b = 0, at = 0; b < strides.blocks; b++) {
                int xRowAt = strides.start(0, b);
                int yRowAt = strides.start(1, b);
                for (int r = 0; r < strides.rows; r++, xRowAt += xRow, yRowAt += yRow) {
                    for (int c = 0, i = xRowAt, j = yRowAt; c < columns; c++, at++, i += xs, j += ys) {
                        to[at] = rule32.of(g[at], x[i], y[j], z[at]);
                    }
                }
            }
        }
    }
}
