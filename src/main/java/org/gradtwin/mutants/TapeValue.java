package org.gradtwin.mutants;

import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A value on a tape. */
final class TapeValue {
    final int position;
    final Tensor tensor;
    final boolean requiresGrad;
    /** Null for a leaf. */
    final @Nullable Application maker;
    /** Whether it is what the right engine had in that place. */
    final boolean right;

    int uses;
    double @Nullable [] adjoint;

    TapeValue(int position, Tensor tensor, boolean requiresGrad, @Nullable Application maker, boolean right) {
        this.position = position;
        this.tensor = tensor;
        this.requiresGrad = requiresGrad;
        this.maker = maker;
        this.right = right;
    }
}
