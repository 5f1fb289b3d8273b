package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.matrix.kernel.RowSplit;

/** Exponentials that are normalised, all shifted by the greatest element so that nothing overflows. */
final class Softmax {
    /** Elements of a few arrays that stay in the cache together. */
    private static final int CACHED = 1 << 13;

    private Softmax() {}

    /** y = log Σ e^x; the gradient is g·e^(x − y). */
    static Matrix logsumexp(Matrix x, Axes.Walk walk) {
        Graph graph = x.graph();
        Storage data = x.data();
        Storage terms = graph.allocate(data.length());
        Storage y = graph.allocate(walk.groups());
        split(graph, walk, (from, to) -> {
            for (int group = from; group < to; group++) {
                double max = data.max(walk.first(group), walk.count(), walk.stride());
                // An infinite shift would make NaN of ∞ − ∞; without it the sum is 0 or ∞, and its logarithm right.
                y.set(group, Double.isInfinite(max) ? 0 : max);
            }
            shift(data, walk, y, terms, from, to);
            exp(graph, walk, terms, terms, from, to);
            for (int group = from; group < to; group++) {
                double sum = terms.sum(walk.first(group), walk.count(), walk.stride());
                y.set(group, graph.precision().round(Math.log(sum)) + y.get(group));
            }
        });
        graph.release(terms);
        return graph.record(
                walk.result(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    split(graph, walk, (from, to) -> {
                        shift(data, walk, y, share, from, to);
                        exp(graph, walk, share, share, from, to);
                        for (int group = from; group < to; group++) {
                            double g = gradient.get(group);
                            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                                share.set(at, g * share.get(at));
                            }
                        }
                    });
                    x.receive(share);
                },
                x);
    }

    /** y = e^x / Σ e^x; the gradient is y·(g − Σ g·y). */
    static Matrix softmax(Matrix x, int dim) {
        Graph graph = x.graph();
        Axes.Walk walk = Axes.along(x.shape(), dim);
        Storage y = graph.allocate(x.data().length());
        split(graph, walk, (from, to) -> {
            shiftByMax(x.data(), walk, y, from, to);
            exp(graph, walk, y, y, from, to);
            for (int group = from; group < to; group++) {
                int first = walk.first(group);
                y.divide(first, walk.count(), walk.stride(), y.sum(first, walk.count(), walk.stride()));
            }
        });
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    split(graph, walk, (from, to) -> {
                        int first = from * walk.count();
                        int end = to * walk.count();
                        share.product(gradient, y, first, end);
                        for (int group = from; group < to; group++) {
                            int at = walk.first(group);
                            double dot = share.sum(at, walk.count(), walk.stride());
                            share.shift(at, walk.count(), walk.stride(), gradient, dot);
                        }
                        share.product(share, y, first, end);
                    });
                    x.receive(share);
                },
                x);
    }

    /** y = x − logsumexp(x); the gradient is g − e^y·Σ g. */
    static Matrix logSoftmax(Matrix x, int dim) {
        Graph graph = x.graph();
        Axes.Walk walk = Axes.along(x.shape(), dim);
        Storage y = graph.allocate(x.data().length());
        logSoftmax(graph, x.data(), walk, y);
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    Storage probabilities = graph.allocate(y.length());
                    split(graph, walk, (from, to) -> {
                        int first = from * walk.count();
                        share.copy(first, gradient, first, to * walk.count() - first);
                        logSoftmaxGradient(graph, share, walk, y, probabilities, from, to);
                    });
                    graph.release(probabilities);
                    x.receive(share);
                },
                x);
    }

    static void logSoftmax(Graph graph, Storage data, Axes.Walk walk, Storage y) {
        Storage terms = graph.allocate(data.length());
        split(graph, walk, (from, to) -> {
            shiftByMax(data, walk, y, from, to);
            exp(graph, walk, y, terms, from, to);
            for (int group = from; group < to; group++) {
                int first = walk.first(group);
                double log = graph.precision().round(Math.log(terms.sum(first, walk.count(), walk.stride())));
                y.shift(first, walk.count(), walk.stride(), y, log);
            }
        });
        graph.release(terms);
    }

    /** The share is the gradient before and after; groups {@code from} to before {@code to}. */
    static void logSoftmaxGradient(
            Graph graph, Storage share, Axes.Walk walk, Storage y, Storage probabilities, int from, int to) {
        exp(graph, walk, y, probabilities, from, to);
        for (int group = from; group < to; group++) {
            int first = walk.first(group);
            double sum = share.sum(first, walk.count(), walk.stride());
            share.subtractScaled(first, walk.count(), walk.stride(), sum, probabilities);
        }
    }

    /**
     * Splits the groups of a walk, with an exponential for every element; groups that lie across each other stay
     * together. Further cuts keep what is passed over several times in the cache.
     */
    static void split(Graph graph, Axes.Walk walk, RowSplit.Rows body) {
        int together = Math.max(1, walk.stride());
        int block = together * Math.max(1, CACHED / Math.max(1, walk.count() * together));
        long work = RowSplit.ELEMENTARY * walk.groups() * walk.count();
        graph.kernels().split().run(walk.groups(), together, work, (from, to) -> {
            for (int group = from; group < to; group += block) {
                body.compute(group, Math.min(to, group + block));
            }
        });
    }

    private static void shiftByMax(Storage data, Axes.Walk walk, Storage to, int from, int end) {
        for (int group = from; group < end; group++) {
            int first = walk.first(group);
            to.shift(first, walk.count(), walk.stride(), data, data.max(first, walk.count(), walk.stride()));
        }
    }

    /** {@code to = data − shift of the group}. */
    private static void shift(Storage data, Axes.Walk walk, Storage shifts, Storage to, int from, int end) {
        for (int group = from; group < end; group++) {
            to.shift(walk.first(group), walk.count(), walk.stride(), data, shifts.get(group));
        }
    }

    /** y = e^x for the groups {@code from} to before {@code to}. */
    static void exp(Graph graph, Axes.Walk walk, Storage x, Storage y, int from, int to) {
        exp(graph.kernels(), x, y, from * walk.count(), to * walk.count());
    }

    private static void exp(Kernels kernels, Storage x, Storage y, int from, int to) {
        if (x instanceof Doubles doubles) {
            kernels.exp(doubles.array(), ((Doubles) y).array(), from, to);
        } else {
            kernels.exp(((Floats) x).array(), ((Floats) y).array(), from, to);
        }
    }
}
