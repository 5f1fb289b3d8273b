package org.gradtwin.matrix;

/** Shifting and scaling groups of elements: to mean 0 and variance 1, and then by a weight and a bias. */
final class Normalization {
    private Normalization() {}

    /**
     * y = (x − mean)/√(var + eps) in each group, var with divisor n. The mean and the variance depend on x as well: the gradient is
     * r·((g − mean(g)) − y·mean(g·y)) with r = 1/√(var + eps).
     */
    static Matrix normalize(Matrix x, Groups groups, double eps) {
        Graph graph = x.graph();
        Storage data = x.data();
        Storage y = graph.allocate(data.length());
        Storage scales = graph.keep(graph.allocate(groups.groups()));
        Storage parts = graph.keep(graph.allocate(groups.outer()));
        if (data instanceof Doubles from) {
            Normalization64.normalize(groups, eps, from, (Doubles) y, (Doubles) scales, (Doubles) parts);
        } else {
            Normalization32.normalize(groups, (float) eps, (Floats) data, (Floats) y, (Floats) scales, (Floats) parts);
        }
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    if (gradient instanceof Doubles g) {
                        Normalization64.gradients(
                                groups, g, (Doubles) y, (Doubles) scales, (Doubles) share, (Doubles) parts);
                    } else {
                        Floats g = (Floats) gradient;
                        Normalization32.gradients(
                                groups, g, (Floats) y, (Floats) scales, (Floats) share, (Floats) parts);
                    }
                    x.receive(share);
                },
                x);
    }

    /** z = x·weight + bias, each with a number for each group. */
    static Matrix affine(Matrix x, Groups groups, Matrix weight, Matrix bias) {
        Graph graph = x.graph();
        Storage z = graph.allocate(x.data().length());
        affine(groups, x.data(), weight.data(), bias.data(), z);
        return graph.record(
                x.shape(),
                z,
                gradient -> {
                    if (bias.requiresGrad()) {
                        bias.receive(groups.sums(graph, gradient));
                    }
                    Storage share = graph.allocate(z.length());
                    if (weight.requiresGrad()) {
                        graph.passes().product(share, gradient, x.data());
                        weight.receive(groups.sums(graph, share));
                    }
                    if (x.requiresGrad()) {
                        // x + (−0.0) is x, whatever zero x is.
                        Storage nothing = graph.allocate(groups.groups());
                        nothing.fill(-0.0, 0, nothing.length());
                        affine(groups, gradient, weight.data(), nothing, share);
                        graph.release(nothing);
                        x.receive(share);
                    } else {
                        graph.release(share);
                    }
                },
                x,
                weight,
                bias);
    }

    private static void affine(Groups groups, Storage x, Storage weight, Storage bias, Storage z) {
        if (z instanceof Doubles to) {
            double[] w = ((Doubles) weight).array();
            Normalization64.affine(groups, ((Doubles) x).array(), w, ((Doubles) bias).array(), to.array());
        } else {
            float[] w = ((Floats) weight).array();
            float[] b = ((Floats) bias).array();
            Normalization32.affine(groups, ((Floats) x).array(), w, b, ((Floats) z).array());
        }
    }
}
