package org.gradtwin.op;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What ops share that choose places along a dimension by the order of the values there. NaN counts as larger than every number. */
final class Ordered {
    /** Chooses places of a row by its values. */
    @FunctionalInterface
    interface Choice {
        /** The places, in the order of the result. */
        int[] places(Call call, double... row);
    }

    private Ordered() {}

    /** The elements at the places chosen along {@code dim}: values through which gradients flow. */
    static OpBuilder values(OpBuilder op, Choice choice) {
        return op.selects((call, values) -> sources(call, given(values), choice));
    }

    /** The places themselves, without gradients. */
    static OpBuilder indices(OpBuilder op, Choice choice) {
        return op.gives(DType.INT64).value((call, values) -> {
            Shape from = call.shape(0);
            int dim = dim(call);
            int inner = from.product(dim + 1, from.rank());
            int size = Sources.size(from, dim);
            long[] places = IntStream.of(sources(call, given(values), choice))
                    .mapToLong(source -> from.rank() == 0 ? source : source / inner % size)
                    .toArray();
            return Tensor.indices(call.op().shape(call.operands(), call.attributes()), places);
        });
    }

    private static Tensor given(List<? extends @Nullable Tensor> values) {
        return Sources.given(values.get(0));
    }

    /** The dimension, counted from 0. */
    static int dim(Call call) {
        return call.shape(0).dimension(call.attributes().integer("dim"));
    }

    private static int[] sources(Call call, Tensor values, Choice choice) {
        Shape from = call.shape(0);
        int dim = dim(call);
        int size = Sources.size(from, dim);
        int inner = from.product(dim + 1, from.rank());
        int outer = from.product(0, Math.min(dim, from.rank()));
        int[] sources = new int[0];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int start = o * size * inner + i;
                int[] places = choice.places(
                        call,
                        IntStream.range(0, size)
                                .mapToDouble(k -> values.get(start + k * inner))
                                .toArray());
                if (sources.length == 0) {
                    sources = new int[outer * places.length * inner];
                }
                for (int k = 0; k < places.length; k++) {
                    sources[(o * places.length + k) * inner + i] = start + places[k] * inner;
                }
            }
        }
        return sources;
    }

    /** All places of a row from the smallest element to the largest, or the other way round; equal ones stay in their order. */
    static int[] sorted(boolean descending, double... row) {
        Comparator<Integer> order = (a, b) -> compare(row[a], row[b]);
        return IntStream.range(0, row.length)
                .boxed()
                .sorted(descending ? order.reversed() : order)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** As numbers compare: zeros of both signs are equal, NaN is equal to NaN and larger than all others. */
    static int compare(double a, double b) {
        return a == b
                ? 0
                : Double.isNaN(a) || Double.isNaN(b)
                        ? Boolean.compare(Double.isNaN(a), Double.isNaN(b))
                        : Double.compare(a, b);
    }

    /** The first place of the largest element, or of NaN; of the smallest with sign −1. */
    static int extreme(int sign, double... row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            if (!Double.isNaN(row[best]) && (Double.isNaN(row[i]) || sign * row[i] > sign * row[best])) {
                best = i;
            }
        }
        return best;
    }

    /** The place of the largest element up to each one, the last of equal ones; of the smallest with sign −1. */
    static int[] running(int sign, double... row) {
        int[] places = new int[row.length];
        for (int i = 1; i < row.length; i++) {
            double best = row[places[i - 1]];
            boolean replaces = Double.isNaN(row[i]) || (!Double.isNaN(best) && sign * row[i] >= sign * best);
            places[i] = replaces ? i : places[i - 1];
        }
        return places;
    }

    /** The shape with another size along {@code dim}. */
    static Shape resized(Call call, UnaryOperator<Integer> size) {
        Shape from = call.shape(0);
        int dim = dim(call);
        int given = Sources.size(from, dim);
        return from.rank() == 0 ? from : Rules.with(from, dim, size.apply(given));
    }

    /** The shape without {@code dim}, or with size 1 there where {@code keepdim} says so. */
    static Shape chosen(Call call) {
        Shape from = call.shape(0);
        int dim = dim(call);
        if (from.rank() == 0) {
            return from;
        }
        if (from.dim(dim) == 0) {
            throw call.refused("dimension " + dim + " of " + from + " is empty");
        }
        return call.attributes().flag("keepdim") ? Rules.with(from, dim, 1) : Rules.without(from, dim);
    }

    /** The first so many. */
    static int[] first(int count, int... places) {
        return Arrays.copyOf(places, count);
    }
}
