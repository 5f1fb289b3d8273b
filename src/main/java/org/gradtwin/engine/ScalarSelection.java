package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Ops whose elements are elements of their operands: no arithmetic, so the result shares the operands' nodes. */
final class ScalarSelection {
    private ScalarSelection() {}

    static NodeTensor apply(ScalarCall call) {
        return switch (call.op()) {
            case RESHAPE -> new NodeTensor(call.result(), call.tensor(0).nodes());
            case TRANSPOSE -> transpose(call.tensor(0), call.result());
            case INDEX -> index(call);
            case CAT -> cat(call);
            case EMBEDDING -> embedding(call);
            default -> throw new UnsupportedOpException(call.op(), "not a selection");
        };
    }

    private static NodeTensor transpose(NodeTensor x, Shape result) {
        int rows = result.dim(0);
        int cols = result.dim(1);
        int[] sources = new int[result.size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = i % cols * rows + i / cols;
        }
        return x.pick(result, sources);
    }

    private static NodeTensor index(ScalarCall call) {
        NodeTensor x = call.tensor(0);
        List<@Nullable Tensor> tensors = new ArrayList<>();
        tensors.add(null);
        for (int i = 1; i < call.operands().size(); i++) {
            tensors.add(call.indices(i));
        }
        return x.pick(call.result(), call.attributes().index().sources(x.shape(), call.result(), tensors));
    }

    private static NodeTensor cat(ScalarCall call) {
        int count = call.operands().size();
        List<Node> nodes = new ArrayList<>(call.result().size());
        boolean sideBySide = call.result().rank() == 2
                && call.result().dimension(call.attributes().integer("dim")) == 1;
        for (int row = 0; row < (sideBySide ? call.result().rows() : 1); row++) {
            for (int i = 0; i < count; i++) {
                NodeTensor x = call.tensor(i);
                // Beside matrices there may be vectors of no elements.
                nodes.addAll(sideBySide && x.shape().rank() == 2 ? x.row(row) : x.nodes());
            }
        }
        return new NodeTensor(call.result(), nodes);
    }

    private static NodeTensor embedding(ScalarCall call) {
        Tensor indices = call.indices(0);
        NodeTensor weight = call.tensor(1);
        List<Node> nodes = new ArrayList<>(call.result().size());
        for (long row : indices.toLongs()) {
            if (row < 0 || row >= weight.shape().rows()) {
                throw new IllegalArgumentException(
                        "embedding: index " + row + " is out of range for weight " + weight.shape());
            }
            nodes.addAll(weight.row((int) row));
        }
        return new NodeTensor(call.result(), nodes);
    }
}
