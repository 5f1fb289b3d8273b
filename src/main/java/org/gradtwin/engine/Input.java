package org.gradtwin.engine;

import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * A leaf of a program.
 *
 * @param value floating values, rounded to the type that is computed in, or int64 indices, or a bool mask
 * @param requiresGrad whether it is differentiated; never for int64 or bool
 */
public record Input(Tensor value, boolean requiresGrad) {
    /** Refuses indices and masks that require a gradient. */
    public Input {
        if (requiresGrad && !value.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    (value.dtype() == DType.BOOL ? "a bool mask" : "int64 indices") + " cannot require a gradient");
        }
    }

    /** Its type when floating values are of that type. */
    public Type type(DType floating) {
        return new Type(value.dtype().isFloating() ? floating : value.dtype(), value.shape(), requiresGrad);
    }

    /** The value that an engine gets when it computes in that type. */
    public Tensor in(DType floating) {
        return value.dtype().isFloating() ? value.to(floating) : value;
    }
}
