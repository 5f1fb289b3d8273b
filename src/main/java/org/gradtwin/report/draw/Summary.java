package org.gradtwin.report.draw;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;

/** A tensor in a few words, for the inside of a box. */
final class Summary {
    private static final int SMALL = 4;
    private static final MathContext DIGITS = new MathContext(6);

    private Summary() {}

    /** The elements to six digits, if there are few; else their range, and how many are not finite. */
    static String of(Tensor tensor) {
        if (tensor.shape().rank() == 0) {
            return number(tensor, 0);
        }
        return tensor.size() <= SMALL ? elements(tensor) : range(tensor.toDoubles());
    }

    private static String elements(Tensor tensor) {
        int cols = tensor.shape().last();
        String rows = IntStream.range(0, tensor.shape().rows())
                .mapToObj(i -> IntStream.range(i * cols, (i + 1) * cols)
                        .mapToObj(position -> number(tensor, position))
                        .collect(Collectors.joining(", ", "[", "]")))
                .collect(Collectors.joining(", "));
        return tensor.shape().rank() == 2 ? "[" + rows + "]" : rows;
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
        return tensor.dtype().isFloating() ? decimal(tensor.get(position)) : Long.toString(tensor.getLong(position));
    }

    private static String decimal(double value) {
        return Decimals.shortest(
                Double.isFinite(value) && value != 0
                        ? new BigDecimal(value).round(DIGITS).doubleValue()
                        : value);
    }
}
