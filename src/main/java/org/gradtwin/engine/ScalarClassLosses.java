package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Op;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Losses with a class index for each row: of a vector the only one, of (N, C, d1, …) one for each of (N, d1, …). With a
 * weight for each class, the mean is the weighted one; rows whose target is ignore_index count for nothing.
 */
final class ScalarClassLosses {
    private final ScalarCall call;
    private final Tensor targets;
    private final @Nullable NodeTensor weight;
    private final long ignored;
    private final int classes;

    private ScalarClassLosses(ScalarCall call) {
        this.call = call;
        this.targets = call.indices(1);
        this.weight = call.constant(2);
        this.ignored = call.attributes().integer("ignore_index");
        this.classes = call.tensor(0).shape().dim(classDim(call.tensor(0).shape()));
        for (long target : targets.toLongs()) {
            if (target != ignored && (target < 0 || target >= classes)) {
                throw new IllegalArgumentException(
                        call.op().id() + ": target " + target + " is out of range for " + classes + " classes");
            }
        }
    }

    /** The loss, where operand 0 holds logarithms of probabilities: for cross_entropy those of its log_softmax. */
    static NodeTensor apply(ScalarCall call) {
        ScalarClassLosses losses = new ScalarClassLosses(call);
        NodeTensor x = call.tensor(0);
        List<List<Node>> rows = new ArrayList<>();
        for (int[] row : NodeTensor.groups(x.shape(), new int[] {classDim(x.shape())})) {
            rows.add(x.pick(row));
        }
        return losses.loss(rows);
    }

    /** The logarithms of the probabilities of each row. */
    static NodeTensor logProbabilities(NodeTensor x) {
        return x.mapGroups(new int[] {classDim(x.shape())}, ScalarLayers::logSoftmax);
    }

    /** The dimension of the classes. */
    private static int classDim(Shape shape) {
        return shape.rank() == 1 ? 0 : 1;
    }

    private NodeTensor loss(List<List<Node>> rows) {
        Attributes attributes = call.attributes();
        List<Node> likelihood = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (isIgnored(row)) {
                likelihood.add(Node.constant(0));
            } else {
                int target = (int) targets.getLong(row);
                likelihood.add(rows.get(row).get(target).times(-weight(target)));
            }
        }
        NodeTensor loss = reduce(likelihood);
        double smoothing = call.op() == Op.CROSS_ENTROPY ? attributes.number("label_smoothing") : 0;
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException("cross_entropy: label_smoothing " + smoothing + " is not in [0, 1]");
        }
        if (smoothing == 0) {
            return loss;
        }
        NodeTensor uniform = reduce(uniform(rows));
        return ScalarElementwise.zip(
                loss, uniform, (nll, other) -> nll.times(1 - smoothing).plus(other.times(smoothing / classes)));
    }

    /** For each row −Σ weight · ln p over all classes. */
    private List<Node> uniform(List<List<Node>> rows) {
        List<Node> sums = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (isIgnored(row)) {
                sums.add(Node.constant(0));
            } else {
                List<Node> terms = new ArrayList<>();
                for (int k = 0; k < classes; k++) {
                    terms.add(rows.get(row).get(k).times(weight(k)));
                }
                sums.add(Node.sum(terms).negate());
            }
        }
        return sums;
    }

    private NodeTensor reduce(List<Node> losses) {
        return switch (call.attributes().text("reduction")) {
            case "none" -> new NodeTensor(call.result(), losses);
            case "sum" -> new NodeTensor(Shape.SCALAR, List.of(Node.sum(losses)));
            default -> new NodeTensor(Shape.SCALAR, List.of(Node.sum(losses).dividedBy(totalWeight())));
        };
    }

    /** The weights of the targets that are not ignored. */
    private double totalWeight() {
        double total = 0;
        for (int row = 0; row < targets.size(); row++) {
            total += isIgnored(row) ? 0 : weight((int) targets.getLong(row));
        }
        return total;
    }

    private double weight(int target) {
        return weight == null ? 1 : weight.get(target).data();
    }

    private boolean isIgnored(int row) {
        return targets.getLong(row) == ignored;
    }
}
