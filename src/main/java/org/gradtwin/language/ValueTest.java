package org.gradtwin.language;

import java.util.List;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A question about the values of the operands. */
@FunctionalInterface
public interface ValueTest {
    /** The answer; operands are null where an optional one is absent. */
    boolean holds(List<@Nullable Tensor> operands, Attributes attributes);
}
