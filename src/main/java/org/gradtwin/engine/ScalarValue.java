package org.gradtwin.engine;

import java.util.List;
import org.gradtwin.program.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The {@link ScalarEngine}'s handle: nodes, or indices, and the values that they were computed from. */
final class ScalarValue {
    private final @Nullable NodeTensor nodes;
    private final @Nullable Tensor indices;
    private final boolean requiresGrad;
    private final List<ScalarValue> parents;
    /** Whether backward came here. */
    private boolean reached;

    private ScalarValue(
            @Nullable NodeTensor nodes, @Nullable Tensor indices, boolean requiresGrad, List<ScalarValue> parents) {
        this.nodes = nodes;
        this.indices = indices;
        this.requiresGrad = requiresGrad;
        this.parents = List.copyOf(parents);
    }

    static ScalarValue leaf(NodeTensor nodes, boolean requiresGrad) {
        return new ScalarValue(nodes, null, requiresGrad, List.of());
    }

    static ScalarValue indices(Tensor indices) {
        return new ScalarValue(null, indices, false, List.of());
    }

    static ScalarValue computed(NodeTensor nodes, List<ScalarValue> operands) {
        List<ScalarValue> parents =
                operands.stream().filter(ScalarValue::requiresGrad).toList();
        return new ScalarValue(nodes, null, !parents.isEmpty(), parents);
    }

    /** Dtype, shape, and whether it requires a gradient. */
    Type type() {
        if (indices != null) {
            return new Type(DType.INT64, indices.shape(), false);
        }
        return new Type(DType.FLOAT64, shape(), requiresGrad);
    }

    Shape shape() {
        return indices == null ? nodes().shape() : indices.shape();
    }

    boolean requiresGrad() {
        return requiresGrad;
    }

    /** What it was computed from, as far as that requires a gradient. */
    List<ScalarValue> parents() {
        return parents;
    }

    boolean reached() {
        return reached;
    }

    void reach() {
        reached = true;
    }

    /** The indices, null for nodes. */
    @Nullable
    Tensor indices() {
        return indices;
    }

    /** The nodes. */
    NodeTensor nodes() {
        if (nodes == null) {
            throw new IllegalArgumentException("an int64 tensor stands where a floating-point one is needed");
        }
        return nodes;
    }
}
