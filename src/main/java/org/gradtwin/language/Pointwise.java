package org.gradtwin.language;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A function of elements that the language has no words for. Engines apply it to their own elements; operands broadcast.
 *
 * @param value from the elements of the operands
 * @param partials the partial derivatives, in the order of the operands, which multiply what flows back; none where it is 0
 */
public record Pointwise(ToDoubleFunction<double[]> value, List<Partial> partials) {
    /** A partial derivative. */
    @FunctionalInterface
    public interface Partial {
        /** The derivative where the elements are x and the value is y. */
        double of(double[] x, double y);
    }
}
