package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.matrix.kernel.RowSplit;

/**
 * An elementwise function y = f(x) of one operand in either format. In float32 it is float arithmetic throughout, not
 * double arithmetic rounded at the end.
 */
record Unary(Unary64 in64, Unary32 in32) {
    Matrix apply(Matrix x) {
        Graph graph = x.graph();
        Storage y = graph.allocate(x.data().length());
        values(graph.kernels(), x.data(), y);
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    gradients(graph.kernels(), gradient, x.data(), y, share);
                    x.receive(share);
                },
                x);
    }

    /** y = f(x) for whole arrays. */
    void values(Kernels kernels, Storage from, Storage to) {
        split(kernels, from, (first, last) -> values(kernels, from, to, first, last));
    }

    /** share = g·f'(x) for whole arrays; the share may be the gradient. */
    void gradients(Kernels kernels, Storage gradient, Storage from, Storage to, Storage share) {
        split(kernels, from, (first, last) -> gradients(kernels, gradient, from, to, share, first, last));
    }

    private static void split(Kernels kernels, Storage elements, RowSplit.Rows body) {
        kernels.split().runElements(elements.length(), RowSplit.ELEMENTARY, body);
    }

    private void values(Kernels kernels, Storage from, Storage to, int first, int last) {
        if (from instanceof Doubles x) {
            in64.values().of(kernels, x.array(), ((Doubles) to).array(), first, last);
        } else {
            in32.values().of(kernels, ((Floats) from).array(), ((Floats) to).array(), first, last);
        }
    }

    private void gradients(
            Kernels kernels, Storage gradient, Storage from, Storage to, Storage share, int first, int last) {
        if (gradient instanceof Doubles g) {
            double[] x = ((Doubles) from).array();
            double[] y = ((Doubles) to).array();
            in64.gradients().of(kernels, g.array(), x, y, ((Doubles) share).array(), first, last);
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) from).array();
            float[] y = ((Floats) to).array();
            in32.gradients().of(kernels, g, x, y, ((Floats) share).array(), first, last);
        }
    }
}
