package org.gradtwin.op;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Where the elements of results come from, for ops that only move or select elements; see {@link org.gradtwin.language.Op.SourceRule}. */
final class Sources {
    private Sources() {}

    /**
     * For each element of a result the source by its index.
     *
     * @param result the shape of the result
     * @param of the position from the index, −1 for the fill value; it may change the index
     */
    static int[] byIndex(Shape result, java.util.function.ToIntFunction<int[]> of) {
        return IntStream.range(0, result.size())
                .map(i -> of.applyAsInt(result.index(i)))
                .toArray();
    }

    /** The same where the source is an element of one shape at another index; an index outside of it means the fill value. */
    static int[] byIndex(Shape result, Shape from, UnaryOperator<int[]> of) {
        return byIndex(result, index -> from.position(of.apply(index)));
    }

    /**
     * Along one dimension of the first operand: for each place in the result the place that it comes from, −1 for the fill value.
     *
     * @param dim counted from 0
     */
    static int[] along(Call call, int dim, int... places) {
        Shape from = call.shape(0);
        int inner = from.product(dim + 1, from.rank());
        int outer = from.product(0, dim);
        int[] sources = new int[outer * places.length * inner];
        int at = 0;
        for (int o = 0; o < outer; o++) {
            for (int place : places) {
                int first = (o * size(from, dim) + place) * inner;
                for (int i = 0; i < inner; i++) {
                    sources[at + i] = place < 0 ? -1 : first + i;
                }
                at += inner;
            }
        }
        return sources;
    }

    /** The size along a dimension; 1 for a number. */
    static int size(Shape shape, int dim) {
        return shape.rank() == 0 ? 1 : shape.dim(dim);
    }

    /** The elements of an int64 operand. */
    static int[] places(@Nullable Tensor indices) {
        return java.util.Arrays.stream(given(indices).toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** An operand's values, which must be there. */
    static Tensor given(@Nullable Tensor values) {
        if (values == null) {
            throw new IllegalArgumentException("an operand is missing");
        }
        return values;
    }
}
