package org.gradtwin.language;

import java.util.List;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Where the elements of a result come from. */
@FunctionalInterface
public interface SourceRule {
    /**
     * For each element of the result, in row-major order, the position of its source in the elements of all operands of kind
     * tensor, flattened and one after the other; −1 for the fill value.
     *
     * @param values the operands, null where an optional one is absent; all null for an op that only moves elements
     */
    int[] sources(Call call, List<? extends @Nullable Tensor> values);
}
