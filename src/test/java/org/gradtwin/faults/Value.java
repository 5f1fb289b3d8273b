package org.gradtwin.faults;

import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A value on the tape of the faulty engine, with its adjoint once backward has reached it. */
final class Value {
    final Tensor tensor;
    final boolean requiresGrad;
    final @Nullable Call call;
    final int position;
    double @Nullable [] adjoint;

    /** The last call that passed something to the adjoint. */
    @Nullable
    Call giver;

    Value(Tensor tensor, boolean requiresGrad, @Nullable Call call, int position) {
        this.tensor = tensor;
        this.requiresGrad = requiresGrad;
        this.call = call;
        this.position = position;
    }

    /** Adds to the adjoint, in the graph's type. */
    void add(double[] part, DType dtype) {
        if (adjoint == null) {
            adjoint = part.clone();
            return;
        }
        if (adjoint.length != part.length) {
            throw new IllegalStateException(
                    "a gradient of " + part.length + " elements cannot be added to one of " + adjoint.length);
        }
        for (int i = 0; i < part.length; i++) {
            adjoint[i] = dtype.round(adjoint[i] + part[i]);
        }
    }

    /** The adjoint as a tensor: of this value's shape unless a fault has made it of another size. */
    Tensor gradient(double[] elements, DType dtype) {
        Shape shape = elements.length == tensor.size() ? tensor.shape() : Shape.of(elements.length);
        return Tensor.of(dtype, shape, elements);
    }
}
