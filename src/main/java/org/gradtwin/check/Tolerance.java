package org.gradtwin.check;

/**
 * How far an element may be off: {@code |actual − expected| ≤ atol + rtol·|expected|}.
 *
 * @param rtol relative part, finite and not negative
 * @param atol absolute part, finite and not negative
 * @param because where the two numbers come from, for the reader of a failure
 */
public record Tolerance(double rtol, double atol, String because) {
    /** For what is not rounded. */
    public static final Tolerance EXACT = new Tolerance(0, 0, "exact");

    /** Refuses a tolerance that is negative or not finite: a broken test must not look like a broken engine. */
    public Tolerance {
        if (!(rtol >= 0 && rtol < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rtol " + rtol + " is not a finite number of at least 0");
        }
        if (!(atol >= 0 && atol < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("atol " + atol + " is not a finite number of at least 0");
        }
    }

    /**
     * Whether an element agrees: within the tolerance, or both NaN, or the same infinity. An infinity never agrees with
     * anything else.
     */
    public boolean agrees(double actual, double expected) {
        if (Double.isNaN(expected)) {
            return Double.isNaN(actual);
        }
        if (Double.isInfinite(expected) || Double.isInfinite(actual)) {
            return actual == expected;
        }
        return Math.abs(actual - expected) <= allowed(expected);
    }

    /** The error allowed at a finite expected value. */
    public double allowed(double expected) {
        return atol + rtol * Math.abs(expected);
    }
}
