package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;

/** Exponentials that are normalised, all shifted by the greatest element so that nothing overflows. */
final class Softmax {
    private Softmax() {}

    /** y = log Σ e^x; the gradient is g·e^(x − y). */
    static Matrix logsumexp(Matrix x, Axes axes) {
        Graph graph = x.graph();
        Axes.Walk walk = axes.over("logsumexp", x.dims());
        Storage data = x.data();
        Storage shifts = graph.allocate(walk.groups());
        for (int group = 0; group < walk.groups(); group++) {
            double max = data.max(walk.first(group), walk.count(), walk.stride());
            // An infinite shift would make NaN of ∞ − ∞; without it the sum is 0 or ∞, and its logarithm right.
            shifts.set(group, Double.isInfinite(max) ? 0 : max);
        }
        Storage terms = graph.allocate(data.length());
        shift(data, walk, shifts, terms);
        exp(graph.kernels(), terms, terms);
        Storage y = graph.allocate(walk.groups());
        for (int group = 0; group < walk.groups(); group++) {
            double sum = terms.sum(walk.first(group), walk.count(), walk.stride());
            y.set(group, graph.precision().round(Math.log(sum)) + shifts.get(group));
        }
        graph.release(terms);
        graph.release(shifts);
        return graph.record(
                walk.result(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    shift(data, walk, y, share);
                    exp(graph.kernels(), share, share);
                    for (int group = 0; group < walk.groups(); group++) {
                        double g = gradient.get(group);
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            share.set(at, g * share.get(at));
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
        Storage y = graph.allocate(x.dims().size());
        shiftByMax(graph, x.data(), walk, y);
        exp(graph.kernels(), y, y);
        for (int group = 0; group < walk.groups(); group++) {
            double sum = y.sum(walk.first(group), walk.count(), walk.stride());
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                y.set(at, y.get(at) / sum);
            }
        }
        return graph.record(
                x.dims(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
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
        Axes.Walk walk = along("log_softmax", x.dims(), dim);
        Storage y = graph.allocate(x.dims().size());
        logSoftmax(graph, x.data(), walk, y);
        return graph.record(
                x.dims(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    logSoftmaxGradient(graph, gradient, walk, y, share);
                    x.receive(share);
                },
                x);
    }

    static void logSoftmax(Graph graph, Storage data, Axes.Walk walk, Storage y) {
        shiftByMax(graph, data, walk, y);
        Storage terms = graph.allocate(data.length());
        exp(graph.kernels(), y, terms);
        Storage logs = graph.allocate(walk.groups());
        for (int group = 0; group < walk.groups(); group++) {
            logs.set(group, Math.log(terms.sum(walk.first(group), walk.count(), walk.stride())));
        }
        shift(y, walk, logs, y);
        graph.release(logs);
        graph.release(terms);
    }

    /** The share may be the gradient itself. */
    static void logSoftmaxGradient(Graph graph, Storage gradient, Axes.Walk walk, Storage y, Storage share) {
        Storage probabilities = graph.allocate(y.length());
        exp(graph.kernels(), y, probabilities);
        if (share != gradient) {
            share.copy(gradient);
        }
        for (int group = 0; group < walk.groups(); group++) {
            int first = walk.first(group);
            double sum = gradient.sum(first, walk.count(), walk.stride());
            share.subtractScaled(first, walk.count(), walk.stride(), sum, probabilities);
        }
        graph.release(probabilities);
    }

    static Axes.Walk along(String op, Dims dims, int dim) {
        return Axes.of(dims.dimension(op, dim)).over(op, dims);
    }

    private static void shiftByMax(Graph graph, Storage data, Axes.Walk walk, Storage to) {
        Storage shifts = graph.allocate(walk.groups());
        for (int group = 0; group < walk.groups(); group++) {
            shifts.set(group, data.max(walk.first(group), walk.count(), walk.stride()));
        }
        shift(data, walk, shifts, to);
        graph.release(shifts);
    }

    /** {@code to = data − shift of the group}. */
    private static void shift(Storage data, Axes.Walk walk, Storage shifts, Storage to) {
        for (int group = 0; group < walk.groups(); group++) {
            to.shift(walk.first(group), walk.count(), walk.stride(), data, shifts.get(group));
        }
    }

    static void exp(Kernels kernels, Storage x, Storage y) {
        if (x instanceof Doubles doubles) {
            kernels.exp(doubles.array(), ((Doubles) y).array());
        } else {
            kernels.exp(((Floats) x).array(), ((Floats) y).array());
        }
    }
}
