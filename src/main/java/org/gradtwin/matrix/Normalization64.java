package org.gradtwin.matrix;

/**
 * The loops of normalization in float64. Normalization32 is made from this file by the execution "float32" in pom.xml.
 */
final class Normalization64 {
    private Normalization64() {}

    /** y = (x − mean)·r in each group, and r = 1/√(var + eps). */
    static void normalize(Groups groups, double eps, Doubles x, Doubles y, Doubles scales, Doubles parts) {
        double[] in = x.array();
        double[] out = y.array();
        int count = groups.count();
        for (int group = 0; group < groups.groups(); group++) {
            double mean = /* (float) */ (groups.sum(x, group, parts) / count);
            for (int part = 0; part < groups.outer(); part++) {
                int from = groups.first(part, group);
                for (int i = from; i < from + groups.inner(); i++) {
                    double deviation = in[i] - mean;
                    out[i] = deviation * deviation;
                }
            }
            double variance = /* (float) */ (groups.sum(y, group, parts) / count);
            double root = Math.sqrt(variance + eps);
            double scale = 1 / root;
            for (int part = 0; part < groups.outer(); part++) {
                int from = groups.first(part, group);
                for (int i = from; i < from + groups.inner(); i++) {
                    out[i] = (in[i] - mean) * scale;
                }
            }
            scales.array()[group] = scale;
        }
    }

    /** share = r·((g − mean(g)) − y·mean(g·y)). */
    static void gradients(Groups groups, Doubles g, Doubles y, Doubles scales, Doubles share, Doubles parts) {
        double[] in = g.array();
        double[] out = y.array();
        double[] to = share.array();
        int count = groups.count();
        share.product(g, y, 0, to.length);
        for (int group = 0; group < groups.groups(); group++) {
            double slope = /* (float) */ (groups.sum(share, group, parts) / count);
            double mean = /* (float) */ (groups.sum(g, group, parts) / count);
            double scale = scales.array()[group];
            for (int part = 0; part < groups.outer(); part++) {
                int from = groups.first(part, group);
                for (int i = from; i < from + groups.inner(); i++) {
                    to[i] = scale * ((in[i] - mean) - out[i] * slope);
                }
            }
        }
    }

    /** z = x·weight + bias, each with a number for each group. */
    static void affine(Groups groups, double[] x, double[] weight, double[] bias, double[] z) {
        for (int part = 0; part < groups.outer(); part++) {
            int first = groups.first(part, 0);
            if (groups.inner() == 1) {
                for (int group = 0; group < groups.groups(); group++) {
                    z[first + group] = x[first + group] * weight[group] + bias[group];
                }
                continue;
            }
            for (int group = 0; group < groups.groups(); group++, first += groups.inner()) {
                double w = weight[group];
                double b = bias[group];
                for (int i = first; i < first + groups.inner(); i++) {
                    z[i] = x[i] * w + b;
                }
            }
        }
    }
}
