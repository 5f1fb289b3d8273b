package org.gradtwin.language;

import java.util.List;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Whether operands lie so near a kink that rounding decides between two gradients that are both right. */
@FunctionalInterface
public interface KinkTest {
    /**
     * The answer.
     *
     * @param exact whether no engine rounds the operands: then elements that are equal tie in every engine
     */
    boolean holds(List<@Nullable Tensor> operands, Attributes attributes, boolean exact);
}
