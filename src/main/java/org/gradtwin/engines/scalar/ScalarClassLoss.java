package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The loss of a class index for each row, nll_loss: of a vector the only one, of (N, C, d1, …) one for each of (N, d1, …). With a
 * weight for each class, the mean is the weighted one; rows whose target is ignore_index count for nothing.
 */
final class ScalarClassLoss {
    private final ScalarCall call;
    private final Tensor targets;
    private final @Nullable NodeTensor weight;
    private final long ignored;

    private ScalarClassLoss(ScalarCall call) {
        this.call = call;
        this.targets = call.indices(1);
        this.weight = call.optional(2);
        this.ignored = call.attributes().integer("ignore_index");
    }

    /** −weight · input at the target of each row. */
    static NodeTensor apply(ScalarCall call) {
        ScalarClassLoss losses = new ScalarClassLoss(call);
        NodeTensor x = call.tensor(0);
        List<Node> terms = new ArrayList<>();
        for (int[] row : x.shape().groups(new int[] {classDim(x.shape())})) {
            terms.add(losses.term(terms.size(), row, x));
        }
        return losses.reduce(terms);
    }

    private Node term(int row, int[] positions, NodeTensor x) {
        if (isIgnored(row)) {
            return Node.constant(0);
        }
        int target = (int) targets.getLong(row);
        return x.get(positions[target]).times(-weight(target));
    }

    /** The dimension of the classes. */
    private static int classDim(Shape shape) {
        return shape.rank() == 1 ? 0 : 1;
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
