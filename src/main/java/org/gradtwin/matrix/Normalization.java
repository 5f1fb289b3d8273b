package org.gradtwin.matrix;

/** Shifting and scaling groups of elements to mean 0 and variance 1. */
final class Normalization {
    private Normalization() {}

    /**
     * y = (x − mean)/√(var + eps) over consecutive groups of {@code count} elements, var with divisor n. The mean and
     * the variance depend on x as well: the gradient is r·(g − mean(g) − y·mean(g·y)) with r = 1/√(var + eps).
     */
    static Matrix normalize(Matrix x, int count, double eps) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Storage data = x.data();
        int groups = count == 0 ? 0 : data.length() / count;
        Storage y = graph.allocate(data.length());
        Storage scales = graph.keep(graph.allocate(groups));
        for (int group = 0; group < groups; group++) {
            int from = group * count;
            double mean = precision.round(data.sum(from, count, 1) / count);
            for (int i = from; i < from + count; i++) {
                double deviation = precision.round(data.get(i) - mean);
                y.set(i, deviation * deviation);
            }
            double variance = precision.round(y.sum(from, count, 1) / count);
            double root = precision.round(Math.sqrt(precision.round(variance + precision.round(eps))));
            double scale = precision.round(1 / root);
            for (int i = from; i < from + count; i++) {
                y.set(i, precision.round(data.get(i) - mean) * scale);
            }
            scales.set(group, scale);
        }
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    for (int group = 0; group < groups; group++) {
                        int from = group * count;
                        for (int i = from; i < from + count; i++) {
                            share.set(i, gradient.get(i) * y.get(i));
                        }
                        double slope = precision.round(share.sum(from, count, 1) / count);
                        double mean = precision.round(gradient.sum(from, count, 1) / count);
                        for (int i = from; i < from + count; i++) {
                            double centred = precision.round(gradient.get(i) - mean);
                            double rest = precision.round(centred - precision.round(y.get(i) * slope));
                            share.set(i, scales.get(group) * rest);
                        }
                    }
                    x.receive(share);
                },
                x);
    }
}
