package org.gradtwin.report.draw;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;

/** A tensor in a few words, for the inside of a box. */
final class TensorText {
    private static final int SMALL = 4;
    private static final MathContext DIGITS = new MathContext(6);

    private TensorText() {}

    /** The elements to six digits, if there are few; else their range, and how many are not finite. */
    static String of(Tensor tensor) {
        return tensor.size() <= SMALL ? nested(tensor, 0, 0) : range(tensor.toDoubles());
    }

    private static String nested(Tensor tensor, int depth, int first) {
        if (depth == tensor.shape().rank()) {
            return number(tensor, first);
        }
        int step = tensor.shape().product(depth + 1, tensor.shape().rank());
        return IntStream.range(0, tensor.shape().dim(depth))
                .mapToObj(i -> nested(tensor, depth + 1, first + i * step))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** The range of some numbers to six digits, and how many are not finite. */
    static String range(double... numbers) {
        double[] finite = Arrays.stream(numbers).filter(Double::isFinite).toArray();
        int others = numbers.length - finite.length;
        String counted = others == 0 ? "" : others + " not finite";
        if (finite.length == 0) {
            return counted;
        }
        double least = Arrays.stream(finite).min().orElseThrow();
        double greatest = Arrays.stream(finite).max().orElseThrow();
        String range = least == greatest ? "all " + decimal(least) : decimal(least) + " … " + decimal(greatest);
        return counted.isEmpty() ? range : range + ", " + counted;
    }

    private static String number(Tensor tensor, int position) {
        return tensor.dtype().isFloating() ? decimal(tensor.get(position)) : tensor.text(position);
    }

    private static String decimal(double value) {
        return Decimals.shortest(
                Double.isFinite(value) && value != 0
                        ? new BigDecimal(value).round(DIGITS).doubleValue()
                        : value);
    }
}
