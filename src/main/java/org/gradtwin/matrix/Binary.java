package org.gradtwin.matrix;

import org.gradtwin.tensor.Shape;

/**
 * An elementwise function z = f(x, y) of two operands that broadcast, in either format. What is handed to a stretched
 * operand is summed over the stretched dimensions.
 */
record Binary(String name, Binary64 in64, Binary32 in32) {
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
                        gradients(strides, in64.left(), in32.left(), gradient, x.data(), y.data(), z, share);
                        receive(x, share, shape);
                    }
                    if (y.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        gradients(strides, in64.right(), in32.right(), gradient, x.data(), y.data(), z, share);
                        receive(y, share, shape);
                    }
                },
                x,
                y);
    }

    /** Hands a share in the shape of the result to an operand, summed over the dimensions it was stretched along. */
    static void receive(Matrix operand, Storage share, Shape shape) {
        Storage sums = Reductions.unbroadcast(operand.graph(), share, shape, operand.shape());
        operand.receive(sums);
        if (sums != share) {
            operand.graph().release(share);
        }
    }

    private void values(Strides strides, Storage left, Storage right, Storage result) {
        if (result instanceof Doubles z) {
            in64.values(strides, ((Doubles) left).array(), ((Doubles) right).array(), z.array());
        } else {
            float[] z = ((Floats) result).array();
            in32.values(strides, ((Floats) left).array(), ((Floats) right).array(), z);
        }
    }

    private static void gradients(
            Strides strides,
            Binary64.Gradient rule64,
            Binary32.Gradient rule32,
            Storage gradient,
            Storage left,
            Storage right,
            Storage result,
            Storage share) {
        if (gradient instanceof Doubles g) {
            double[] x = ((Doubles) left).array();
            double[] y = ((Doubles) right).array();
            double[] z = ((Doubles) result).array();
            Binary64.gradients(strides, rule64, g.array(), x, y, z, ((Doubles) share).array());
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) left).array();
            float[] y = ((Floats) right).array();
            float[] z = ((Floats) result).array();
            Binary32.gradients(strides, rule32, g, x, y, z, ((Floats) share).array());
        }
    }
}
