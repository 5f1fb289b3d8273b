package org.gradtwin.engine;

import java.util.List;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Op;
import org.gradtwin.program.Parameter;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One op to expand over nodes.
 *
 * @param op which
 * @param operands as in {@link Graph#apply}
 * @param attributes as there
 * @param result the shape of the result
 */
record ScalarCall(Op op, List<@Nullable ScalarValue> operands, Attributes attributes, Shape result) {

    /** A floating-point operand that must be there. */
    NodeTensor tensor(int operand) {
        return value(operand).nodes();
    }

    /** A floating-point operand, null if it is absent. */
    @Nullable
    NodeTensor optional(int operand) {
        ScalarValue value = operands.get(operand);
        return value == null ? null : value.nodes();
    }

    /** An operand of indices. */
    Tensor indices(int operand) {
        Tensor indices = value(operand).indices();
        if (indices == null) {
            throw new IllegalArgumentException(op.id() + ": " + name(operand) + " must be int64 indices");
        }
        return indices;
    }

    /** A floating-point operand that PyTorch does not differentiate, null if it is absent. */
    @Nullable
    NodeTensor constant(int operand) {
        ScalarValue value = operands.get(operand);
        if (value != null && value.requiresGrad()) {
            throw new IllegalArgumentException(op.id() + ": " + name(operand) + " cannot require a gradient");
        }
        return value == null ? null : value.nodes();
    }

    private ScalarValue value(int operand) {
        ScalarValue value = operands.get(operand);
        if (value == null) {
            throw new IllegalArgumentException(op.id() + ": " + name(operand) + " is missing");
        }
        return value;
    }

    /** What PyTorch calls an operand. */
    private String name(int operand) {
        List<Parameter> operands = op.signature().operands();
        return operand < operands.size() ? operands.get(operand).name() : "operand " + (operand + 1);
    }
}
