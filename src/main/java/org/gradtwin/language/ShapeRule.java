package org.gradtwin.language;

import org.gradtwin.tensor.Shape;

/** The shape of a result; refuses what PyTorch refuses, with the numbers. */
@FunctionalInterface
public interface ShapeRule {
    /**
     * The shape.
     *
     * @throws IllegalArgumentException if PyTorch would refuse the operands
     */
    Shape shape(Call call);
}
