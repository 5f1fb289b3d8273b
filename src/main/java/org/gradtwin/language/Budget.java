package org.gradtwin.language;

/** How far the result of a kernel may be off; the reference script calibrates with it. */
public enum Budget {
    /** Selection, comparison, views, copies, signs. */
    EXACT(0L),
    /** One rounding of IEEE arithmetic. */
    ROUNDED(1L),
    /** Elementary functions: PyTorch's vectorized ones are within an ulp, which is two roundings. */
    ELEMENTARY(2L),
    /** Sums and products of many terms: the operands are moved, by more with more terms. */
    TERMS("terms"),
    /** Fused formulas that may cancel inside: calibrated step by step. */
    STEPS("steps");

    @SuppressWarnings("ImmutableEnumChecker") // a Long or a String
    private final Object written;

    Budget(Object written) {
        this.written = written;
    }

    /** A count of unit roundoffs, or a word, as {@code ops.json} has it. */
    public Object written() {
        return written;
    }
}
