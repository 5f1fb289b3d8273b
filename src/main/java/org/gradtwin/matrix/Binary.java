package org.gradtwin.matrix;

/**
 * An elementwise function z = f(x, y) of two operands that broadcast, in either format. What is handed to a stretched
 * operand is summed over the stretched dimensions.
 */
record Binary(String name, Binary64 in64, Binary32 in32) {
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
                        gradients(dims, in64.left(), in32.left(), gradient, x.data(), xs, y.data(), ys, z, share);
                        x.receiveBroadcast(share, dims);
                    }
                    if (y.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        gradients(dims, in64.right(), in32.right(), gradient, x.data(), xs, y.data(), ys, z, share);
                        y.receiveBroadcast(share, dims);
                    }
                },
                x,
                y);
    }

    /** How far an operand advances per row and per column of the result: 0 where it is stretched. */
    record Steps(int row, int column) {
        static Steps of(Dims operand, Dims result) {
            return new Steps(
                    operand.rows() == result.rows() ? operand.columns() : 0,
                    operand.columns() == result.columns() ? 1 : 0);
        }
    }

    private void values(Dims dims, Storage left, Steps xs, Storage right, Steps ys, Storage result) {
        if (result instanceof Doubles z) {
            in64.values(dims, ((Doubles) left).array(), xs, ((Doubles) right).array(), ys, z.array());
        } else {
            float[] z = ((Floats) result).array();
            in32.values(dims, ((Floats) left).array(), xs, ((Floats) right).array(), ys, z);
        }
    }

    private static void gradients(
            Dims dims,
            Binary64.Gradient rule64,
            Binary32.Gradient rule32,
            Storage gradient,
            Storage left,
            Steps xs,
            Storage right,
            Steps ys,
            Storage result,
            Storage share) {
        if (gradient instanceof Doubles g) {
            double[] x = ((Doubles) left).array();
            double[] y = ((Doubles) right).array();
            double[] z = ((Doubles) result).array();
            Binary64.gradients(dims, rule64, g.array(), x, xs, y, ys, z, ((Doubles) share).array());
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) left).array();
            float[] y = ((Floats) right).array();
            float[] z = ((Floats) result).array();
            Binary32.gradients(dims, rule32, g, x, xs, y, ys, z, ((Floats) share).array());
        }
    }
}
