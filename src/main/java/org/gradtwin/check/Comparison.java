package org.gradtwin.check;

import java.util.BitSet;
import java.util.Optional;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An engine's tensor held against the reference. It agrees when both exist, have the same type and shape, and every
 * element is within the tolerance; or when neither exists. Whether it could have failed is for {@link Sharpness} to say: without
 * elements it could not.
 *
 * @param problem why there was nothing to compare, null if there was
 * @param elements number of elements compared
 * @param mismatched how many of them are too far off
 * @param worst the element that is farthest off, measured by what is allowed; null if none was compared
 */
public record Comparison(
        @Nullable String problem,
        int elements,
        int mismatched,
        @Nullable Discrepancy worst) {

    /**
     * Compares what may not exist.
     *
     * @param actual the engine's tensor, empty for "the root does not depend on it"
     * @param expected the reference, likewise
     * @param tolerance how far an element may be off
     */
    public static Comparison of(Optional<Tensor> actual, Optional<Tensor> expected, Tolerance tolerance) {
        if (actual.isPresent() && expected.isPresent()) {
            return of(actual.get(), expected.get(), tolerance);
        }
        if (expected.isPresent()) {
            return new Comparison(
                    "there is no gradient, expected one of shape "
                            + expected.get().shape(),
                    0,
                    0,
                    null);
        }
        return new Comparison(
                actual.isPresent() ? "there is a gradient, but the root does not depend on it" : null, 0, 0, null);
    }

    /** Compares two tensors. */
    public static Comparison of(Tensor actual, Tensor expected, Tolerance tolerance) {
        return of(actual, expected, tolerance, new BitSet());
    }

    /**
     * Compares two tensors but for some elements.
     *
     * @param excused positions of elements that may be anything
     */
    public static Comparison of(Tensor actual, Tensor expected, Tolerance tolerance, BitSet excused) {
        if (actual.dtype() != expected.dtype()) {
            return new Comparison(
                    "the type is " + actual.dtype().torchName() + ", expected "
                            + expected.dtype().torchName(),
                    0,
                    0,
                    null);
        }
        if (!actual.shape().equals(expected.shape())) {
            return new Comparison("the shape is " + actual.shape() + ", expected " + expected.shape(), 0, 0, null);
        }
        int mismatched = 0;
        Discrepancy worst = null;
        for (int i = excused.nextClearBit(0); i < expected.size(); i = excused.nextClearBit(i + 1)) {
            double e = expected.get(i);
            double a = actual.get(i);
            boolean agrees = tolerance.agrees(a, e);
            mismatched += agrees ? 0 : 1;
            if (worst == null || !agrees || a != e) {
                Discrepancy here = Discrepancy.of(expected.shape().index(i), e, a, tolerance, expected.dtype());
                worst = worst == null || here.ofAllowed() > worst.ofAllowed() ? here : worst;
            }
        }
        return new Comparison(null, expected.size(), mismatched, worst);
    }

    @Override
    public String toString() {
        return problem != null
                ? problem
                : mismatched + " of " + elements + " elements off" + (worst == null ? "" : ", worst " + worst);
    }

    /** Whether the engine's tensor agrees with the reference. */
    public boolean agrees() {
        return problem == null && mismatched == 0;
    }
}
