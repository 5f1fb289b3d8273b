package org.gradtwin.check;

import java.util.Arrays;
import org.gradtwin.tensor.DType;

/**
 * One element that was compared, with its error in three measures.
 *
 * @param index where it is, one number a dimension
 * @param expected the reference
 * @param actual what the engine gave
 * @param abs {@code |actual − expected|}
 * @param rel {@code abs / |expected|}; infinite if only {@code expected} is 0
 * @param ulp {@code abs} in units in the last place of {@code expected} in the type compared in
 * @param ofAllowed {@code abs / (atol + rtol·|expected|)}: 0 is exact, above 1 is too far
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Discrepancy(
        int[] index, double expected, double actual, double abs, double rel, double ulp, double ofAllowed) {

    /** NaN agrees with NaN and an infinity with itself; anything else that is not finite is infinitely off. */
    static Discrepancy of(int[] index, double expected, double actual, Tolerance tolerance, DType dtype) {
        if (Double.compare(expected, actual) == 0 || expected == actual) {
            return new Discrepancy(index, expected, actual, 0, 0, 0, 0);
        }
        double abs = Math.abs(actual - expected);
        if (!(abs < Double.POSITIVE_INFINITY)) {
            double infinite = Double.POSITIVE_INFINITY;
            return new Discrepancy(index, expected, actual, infinite, infinite, infinite, infinite);
        }
        double rel = abs / Math.abs(expected);
        return new Discrepancy(
                index, expected, actual, abs, rel, abs / ulp(expected, dtype), abs / tolerance.allowed(expected));
    }

    /** Whether the error is no larger than the expected number: beyond it, as beside an expected 0, ulp say nothing. */
    public boolean inUlp() {
        return rel <= 1;
    }

    @Override
    public String toString() {
        return "at " + Arrays.toString(index) + ": " + actual + ", expected " + expected + ", " + ofAllowed
                + " times what is allowed";
    }

    private static double ulp(double value, DType dtype) {
        return dtype == DType.FLOAT32 ? Math.ulp((float) value) : Math.ulp(value);
    }
}
