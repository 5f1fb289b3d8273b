package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The {@link ScalarEngine}'s handle: nodes and the values that they were computed from; or int64 or bool elements. */
final class ScalarValue {
    private final @Nullable NodeTensor nodes;
    private final @Nullable Tensor constant;
    private final boolean requiresGrad;
    private final List<ScalarValue> parents;
    /** Whether backward came here. */
    private boolean reached;

    private ScalarValue(
            @Nullable NodeTensor nodes, @Nullable Tensor constant, boolean requiresGrad, List<ScalarValue> parents) {
        this.nodes = nodes;
        this.constant = constant;
        this.requiresGrad = requiresGrad;
        this.parents = List.copyOf(parents);
    }

    static ScalarValue leaf(NodeTensor nodes, boolean requiresGrad) {
        return new ScalarValue(nodes, null, requiresGrad, List.of());
    }

    static ScalarValue constant(Tensor constant) {
        return new ScalarValue(null, constant, false, List.of());
    }

    static ScalarValue computed(NodeTensor nodes, List<ScalarValue> operands) {
        List<ScalarValue> parents = new ArrayList<>();
        for (ScalarValue operand : operands) {
            if (operand.requiresGrad()) {
                parents.add(operand);
            }
        }
        return new ScalarValue(nodes, null, !parents.isEmpty(), parents);
    }

    /** Dtype, shape, and whether it requires a gradient. */
    Type type() {
        if (constant != null) {
            return new Type(constant.dtype(), constant.shape(), false);
        }
        return new Type(DType.FLOAT64, shape(), requiresGrad);
    }

    Shape shape() {
        return constant == null ? nodes().shape() : constant.shape();
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

    /** The int64 or bool elements, null for nodes. */
    @Nullable
    Tensor constant() {
        return constant;
    }

    /** The nodes. */
    NodeTensor nodes() {
        if (nodes == null) {
            throw new IllegalArgumentException(
                    "a tensor of " + type().dtype().torchName() + " stands where a floating-point one is needed");
        }
        return nodes;
    }
}
