package org.gradtwin.op;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.KinkTest;
import org.gradtwin.language.ValueTest;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether operands lie near a kink. There a rounding error decides between two gradients that are both right, so a random
 * program stays away; fixtures test the points themselves.
 */
final class Near {
    /** Farther than what rounding in float32 moves. */
    static final double MARGIN = 1.0 / 128;

    /** An element of the first operand is near 0. */
    static final KinkTest ZERO = (operands, attributes, exact) -> any(operands.get(0), x -> Math.abs(x) < MARGIN);

    /** Two elements of the first operand nearly tie, wherever they stand. */
    static final KinkTest TIE = (operands, attributes, exact) -> tied(operands.get(0), exact);

    /** The sizes of two elements of the first operand nearly tie. */
    static final KinkTest TIE_OF_SIZE = (operands, attributes, exact) -> tied(sizes(operands.get(0)), exact);

    /** What is reduced of the first operand is nearly one number. */
    static final KinkTest CONSTANT = (operands, attributes, exact) ->
            anyRow(operands.get(0), rank(operands), attributes, row -> row.getMax() - row.getMin() < MARGIN);

    /** A row of an operand is nearly 0: its length has a kink there. */
    static final KinkTest SHORT_ROW = (operands, attributes, exact) -> operands.stream()
            .anyMatch(operand ->
                    anyRow(operand, rank(operands), attributes, row -> Math.max(row.getMax(), -row.getMin()) < MARGIN));

    /** Elements of the two operands that meet nearly tie. */
    static final KinkTest TIE_OF_TWO = (operands, attributes, exact) -> apart(operands, 0, exact);

    /** An element of the first operand is NaN. */
    static final ValueTest NAN = (operands, attributes) -> any(operands.get(0), Double::isNaN);

    /** An element of any operand is NaN. */
    static final ValueTest NAN_ANYWHERE = anywhere(Double::isNaN);

    /** An element of any operand is NaN or an infinity. */
    static final ValueTest NOT_FINITE_ANYWHERE = anywhere(x -> !Double.isFinite(x));

    /** An element of the first operand is an infinity. */
    static final ValueTest INFINITE = (operands, attributes) -> any(operands.get(0), Double::isInfinite);

    /** An element of an operand is subnormal in float32: what it is divided by, or divides, or its square, is rounded to few bits, or to 0. */
    static final ValueTest SUBNORMAL = anywhere(Near::isSubnormal);

    /**
     * An element of the first operand is huge, but finite, or all of a row are tiny: in float32 their squares overflow, or lose bits, and so
     * does a sum of them.
     */
    static final ValueTest SQUARE_LEAVES_RANGE =
            (operands, attributes) -> any(operands.get(0), x -> Double.isFinite(x) && Math.abs(x) > 0x1p50)
                    || anyRow(operands.get(0), rank(operands), attributes, row -> {
                        double largest = Math.max(row.getMax(), -row.getMin());
                        return largest > 0 && largest < 0x1p-50;
                    });

    /** An element of any operand is an infinity, or subnormal in float32. */
    static final ValueTest LEAVES_RANGE = anywhere(x -> Double.isInfinite(x) || isSubnormal(x));

    /** That, of ops that scale. */
    static final String IN_ANY_ORDER = "an infinity or a subnormal number: what it is scaled by comes in any order";

    static final String SQUARES =
            "huge or tiny elements: their squares leave the range of float32, but not that in which PyTorch sums them";

    /** That, of ops whose slope is 1 ÷ it. */
    static final String SUM_OVERFLOWS =
            "a subnormal number: a sum of slopes overflows in one order, and not in another";

    /** That is NaN, of ops whose kernels have one answer to it in whole vectors and another one behind them. */
    static final String NAN_IN_VECTORS = "at NaN PyTorch's slope depends on where the element lies among others";

    private Near() {}

    private static ValueTest anywhere(DoublePredicate condition) {
        return (operands, attributes) -> operands.stream().anyMatch(each -> any(each, condition));
    }

    private static boolean isSubnormal(double x) {
        return x != 0 && Math.abs(x) < Float.MIN_NORMAL;
    }

    /** Whether a product of some of the elements overflows in float32, or loses bits below its normal numbers. */
    static boolean leavesRange(@Nullable Tensor tensor) {
        double above = 0;
        double below = 0;
        for (double x : tensor == null ? new double[0] : tensor.toDoubles()) {
            double digits = x == 0 || !Double.isFinite(x) ? 0 : Math.log(Math.abs(x)) / Math.log(2);
            above += Math.max(digits, 0);
            below += Math.min(digits, 0);
        }
        return above > Float.MAX_EXPONENT || below < Float.MIN_EXPONENT;
    }

