package org.gradtwin.language;

import java.util.List;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Refuses index tensors with an index out of range, which shapes do not show. */
@FunctionalInterface
public interface IndexRule {
    /**
     * Checks the indices.
     *
     * @param indices the operands that are int64, null for the others
     * @throws IllegalArgumentException with the index and the range
     */
    void check(Call call, List<@Nullable Tensor> indices);
}
