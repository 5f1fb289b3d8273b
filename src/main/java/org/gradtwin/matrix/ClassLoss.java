package org.gradtwin.matrix;

import java.util.stream.IntStream;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** The negative log-likelihood of class indices, from log-probabilities or from logits. */
final class ClassLoss {
    private final Shape shape;
    private final Axes.Walk walk;
    private final int classes;
    private final int[] targets;
    private final @Nullable Storage weight;
    private final int ignoreIndex;
    private final double smoothing;
    private final Reduction reduction;

    ClassLoss(
            String op,
            Shape shape,
            int[] targets,
            @Nullable Matrix weight,
            int ignoreIndex,
            double smoothing,
            Reduction reduction) {
        this.shape = shape;
        if (shape.rank() == 0) {
            throw new IllegalArgumentException(op + ": a number has no classes");
        }
        walk = Axes.along(shape, shape.rank() == 1 ? 0 : 1);
        classes = walk.count();
        this.targets = targets.clone();
        this.weight = weight == null ? null : weight.data();
        this.ignoreIndex = ignoreIndex;
        this.smoothing = smoothing;
        this.reduction = reduction;
        if (targets.length != walk.groups()) {
            throw new IllegalArgumentException(
                    "%s %s: %d targets instead of %d".formatted(op, shape, targets.length, walk.groups()));
        }
        if (weight != null && !weight.shape().equals(Shape.of(classes))) {
            throw new IllegalArgumentException(
                    "%s %s: weight %s for %d classes".formatted(op, shape, weight.shape(), classes));
        }
        for (int target : targets) {
            if (target != ignoreIndex && (target < 0 || target >= classes)) {
                throw new IllegalArgumentException(
                        "%s %s: target %d is out of range for %d classes".formatted(op, shape, target, classes));
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
                    Storage share = graph.allocate(shape.size());
                    Precision precision = graph.precision();
                    gradients(precision, gradient, divisor(precision), share, 0, walk.groups());
                    x.receive(share);
                },
                x);
    }

    /** The gradient for mean, no weight and no smoothing is (softmax − one-hot)/batch. */
    Matrix ofLogits(Matrix x) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Storage y = graph.keep(graph.allocate(shape.size()));
        Softmax.logSoftmax(graph, x.data(), walk, y);
        return graph.record(
                result(),
                losses(graph, y),
                gradient -> {
                    Storage share = graph.allocate(shape.size());
                    Storage probabilities = graph.allocate(shape.size());
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

    private Shape result() {
        if (reduction != Reduction.NONE || shape.rank() == 1) {
            return Shape.SCALAR;
        }
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(d -> d != 1)
                .map(shape::dim)
                .toArray());
    }

    private Storage losses(Graph graph, Storage y) {
        Precision precision = graph.precision();
        Storage each = graph.allocate(walk.groups());
        Storage smooth = graph.allocate(walk.groups());
        Storage terms = graph.allocate(classes);
        for (int row = 0; row < walk.groups(); row++) {
            int at = walk.first(row);
            boolean ignored = targets[row] == ignoreIndex;
            each.set(row, ignored ? 0 : -y.get(at + targets[row] * walk.stride()) * weight(targets[row]));
            if (ignored || smoothing == 0) {
                smooth.set(row, 0);
                continue;
            }
            for (int c = 0; c < classes; c++) {
                terms.set(c, -y.get(at + c * walk.stride()) * weight(c));
            }
            smooth.set(row, terms.sum(0, classes, 1));
        }
        graph.release(terms);
        Storage result = reduction == Reduction.NONE ? each : graph.allocate(1);
        if (reduction == Reduction.NONE) {
            for (int row = 0; row < walk.groups(); row++) {
                result.set(row, mixed(precision, each.get(row), smooth.get(row)));
            }
        } else {
            double divisor = divisor(precision);
            double nll = precision.round(each.sum(0, walk.groups(), 1) / divisor);
            result.set(0, mixed(precision, nll, precision.round(smooth.sum(0, walk.groups(), 1) / divisor)));
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
        double share = precision.round(precision.round(smoothing / classes) * smooth);
        return share + precision.round(precision.round(1 - smoothing) * nll);
    }

    /** What the mean divides by: the sum of the weights of the targets, without the ignored ones. */
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
     * The gradient for the log-probabilities of the targets {@code from} to before {@code to}: −w[t]·(1 − s) at the
     * target, and −w[c]·s/C everywhere.
     */
    private void gradients(Precision precision, Storage gradient, double divisor, Storage share, int from, int to) {
        double spread = precision.round(smoothing / classes);
        double rest = precision.round(1 - smoothing);
        share.fill(0, from * classes, to * classes);
        for (int row = from; row < to; row++) {
            boolean ignored = targets[row] == ignoreIndex;
            int at = walk.first(row);
            // Of an ignored row nothing comes back, but a weight of NaN times that.
            double g = ignored ? 0 : precision.round(gradient.get(reduction == Reduction.NONE ? row : 0) / divisor);
            if (smoothing != 0) {
                double each = precision.round(g * spread);
                for (int c = 0; c < classes; c++) {
                    share.set(at + c * walk.stride(), -each * weight(c));
                }
            }
            if (ignored) {
                continue;
            }
            int target = at + targets[row] * walk.stride();
            share.set(target, share.get(target) - precision.round(precision.round(g * rest) * weight(targets[row])));
        }
    }
}
