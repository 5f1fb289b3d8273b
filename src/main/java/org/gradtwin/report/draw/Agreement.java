package org.gradtwin.report.draw;

import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.tensor.Tensor;

/** Decides whether two engines agree on a quantity. */
@FunctionalInterface
public interface Agreement {
    /** Whether both results count as the same; empty stands for a gradient that does not exist. */
    boolean test(Quantity quantity, Optional<Tensor> first, Optional<Tensor> second);
}
