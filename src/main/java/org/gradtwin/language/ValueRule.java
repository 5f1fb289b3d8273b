package org.gradtwin.language;

import java.util.List;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A result that no gradient flows through: a mask, indices. */
@FunctionalInterface
public interface ValueRule {
    /** The result; operands are null where an optional one is absent. */
    Tensor value(Call call, List<? extends @Nullable Tensor> operands);
}
