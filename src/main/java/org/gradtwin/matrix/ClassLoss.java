package org.gradtwin.matrix;

import org.jspecify.annotations.Nullable;

/** The negative log-likelihood of class indices, from log-probabilities or from logits. */
final class ClassLoss {
    private final String op;
    private final Dims dims;
    private final int[] targets;
    private final @Nullable Storage weight;
    private final int ignoreIndex;
    private final double smoothing;
    private final Reduction reduction;

    ClassLoss(
            String op,
            Dims dims,
            int[] targets,
            @Nullable Matrix weight,
            int ignoreIndex,
            double smoothing,
            Reduction reduction) {
        this.op = op;
        this.dims = dims;
        this.targets = targets.clone();
        this.weight = weight == null ? null : weight.data();
        this.ignoreIndex = ignoreIndex;
        this.smoothing = smoothing;
        this.reduction = reduction;
        if (dims.rank() == 0 || targets.length != dims.rows()) {
            throw new IllegalArgumentException(
                    "%s %s: %d targets for %d rows".formatted(op, dims, targets.length, dims.rows()));
        }
        if (weight != null && !weight.dims().equals(Dims.vector(dims.columns()))) {
            throw new IllegalArgumentException(
                    "%s %s: weight %s for %d classes".formatted(op, dims, weight.dims(), dims.columns()));
        }
        for (int target : targets) {
            if (target != ignoreIndex && (target < 0 || target >= dims.columns())) {
                throw new IllegalArgumentException(
                        "%s %s: target %d is none of the %d classes".formatted(op, dims, target, dims.columns()));
            }
        }
    }

    Matrix ofLogProbabilities(Matrix x) {
        Graph graph = x.graph();
        Storage y = x.data();
        return graph.record(
                result(),
                losses(graph, y),
                gradient -> {
                    Storage share = graph.allocate(dims.size());
                    Precision precision = graph.precision();
                    gradients(precision, gradient, divisor(precision), share, 0, dims.rows());
                    x.receive(share);
                },
                x);
    }

    /** The gradient for mean, no weight and no smoothing is (softmax − one-hot)/batch. */
    Matrix ofLogits(Matrix x) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Axes.Walk walk = Softmax.along(op, dims, -1);
        Storage y = graph.keep(graph.allocate(dims.size()));
        Softmax.logSoftmax(graph, x.data(), walk, y);
        return graph.record(
                result(),
                losses(graph, y),
                gradient -> {
                    Storage share = graph.allocate(dims.size());
                    Storage probabilities = graph.allocate(dims.size());
                    double divisor = divisor(precision);
                    Softmax.split(graph, walk, (from, to) -> {
                        gradients(precision, gradient, divisor, share, from, to);
                        Softmax.logSoftmaxGradient(graph, share, walk, y, probabilities, from, to);
                    });
                    graph.release(probabilities);
                    x.receive(share);
                },
                x);
    }

    private Dims result() {
        return reduction == Reduction.NONE && dims.rank() == 2 ? Dims.vector(dims.rows()) : Dims.SCALAR;
    }

    private Storage losses(Graph graph, Storage y) {
        Precision precision = graph.precision();
        int classes = dims.columns();
        Storage each = graph.allocate(dims.rows());
        Storage smooth = graph.allocate(dims.rows());
        Storage terms = graph.allocate(classes);
        for (int row = 0; row < dims.rows(); row++) {
            int at = row * classes;
            boolean ignored = targets[row] == ignoreIndex;
            each.set(row, ignored ? 0 : -y.get(at + targets[row]) * weight(targets[row]));
            if (ignored || smoothing == 0) {
                smooth.set(row, 0);
                continue;
            }
            for (int c = 0; c < classes; c++) {
                terms.set(c, -y.get(at + c) * weight(c));
            }
            smooth.set(row, terms.sum(0, classes, 1));
        }
        graph.release(terms);
        Storage result = reduction == Reduction.NONE ? each : graph.allocate(1);
        if (reduction == Reduction.NONE) {
            for (int row = 0; row < dims.rows(); row++) {
                result.set(row, mixed(precision, each.get(row), smooth.get(row)));
            }
        } else {
            double divisor = divisor(precision);
            double nll = precision.round(each.sum(0, dims.rows(), 1) / divisor);
            result.set(0, mixed(precision, nll, precision.round(smooth.sum(0, dims.rows(), 1) / divisor)));
            graph.release(each);
        }
        graph.release(smooth);
        return result;
    }

    /** (1 − s)·nll + s/C·smooth. */
    private double mixed(Precision precision, double nll, double smooth) {
        if (smoothing == 0) {
            return nll;
        }
        double share = precision.round(precision.round(smoothing / dims.columns()) * smooth);
        return share + precision.round(precision.round(1 - smoothing) * nll);
    }

    /** What the mean divides by: the sum of the weights of the targets, without the ignored rows. */
    private double divisor(Precision precision) {
        double divisor = 0;
        if (reduction != Reduction.MEAN) {
            return 1;
        }
        for (int target : targets) {
            divisor = target == ignoreIndex ? divisor : precision.round(divisor + weight(target));
        }
        return divisor;
    }

    private double weight(int c) {
        return weight == null ? 1 : weight.get(c);
    }

    /**
     * The gradient for the log-probabilities of the rows {@code from} to before {@code to}: −w[t]·(1 − s) at the
     * target, and −w[c]·s/C everywhere.
     */
    private void gradients(Precision precision, Storage gradient, double divisor, Storage share, int from, int to) {
        int classes = dims.columns();
        double spread = precision.round(smoothing / classes);
        double rest = precision.round(1 - smoothing);
        share.fill(0, from * classes, to * classes);
        for (int row = from; row < to; row++) {
            if (targets[row] == ignoreIndex) {
                continue;
            }
            int at = row * classes;
            double g = precision.round(gradient.get(reduction == Reduction.NONE ? row : 0) / divisor);
            if (smoothing != 0) {
                double each = precision.round(g * spread);
                for (int c = 0; c < classes; c++) {
                    share.set(at + c, -each * weight(c));
                }
            }
            int target = at + targets[row];
            share.set(target, share.get(target) - precision.round(precision.round(g * rest) * weight(targets[row])));
        }
    }
}
