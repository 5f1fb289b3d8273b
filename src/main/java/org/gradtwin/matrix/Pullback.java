package org.gradtwin.matrix;

/** The backward half of an op: takes the gradient of its result to the gradients of its operands. */
@FunctionalInterface
interface Pullback {
    /**
     * Gives every operand that requires a gradient its share, with {@link Matrix#receive}. Always all of them, a
     * share of zeros included: which gradients exist follows from the structure of the graph, not from its numbers.
     *
     * @param gradient of the result; not modified
     */
    void pull(Storage gradient);
}