    /**
     * Whether a row along the attribute dim, or all elements without one, satisfies a condition.
     *
     * @param rank at least the tensor's: that of what it is broadcast to, which dim counts in
     */
    private static boolean anyRow(
            @Nullable Tensor tensor, int rank, Attributes attributes, Predicate<DoubleSummaryStatistics> condition) {
        if (tensor == null) {
            return false;
        }
        Shape own = tensor.shape();
        Shape shape = Shape.of(IntStream.range(0, rank)
                .map(i -> i < rank - own.rank() ? 1 : own.dim(i - rank + own.rank()))
                .toArray());
        int[] reduced = attributes.dims("dim", shape);
        Map<List<Integer>, DoubleSummaryStatistics> rows = new HashMap<>();
        for (int i = 0; i < tensor.size(); i++) {
            int[] index = shape.index(i);
            for (int dim : reduced) {
                index[dim] = 0;
            }
            rows.computeIfAbsent(Arrays.stream(index).boxed().toList(), key -> new DoubleSummaryStatistics())
                    .accept(tensor.get(i));
        }
        return rows.values().stream().anyMatch(condition);
    }

    /** Whether the p-norm of a row is nearly that large. */
    static boolean nearLength(@Nullable Tensor tensor, Attributes attributes, double p, double length) {
        if (tensor == null) {
            return false;
        }
        double[] powers = Arrays.stream(tensor.toDoubles())
                .map(x -> Math.pow(Math.abs(x), p))
                .toArray();
        return anyRow(
                Tensor.of(tensor.dtype(), tensor.shape(), powers),
                tensor.shape().rank(),
                attributes,
                row -> Math.abs(Math.pow(row.getSum(), 1 / p) - length) < MARGIN * length);
    }

    private static int rank(List<@Nullable Tensor> operands) {
        return operands.stream()
                .filter(Objects::nonNull)
                .mapToInt(operand -> operand.shape().rank())
                .max()
                .orElse(0);
    }

    /** Whether rounding may decide what numbers so far apart are; where they are equal it does not, if all engines have just these. */
    static boolean decides(double apart, boolean exact) {
        return apart < MARGIN && !(exact && apart == 0);
    }

    /** Whether two elements of the first operand are equal: both zeros, two NaN too. */
    static boolean ties(List<@Nullable Tensor> operands, Attributes attributes) {
        Tensor x = operands.get(0);
        return x != null
                && Arrays.stream(x.toDoubles())
                                .map(each -> each + 0.0)
                                .distinct()
                                .count()
                        < x.size();
    }

    /** An element is huge, or not finite. */
    static boolean isHuge(@Nullable Tensor tensor) {
        return any(tensor, x -> !(Math.abs(x) < 0x1p20));
    }

    /** Whether an element satisfies a condition. */
    static boolean any(@Nullable Tensor tensor, DoublePredicate condition) {
        return tensor != null && Arrays.stream(tensor.toDoubles()).anyMatch(condition);
    }

    /**
     * Whether two elements that meet lie nearly that far apart.
     *
     * @param exact whether those that lie just so far apart do so in every engine
     */
    static boolean apart(List<@Nullable Tensor> operands, double distance, boolean exact) {
        Tensor a = operands.get(0);
        Tensor b = operands.get(1);
        if (a == null || b == null) {
            return false;
        }
        Shape shape = Shape.broadcast(a.shape(), b.shape());
        int[] from = a.shape().broadcastSources(shape);
        int[] to = b.shape().broadcastSources(shape);
        for (int i = 0; i < shape.size(); i++) {
            double apart = Math.abs(Math.abs(a.get(from[i]) - b.get(to[i])) - distance);
            if (decides(apart, exact)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a place is named twice along a dimension of a tensor of indices. */
    static boolean repeated(@Nullable Tensor indices, int dim) {
        if (indices == null || indices.shape().rank() == 0) {
            return false;
        }
        Shape shape = indices.shape();
        Set<List<Integer>> named = new HashSet<>();
        for (int i = 0; i < shape.size(); i++) {
            int[] index = shape.index(i);
            index[shape.dimension(dim)] = (int) indices.getLong(i);
            if (!named.add(Arrays.stream(index).boxed().toList())) {
                return true;
            }
        }
        return false;
    }

    /** Whether one place is named twice. */
    static boolean repeated(int... places) {
        return Arrays.stream(places).distinct().count() < places.length;
    }

    private static @Nullable Tensor sizes(@Nullable Tensor tensor) {
        return tensor == null
                ? null
                : Tensor.of(
                        tensor.dtype(),
                        tensor.shape(),
                        Arrays.stream(tensor.toDoubles()).map(Math::abs).toArray());
    }

    private static boolean tied(@Nullable Tensor tensor, boolean exact) {
        if (tensor == null) {
            return false;
        }
        double[] sorted = tensor.toDoubles();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            double apart = Double.compare(sorted[i], sorted[i - 1]) == 0 ? 0 : sorted[i] - sorted[i - 1];
            if (decides(apart, exact)) {
                return true;
            }
        }
        return false;
    }
}
