package org.gradtwin.engines.exact;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of the exact engine.
 *
 * @param shape the sizes
 * @param numbers the elements in row-major order, null for indices and masks
 * @param plain int64 or bool elements, null for numbers
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Exact(
        Shape shape, Real @Nullable [] numbers, @Nullable Tensor plain) {

    static Exact of(Shape shape, Real... numbers) {
        return new Exact(shape, numbers, null);
    }

    /** The tensor, every element as it is. */
    static Exact of(Tensor tensor) {
        if (!tensor.dtype().isFloating()) {
            return new Exact(tensor.shape(), null, tensor);
        }
        return of(
                tensor.shape(),
                Arrays.stream(tensor.toDoubles()).mapToObj(Real::of).toArray(Real[]::new));
    }

    /** The nearest tensor of a floating type; indices and masks as they are. */
    Tensor tensor(DType dtype) {
        return plain != null
                ? plain
                : Tensor.of(
                        dtype,
                        shape,
                        Arrays.stream(reals()).mapToDouble(Real::toDouble).toArray());
    }

    Real[] reals() {
        if (numbers == null) {
            throw new IllegalArgumentException(
                    "a tensor of indices or a mask stands where a floating-point one is needed");
        }
        return numbers;
    }

    /** The same with indices as numbers, and a mask as ones and zeros. */
    Exact asNumbers() {
        Tensor whole = plain;
        return whole == null
                ? this
                : of(
                        shape,
                        IntStream.range(0, whole.size())
                                .mapToObj(i -> Real.of((double) whole.getLong(i)))
                                .toArray(Real[]::new));
    }

    Exact map(UnaryOperator<Real> function) {
        return of(shape, Arrays.stream(reals()).map(function).toArray(Real[]::new));
    }

    Exact zip(Exact other, Shape result, BinaryOperator<Real> function) {
        Real[] a = stretched(result);
        Real[] b = other.stretched(result);
        Real[] made = new Real[a.length];
        Arrays.setAll(made, i -> function.apply(a[i], b[i]));
        return of(result, made);
    }

    /** The elements as they meet those of a shape that this one broadcasts to. */
    Real[] stretched(Shape result) {
        return shape.equals(result) ? reals() : pick(shape.broadcastSources(result));
    }

    /** The elements at those places, 0 for −1. */
    Real[] pick(int... places) {
        Real[] from = reals();
        return Arrays.stream(places).mapToObj(i -> i < 0 ? Real.ZERO : from[i]).toArray(Real[]::new);
    }
}
