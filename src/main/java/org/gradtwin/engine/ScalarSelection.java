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
            case TRANSPOSE -> call.tensor(0).permute(1, 0);
            case INDEX -> index(call);
            case CAT -> cat(call);
            case EMBEDDING -> embedding(call);
            default -> throw new UnsupportedOpException(call.op(), "not a selection");
        };
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

    /** Of each operand in turn as many elements as it has below one step before the dimension. */
    private static NodeTensor cat(ScalarCall call) {
        Shape result = call.result();
        List<Node> nodes = new ArrayList<>(result.size());
        int dim = result.size() == 0 ? 0 : result.dimension(call.attributes().integer("dim"));
        int blocks = result.size() == 0 ? 0 : result.product(0, dim);
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < call.operands().size(); i++) {
                List<Node> operand = call.tensor(i).nodes();
                int size = operand.size() / blocks;
                nodes.addAll(operand.subList(block * size, (block + 1) * size));
            }
        }
        return new NodeTensor(result, nodes);
    }

    private static NodeTensor embedding(ScalarCall call) {
        Tensor indices = call.indices(0);
        NodeTensor weight = call.tensor(1);
        List<Node> nodes = new ArrayList<>(call.result().size());
        for (long row : indices.toLongs()) {
            if (row < 0 || row >= weight.shape().dim(0)) {
                throw new IllegalArgumentException(
                        "embedding: index " + row + " is out of range for weight " + weight.shape());
            }
            nodes.addAll(weight.row((int) row));
        }
        return new NodeTensor(call.result(), nodes);
    }
}
