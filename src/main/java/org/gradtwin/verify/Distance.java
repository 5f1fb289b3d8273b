package org.gradtwin.verify;

import java.util.Optional;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * How far off a tensor is.
 *
 * @param ofLargest the largest difference, as a part of the largest number that is finite
 * @param ofElement as a part of the element
 */
record Distance(double ofLargest, double ofElement) {
    /** An op is to blame if it is off by this part of what is seen in the program: the rest is amplified, or cancels. */
    private static final double PART = 1e-3;

    /** As much rounding explains. */
    private static final double ROUNDINGS = 32;

    static final Distance NONE = new Distance(0, 0);
    static final Distance INFINITE = new Distance(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** First by what is not rounding even where terms cancel, then by elements, of which a small one may be off alone. */
    enum Measure {
        OF_LARGEST,
        OF_ELEMENT;

        double of(Distance error) {
            return this == OF_LARGEST ? error.ofLargest : error.ofElement;
        }

        /** How far off an op must be alone to be the cause of what is seen. */
        double enough(Distance seen, DType dtype) {
            double unit = dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
            double off = of(seen);
            return Double.isFinite(off) ? Math.max(ROUNDINGS * unit, PART * off) : Math.sqrt(unit);
        }
    }

    /** Of a gradient that is not there, as of zeros; of one of another shape all is off. */
    static Distance of(Optional<Tensor> actual, Optional<Tensor> expected) {
        if (actual.isPresent()
                && expected.isPresent()
                && !actual.get().shape().equals(expected.get().shape())) {
            return INFINITE;
        }
        int size = expected.or(() -> actual).map(Tensor::size).orElse(0);
        double largest = 0;
        double difference = 0;
        double ofElement = 0;
        for (int i = 0; i < size; i++) {
            double right = expected.isPresent() ? expected.get().get(i) : 0;
            double wrong = actual.isPresent() ? actual.get().get(i) : 0;
            if (right != wrong && !(Double.isNaN(right) && Double.isNaN(wrong))) {
                double off = Math.abs(wrong - right);
                off = Double.isNaN(off) ? Double.POSITIVE_INFINITY : off;
                difference = Math.max(difference, off);
                ofElement = Math.max(ofElement, Double.isFinite(right) ? off / Math.abs(right) : off);
            }
            largest = Math.max(largest, Double.isFinite(right) ? Math.abs(right) : 0);
        }
        return difference == 0 ? NONE : new Distance(difference / largest, ofElement);
    }

    boolean isNone() {
        return ofElement == 0;
    }

    /** The larger of each. */
    Distance or(Distance other) {
        return new Distance(Math.max(ofLargest, other.ofLargest), Math.max(ofElement, other.ofElement));
    }

    String inWords() {
        return Double.isFinite(ofLargest)
                ? "by " + FailureMessage.number(ofLargest) + (ofLargest < 1 ? " of" : " times") + " the largest number"
                : "infinite, NaN or missing where it should not be";
    }
}
