package org.gradtwin.engines.scalar;

import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.tensor.DType;
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

    /** An operand of int64 indices. */
    Tensor indices(int operand) {
        return constant(operand, DType.INT64);
    }

    /** An operand of bool elements. */
    Tensor mask(int operand) {
        return constant(operand, DType.BOOL);
    }

    private Tensor constant(int operand, DType dtype) {
        Tensor constant = value(operand).constant();
        if (constant == null || constant.dtype() != dtype) {
            throw new IllegalArgumentException(op.id() + ": " + name(operand) + " must be " + dtype.torchName());
        }
        return constant;
    }

    /** An operand that must be there. */
    ScalarValue value(int operand) {
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
