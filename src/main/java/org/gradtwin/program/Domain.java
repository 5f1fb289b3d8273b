package org.gradtwin.program;

/** Where an op is real-valued and finite; elementwise, for every operand. */
public enum Domain {
    /** Every real number. */
    ALL("all reals", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    /** Reals other than zero in the last operand. */
    NONZERO("x ≠ 0", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    /** Zero and above. */
    NON_NEGATIVE("x ≥ 0", 0, Double.POSITIVE_INFINITY),
    /** Above zero. */
    POSITIVE("x > 0", 0, Double.POSITIVE_INFINITY),
    /** Above minus one. */
    ABOVE_MINUS_ONE("x > −1", -1, Double.POSITIVE_INFINITY);

    private final String words;
    private final double low;
    private final double high;

    Domain(String words, double low, double high) {
        this.words = words;
        this.low = low;
        this.high = high;
    }

    /** The domain for a reader. */
    public String words() {
        return words;
    }

    /** Greatest lower bound. */
    public double low() {
        return low;
    }

    /** Least upper bound. */
    public double high() {
        return high;
    }
}
