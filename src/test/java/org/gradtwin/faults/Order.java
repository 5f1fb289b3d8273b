package org.gradtwin.faults;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Sums in an order of their own, each step rounded to the type. */
enum Order {
    /** From the last to the first. */
    REVERSED,
    /** Halves, and halves of those. */
    PAIRWISE,
    /** From the first to the last, each product fused into the sum. */
    FUSED;

    /** A number that is made of the elements of the first operand that a reduction puts together; NaN for what the engine makes of them. */
    interface Reduced {
        double of(Call call, double[] x);
    }

    /** Σ a·b. */
    double sum(DType dtype, double[] a, double[] b) {
        return sum(dtype, a, b, 0, a.length);
    }

    private double sum(DType dtype, double[] a, double[] b, int from, int to) {
        if (this == PAIRWISE && to - from > 1) {
            int middle = (from + to) / 2;
            return dtype.round(sum(dtype, a, b, from, middle) + sum(dtype, a, b, middle, to));
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            int k = this == REVERSED ? from + to - 1 - i : i;
            sum = this == FUSED ? fma(dtype, a[k], b[k], sum) : dtype.round(sum + dtype.round(a[k] * b[k]));
        }
        return sum;
    }

    /** a·b + c, rounded once. */
    static double fma(DType dtype, double a, double b, double c) {
        return dtype == DType.FLOAT32 ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
    }

    /** The sum. */
    Rule sum() {
        return reduced(this::sum);
    }

    /** The mean: the sum over the count. */
    Rule mean() {
        return reduced((call, x) -> call.dtype.round(sum(call, x) / x.length));
    }

    private double sum(Call call, double[] x) {
        double[] ones = new double[x.length];
        Arrays.fill(ones, 1);
        return sum(call.dtype, x, ones);
    }

    /** A variance that is updated with each element (Welford, 1962). */
    static Rule welford() {
        return reduced((call, x) -> {
            DType type = call.dtype;
            double mean = 0;
            double squares = 0;
            for (int i = 0; i < x.length; i++) {
                double before = type.round(x[i] - mean);
                mean = type.round(mean + type.round(before / (i + 1)));
                squares = fma(type, before, type.round(x[i] - mean), squares);
            }
            return type.round(squares / Math.max(0, x.length - call.attributes.number("correction")));
        });
    }

    /** A variance as the mean of the squares less the square of the mean, where that loses no more than two bits. */
    static Rule moments() {
        return reduced((call, x) -> {
            DType type = call.dtype;
            double mean = type.round(PAIRWISE.sum(call, x) / x.length);
            double squares = PAIRWISE.sum(type, x, x);
            double variance = type.round(squares / x.length - mean * mean);
            return 4 * variance < squares / x.length
                    ? Double.NaN
                    : type.round(variance * x.length / (x.length - call.attributes.number("correction")));
        });
    }

    private static Rule reduced(Reduced of) {
        return Rule.value(call -> {
            Tensor right = call.compute();
            double[] x = call.x(0);
            double[] y = right.toDoubles();
            int[] groups = ReductionFaults.groups(call);
            for (int group = 0; group < y.length; group++) {
                int at = group;
                double[] elements = IntStream.range(0, x.length)
                        .filter(i -> groups[i] == at)
                        .mapToDouble(i -> x[i])
                        .toArray();
                double made = of.of(call, elements);
                y[group] = Double.isFinite(y[group]) && !Double.isNaN(made) ? made : y[group];
            }
            return call.tensor(right.shape(), y);
        });
    }

    /** Products of vectors and matrices. */
    Rule matmul() {
        return Rule.value(call -> {
            Tensor right = call.compute();
            Shape one = call.shape(0);
            Shape other = call.shape(1);
            if (one.rank() > 2 || other.rank() > 2) {
                return right;
            }
            double[] a = call.x(0);
            double[] b = call.x(1);
            int inner = one.last();
            int columns = other.rank() == 1 ? 1 : other.last();
            double[] y = right.toDoubles();
            for (int i = 0; i < y.length; i++) {
                int row = i / columns;
                int column = i % columns;
                double[] left = Arrays.copyOfRange(a, row * inner, (row + 1) * inner);
                double[] above = IntStream.range(0, inner)
                        .mapToDouble(k -> b[k * columns + column])
                        .toArray();
                y[i] = Double.isFinite(y[i]) ? sum(call.dtype, left, above) : y[i];
            }
            return call.tensor(right.shape(), y);
        });
    }
}
