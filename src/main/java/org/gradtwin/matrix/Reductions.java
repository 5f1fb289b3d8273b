package org.gradtwin.matrix;

import org.gradtwin.tensor.Shape;

/** Reductions over any dimensions. Each is walked the same way, see {@link Axes.Walk}. */
final class Reductions {
    private Reductions() {}

    static Matrix sum(Matrix x, Axes.Walk walk) {
        Graph graph = x.graph();
        Storage y = graph.allocate(walk.groups());
        sums(x.data(), walk, y);
        return graph.record(
                walk.result(),
                y,
                gradient -> x.receive(spread(graph, gradient, walk, x.data().length(), 1)),
                x);
    }

    static Matrix mean(Matrix x, Axes.Walk walk) {
        Graph graph = x.graph();
        Storage y = graph.allocate(walk.groups());
        sums(x.data(), walk, y);
        for (int group = 0; group < walk.groups(); group++) {
            y.set(group, y.get(group) / walk.count());
        }
        return graph.record(
                walk.result(),
                y,
                gradient -> x.receive(spread(graph, gradient, walk, x.data().length(), walk.count())),
                x);
    }

    /**
     * PyTorch's gradient: g·y/x where no element is zero, else from the products of the elements on either side, so
     * that one zero takes the product of the others and two take nothing; a number takes g.
     */
    static Matrix prod(Matrix x, Axes.Walk walk) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Storage data = x.data();
        Storage y = graph.allocate(walk.groups());
        for (int group = 0; group < walk.groups(); group++) {
            double product = 1;
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                product = precision.round(product * data.get(at));
            }
            y.set(group, product);
        }
        return graph.record(
                walk.result(),
                y,
                gradient -> {
                    Storage share = graph.allocate(x.data().length());
                    int zeros = 0;
                    for (int i = 0; i < data.length(); i++) {
                        zeros += data.get(i) == 0 ? 1 : 0;
                    }
                    for (int group = 0; group < walk.groups(); group++) {
                        double g = gradient.get(group);
                        if (zeros == 0 && x.shape().rank() > 0) {
                            prodByQuotient(precision, g, y.get(group), data, walk, group, share);
                        } else if (walk.whole() && zeros > 1) {
                            graph.passes().fill(share, 0);
                        } else {
                            prodByOthers(precision, g, data, walk, group, share);
                        }
                    }
                    x.receive(share);
                },
                x);
    }

    private static void prodByQuotient(
            Precision precision, double g, double y, Storage data, Axes.Walk walk, int group, Storage share) {
        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
            share.set(at, g * precision.round(y / data.get(at)));
        }
    }

    private static void prodByOthers(
            Precision precision, double g, Storage data, Axes.Walk walk, int group, Storage share) {
        double before = 1;
        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
            share.set(at, before);
            before = precision.round(before * data.get(at));
        }
        double after = 1;
        for (int i = walk.count() - 1; i >= 0; i--) {
            int at = walk.first(group) + i * walk.stride();
            share.set(at, g * precision.round(share.get(at) * after));
            after = precision.round(after * data.get(at));
        }
    }

    static Matrix amax(Matrix x, Axes.Walk walk) {
        return extreme("amax", x, walk, 1);
    }

    static Matrix amin(Matrix x, Axes.Walk walk) {
        return extreme("amin", x, walk, -1);
    }

    /** The extreme in the direction of the sign. NaN wins, and then every element of the group gets NaN. */
    private static Matrix extreme(String op, Matrix x, Axes.Walk walk, int sign) {
        Graph graph = x.graph();
        if (walk.count() == 0) {
            throw new IllegalArgumentException("%s %s: no elements to choose from".formatted(op, x.shape()));
        }
        Storage data = x.data();
        Storage y = graph.allocate(walk.groups());
        for (int group = 0; group < walk.groups(); group++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                best = Math.max(best, sign * data.get(at));
            }
            y.set(group, sign * best);
        }
        return graph.record(
                walk.result(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    for (int group = 0; group < walk.groups(); group++) {
                        double best = y.get(group);
                        int ties = 0;
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            ties += data.get(at) == best ? 1 : 0;
                        }
                        double each = gradient.get(group) / ties;
                        // PyTorch multiplies with a mask: not 0 where the gradient is not finite, NaN without a tie.
                        double other = gradient.get(group) * 0 / ties;
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            share.set(at, data.get(at) == best ? each : other);
                        }
                    }
                    x.receive(share);
                },
                x);
    }

    /**
     * With dof = n − correction: y = Σ (x − mean)² / dof, infinite or NaN for dof ≤ 0, and the gradient
     * g·2/dof·(x − mean). As PyTorch has it, over all elements a dof ≤ 0 makes the gradient g·∞, and NaN where x is the
     * mean.
     */
    static Matrix var(Matrix x, Axes.Walk walk, double correction) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Storage data = x.data();
        double dof = walk.count() - correction;
        Storage means = graph.keep(graph.allocate(walk.groups()));
        sums(data, walk, means);
        Storage y = graph.allocate(walk.groups());
        Storage squares = graph.allocate(data.length());
        for (int group = 0; group < walk.groups(); group++) {
            means.set(group, means.get(group) / walk.count());
            double mean = means.get(group);
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                double deviation = precision.round(data.get(at) - mean);
                squares.set(at, deviation * deviation);
            }
            y.set(group, squares.sum(walk.first(group), walk.count(), walk.stride()) / Math.max(0, dof));
        }
        graph.release(squares);
        return graph.record(
                walk.result(),
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    double factor = precision.round(2 / dof);
                    for (int group = 0; group < walk.groups(); group++) {
                        double g = gradient.get(group);
                        double mean = means.get(group);
                        double scale = precision.round(factor * g);
                        for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                            double element = data.get(at);
                            share.set(
                                    at,
                                    walk.whole() && dof <= 0
                                            ? g * (element == mean ? Double.NaN : Double.POSITIVE_INFINITY)
                                            : scale * precision.round(element - mean));
                        }
                    }
                    x.receive(share);
                },
                x);
    }

    private static void sums(Storage data, Axes.Walk walk, Storage sums) {
        for (int group = 0; group < walk.groups(); group++) {
            sums.set(group, data.sum(walk.first(group), walk.count(), walk.stride()));
        }
    }

    /** Every element of a group gets the group's gradient over the divisor. */
    private static Storage spread(Graph graph, Storage gradient, Axes.Walk walk, int size, int divisor) {
        Storage share = graph.allocate(size);
        for (int group = 0; group < walk.groups(); group++) {
            double each = gradient.get(group) / divisor;
            for (int i = 0, at = walk.first(group); i < walk.count(); i++, at += walk.stride()) {
                share.set(at, each);
            }
        }
        return share;
    }

    /**
     * y[i] = x[0] + … + x[i] along a dimension, summed in double and rounded at each element as PyTorch does; the
     * gradient sums from the other end.
     */
    static Matrix cumsum(Matrix x, int dim) {
        Graph graph = x.graph();
        Axes.Walk walk = Axes.along(x.shape(), dim);
        Storage y = graph.allocate(x.data().length());
        for (int group = 0; group < walk.groups(); group++) {
            runningSums(x.data(), y, walk.first(group), walk.count(), walk.stride());
        }
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    for (int group = 0; group < walk.groups(); group++) {
                        int last = walk.first(group) + (walk.count() - 1) * walk.stride();
                        runningSums(gradient, share, last, walk.count(), -walk.stride());
                    }
                    x.receive(share);
                },
                x);
    }

    private static void runningSums(Storage from, Storage to, int first, int count, int stride) {
        double sum = 0;
        for (int i = 0, at = first; i < count; i++, at += stride) {
            sum += from.get(at);
            to.set(at, sum);
        }
    }

    /**
     * Sums a gradient of shape {@code from} over the dimensions that {@code to} was stretched along, one run of
     * neighbours after the other.
     *
     * @return the gradient itself where nothing was stretched
     */
    static Storage unbroadcast(Graph graph, Storage gradient, Shape from, Shape to) {
        int missing = from.rank() - to.rank();
        Storage sums = gradient;
        int inner = 1;
        for (int d = from.rank() - 1; d >= 0; d--) {
            int count = 1;
            int end = d;
            while (end >= 0 && (from.dim(end) == 1 || end < missing || to.dim(end - missing) != from.dim(end))) {
                count *= from.dim(end--);
            }
            if (count != 1) {
                Storage next = graph.allocate(from.product(0, end + 1) * inner);
                sumRuns(graph, sums, count, inner, next);
                if (sums != gradient) {
                    graph.release(sums);
                }
                sums = next;
            }
            d = end;
            inner *= d < 0 ? 1 : from.dim(d);
        }
        return sums;
    }

    /** From (outer, count, inner) to (outer, inner). */
    private static void sumRuns(Graph graph, Storage from, int count, int inner, Storage to) {
        if (inner > 1 && to.length() == inner) {
            graph.passes().sumRows(to, from, count, inner);
            return;
        }
        for (int i = 0; i < to.length(); i++) {
            to.set(i, from.sum(i / inner * inner * count + i % inner, count, inner));
        }
    }
}
