package org.gradtwin.check;

import org.gradtwin.tensor.Tensor;

/**
 * What a comparison is worth, known from the expected tensor and the tolerance alone.
 *
 * @param sharpness {@code rtol + atol / max|expected|} over the finite elements: the smallest relative error of the
 *     whole tensor that would be noticed; infinite where there is nothing to compare
 * @param guarded the fraction of the finite, non-zero elements in which an error of 5 % in that element alone would be
 *     noticed; 1 where there are none
 * @param zero whether every expected element is exactly 0
 */
public record Sharpness(double sharpness, double guarded, boolean zero) {
    /** From here on an all-zero answer, or one of the wrong sign, may pass. */
    public static final double VACUOUS = 1;

    /** Above this, an error of one percent may pass. */
    public static final double DULL = 0.01;

    private static final double GUARDED_ERROR = 0.05;

    /** The sharpness of a comparison with that tensor. */
    public static Sharpness of(Tensor expected, Tolerance tolerance) {
        double largest = 0;
        int live = 0;
        int noticed = 0;
        int zeros = 0;
        int finite = 0;
        for (int i = 0; i < expected.size(); i++) {
            double value = Math.abs(expected.get(i));
            if (value == 0) {
                zeros++;
                finite++;
            } else if (value < Double.POSITIVE_INFINITY) {
                finite++;
                live++;
                largest = Math.max(largest, value);
                noticed += GUARDED_ERROR * value > tolerance.allowed(value) ? 1 : 0;
            }
        }
        double guarded = live == 0 ? 1 : (double) noticed / live;
        boolean zero = zeros > 0 && zeros == expected.size();
        return new Sharpness(sharpness(expected.size(), finite, largest, tolerance), guarded, zero);
    }

    private static double sharpness(int elements, int finite, double largest, Tolerance tolerance) {
        if (elements == 0) {
            return Double.POSITIVE_INFINITY;
        }
        if (finite == 0 || tolerance.atol() == 0) {
            return finite == 0 ? 0 : tolerance.rtol();
        }
        return tolerance.rtol() + tolerance.atol() / largest;
    }

    /** Whether an all-zero answer may pass. */
    public boolean vacuous() {
        return !(sharpness < VACUOUS);
    }

    /** Whether an error of one percent may pass. */
    public boolean dull() {
        return !(sharpness <= DULL);
    }
}
