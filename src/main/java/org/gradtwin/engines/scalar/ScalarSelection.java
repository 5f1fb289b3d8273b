package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Ops whose elements are elements of their operands: no arithmetic, so the result shares the operands' nodes. */
final class ScalarSelection {
    private ScalarSelection() {}

    /** The elements at the sources of an op that only moves or selects elements; see {@link org.gradtwin.language.Op#sources}. */
    static ScalarValue selection(ScalarCall call, int[] sources) {
        double fill = call.op().movement().fill(call.attributes());
        List<ScalarValue> from = new ArrayList<>();
        List<Node> elements = new ArrayList<>();
        for (int operand : call.op().selectedFrom(call.operands())) {
            ScalarValue value = call.value(operand);
            Tensor constant = value.constant();
            if (constant != null) {
                return ScalarValue.constant(constant.pick(call.result(), fill, sources));
            }
            from.add(value);
            elements.addAll(value.nodes().nodes());
        }
        List<Node> nodes = new ArrayList<>(sources.length);
        for (int source : sources) {
            nodes.add(source < 0 ? Node.constant(fill) : elements.get(source));
        }
        return ScalarValue.computed(new NodeTensor(call.result(), nodes), from);
    }

    /** The element of one or the other, as the mask says; the one that is not chosen is not used. */
    static NodeTensor where(ScalarCall call) {
        Shape result = call.result();
        Tensor mask = call.mask(0);
        int[] sources = mask.shape().broadcastSources(result);
        NodeTensor x = call.tensor(1).broadcastTo(result);
        NodeTensor y = call.tensor(2).broadcastTo(result);
        List<Node> nodes = new ArrayList<>(result.size());
        for (int i = 0; i < sources.length; i++) {
            nodes.add(mask.getLong(sources[i]) != 0 ? x.get(i) : y.get(i));
        }
        return new NodeTensor(result, nodes);
    }
}
