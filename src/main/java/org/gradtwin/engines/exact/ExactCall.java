package org.gradtwin.engines.exact;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One op to apply.
 *
 * @param call the op, the types of its operands, its attributes
 * @param operands null where an optional one is absent
 * @param result the shape of the result
 */
record ExactCall(Call call, List<@Nullable Exact> operands, Shape result) {

    Exact operand(int i) {
        Exact operand = operands.get(i);
        if (operand == null) {
            throw new IllegalArgumentException(call.op().id() + ": operand " + i + " is missing");
        }
        return operand;
    }

    Tensor plain(int i) {
        Tensor plain = operand(i).plain();
        if (plain == null) {
            throw new IllegalArgumentException(call.op().id() + ": operand " + i + " must not be floating");
        }
        return plain;
    }

    Attributes attributes() {
        return call.attributes();
    }

    /** One number of the elements of each group that {@code dim} names. */
    Exact reduce(Function<Real[], Real> function) {
        Exact x = operand(0);
        return Exact.of(
                result,
                Arrays.stream(groups(call.dims())).map(x::pick).map(function).toArray(Real[]::new));
    }

    /** The places of the first operand that lie along some dimensions together, groups and places in row-major order. */
    int[][] groups(int... dims) {
        Shape shape = operand(0).shape();
        int[] others = IntStream.range(0, shape.rank())
                .filter(d -> Arrays.binarySearch(dims, d) < 0)
                .toArray();
        int[] within = walk(shape, dims);
        return Arrays.stream(walk(shape, others))
                .mapToObj(
                        start -> Arrays.stream(within).map(step -> start + step).toArray())
                .toArray(int[][]::new);
    }

    private static int[] walk(Shape shape, int... dims) {
        int[] strides = shape.strides();
        return Shape.of(IntStream.of(dims).map(shape::dim).toArray())
                .walk(IntStream.of(dims).map(d -> strides[d]).toArray());
    }
}
