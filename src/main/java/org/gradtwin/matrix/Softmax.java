package org.gradtwin.matrix;

/** Exponentials that are normalised, all shifted by the greatest element so that nothing overflows. */
final class Softmax {
    private Softmax() {}

    /** y = log Σ e^x; the gradient is g·e^(x − y). */
    static Matrix logsumexp(Matrix x, Axes axes) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Axes.Walk walk = axes.over("logsumexp", x.dims());
        Storage data = x.data();
        Storage y = graph.allocate(walk.groups());
        Storage scratch = graph.allocate(data.length());
        for (int group = 0; group < walk.groups(); group++) {
            double max = max(data, walk, group);
            // An infinite shift would make NaN of ∞ − ∞; without it the sum is 0 or ∞, and its logarithm right.
            double shift = Double.isInfinite(max) ? 0 : max;
            y.set(group, precision.round(Math.log(sumExp(precision, data, walk, group, shift, scratch))) + shift);
        }
        graph.release(scratch);
        return graph.record(
                walk.result(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    for (int group = 0; group < walk.groups(); group++) {
                        double g = gradient.get(group);
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            share.set(at, g * exp(precision, precision.round(data.get(at) - y.get(group))));
                        }
                    }
                    x.receive(share);
                },
                x);
    }

    /** y = e^x / Σ e^x; the gradient is y·(g − Σ g·y). */
    static Matrix softmax(Matrix x, int dim) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Axes.Walk walk = along("softmax", x.dims(), dim);
        Storage data = x.data();
        Storage y = graph.allocate(data.length());
        for (int group = 0; group < walk.groups(); group++) {
            double sum = sumExp(precision, data, walk, group, max(data, walk, group), y);
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                y.set(at, y.get(at) / sum);
            }
        }
        return graph.record(
                x.dims(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    for (int group = 0; group < walk.groups(); group++) {
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            share.set(at, gradient.get(at) * y.get(at));
                        }
                        double dot = share.sum(walk.first(group), walk.count(), walk.stride());
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            share.set(at, y.get(at) * precision.round(gradient.get(at) - dot));
                        }
                    }
                    x.receive(share);
                },
                x);
    }

    /** y = x − logsumexp(x); the gradient is g − e^y·Σ g. */
    static Matrix logSoftmax(Matrix x, int dim) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Axes.Walk walk = along("log_softmax", x.dims(), dim);
        Storage y = graph.allocate(x.dims().size());
        logSoftmax(precision, x.data(), walk, y);
        return graph.record(
                x.dims(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    logSoftmaxGradient(precision, gradient, walk, y, share);
                    x.receive(share);
                },
                x);
    }

    static void logSoftmax(Precision precision, Storage data, Axes.Walk walk, Storage y) {
        for (int group = 0; group < walk.groups(); group++) {
            double max = max(data, walk, group);
            double log = precision.round(Math.log(sumExp(precision, data, walk, group, max, y)));
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                y.set(at, precision.round(data.get(at) - max) - log);
            }
        }
    }

    /** The share may be the gradient itself. */
    static void logSoftmaxGradient(Precision precision, Storage gradient, Axes.Walk walk, Storage y, Storage share) {
        for (int group = 0; group < walk.groups(); group++) {
            double sum = gradient.sum(walk.first(group), walk.count(), walk.stride());
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                share.set(at, gradient.get(at) - precision.round(exp(precision, y.get(at)) * sum));
            }
        }
    }

    static Axes.Walk along(String op, Dims dims, int dim) {
        return Axes.of(dims.dimension(op, dim)).over(op, dims);
    }

    private static double max(Storage data, Axes.Walk walk, int group) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
            max = Math.max(max, data.get(at));
        }
        return max;
    }

    /** Σ e^(x − shift), the terms of which are left in {@code terms}. */
    private static double sumExp(
            Precision precision, Storage data, Axes.Walk walk, int group, double shift, Storage terms) {
        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
            terms.set(at, Math.exp(precision.round(data.get(at) - shift)));
        }
        return terms.sum(walk.first(group), walk.count(), walk.stride());
    }

    private static double exp(Precision precision, double x) {
        return precision.round(Math.exp(x));
    }
}
