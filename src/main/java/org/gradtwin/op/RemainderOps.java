package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Remainders of a division: with the sign of the divisor, and with that of the dividend (torch.remainder, torch.fmod). */
@AutoService(OpFile.class)
public final class RemainderOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("remainder(input, other: tensor_or_number)")
                        .symbol("%")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .domain(Domain.NONZERO)
                        .kinks(
                                "at multiples of other: 0, the gradient is that of the piece that begins there",
                                RemainderOps::nearMultiple)
                        .undefined("a subnormal number: the quotient overflows", Near.SUBNORMAL)
                        .kernels(EXACT, "remainder", "neg", "copy", "new_empty_strided")
                        .kernels(ROUNDED, "div", "mul")
                        .kernels(TERMS, "sum")
                        .twin("torch.remainder(input, other)")
                        .pointwise(x -> remainder(x[0], x[1]), (x, y) -> 1, (x, y) -> -quotient(x, y))
                        .gradient("""
                                beyond = where(value == input, 0, where(isnan(value), value, -1))
                                grad(input) = grad
                                whole = input - where(other == 0, 0, value)
                                grad(other) = -grad * where(isinf(other), beyond, round(whole / other))
                                """)
                        .build(),
                Op.of("fmod(input, other: tensor_or_number)")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .domain(Domain.NONZERO)
                        .kinks(
                                "at multiples of other: ±0, the gradient is that of the piece that begins there",
                                RemainderOps::nearMultiple)
                        .undefined("a subnormal number: the quotient overflows", Near.SUBNORMAL)
                        .kernels(EXACT, "fmod", "neg", "copy", "new_empty_strided")
                        .kernels(ROUNDED, "div", "mul")
                        .kernels(TERMS, "sum")
                        .twin("torch.fmod(input, other)")
                        .pointwise(
                                x -> x[0] % x[1],
                                (x, y) -> 1,
                                (x, y) -> -(x[0] / x[1] < 0 ? Math.ceil(x[0] / x[1]) : Math.floor(x[0] / x[1])))
                        .gradient("""
                                grad(input) = grad
                                grad(other) = -grad * trunc(input / other)
                                """)
                        .build());
    }

    /** How often {@code other} is taken off; of an infinite one, once where the signs differ. */
    private static double quotient(double[] x, double rest) {
        if (Double.isInfinite(x[1])) {
            return rest == x[0] ? 0 : Double.isNaN(rest) ? rest : -1;
        }
        return x[1] == 0 ? x[0] / x[1] : Math.rint((x[0] - rest) / x[1]);
    }

    private static double remainder(double x, double y) {
        double rest = x % y;
        return rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
    }

    private static boolean nearMultiple(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        Tensor x = operands.get(0);
        Tensor y = operands.get(1);
        if (x == null || y == null) {
            return false;
        }
        Shape shape = Shape.broadcast(x.shape(), y.shape());
        int[] dividends = x.shape().broadcastSources(shape);
        int[] divisors = y.shape().broadcastSources(shape);
        return IntStream.range(0, shape.size()).anyMatch(i -> {
            double quotient = x.get(dividends[i]) / y.get(divisors[i]);
            return Math.abs(quotient - Math.rint(quotient)) < 0.125;
        });
    }
}
