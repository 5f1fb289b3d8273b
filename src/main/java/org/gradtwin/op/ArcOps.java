package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The inverses of sine, cosine and tangent (torch.asin, torch.acos, torch.atan, torch.atan2). */
@AutoService(OpFile.class)
public final class ArcOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("asin")
                        .alias("arcsin(input)")
                        .domain(Domain.WITHIN_ONE)
                        .kinks("at ±1: gradient +inf")
                        .kernels(ELEMENTARY, "asin", "rsqrt")
                        .kernels(ROUNDED, "add", "mul")
                        .kernels(EXACT, "neg")
                        .pointwise(x -> Math.asin(x[0]), (x, y) -> 1 / Math.sqrt((1 - x[0]) * (1 + x[0])))
                        .gradient("grad(input) = grad * rsqrt((1 - input) * (1 + input))")
                        .build(),
                Rules.elementwise("acos")
                        .alias("arccos(input)")
                        .domain(Domain.WITHIN_ONE)
                        .kinks("at ±1: gradient −inf")
                        .kernels(ELEMENTARY, "acos", "rsqrt")
                        .kernels(ROUNDED, "add", "mul")
                        .kernels(EXACT, "neg")
                        .pointwise(x -> Math.acos(x[0]), (x, y) -> -1 / Math.sqrt((1 - x[0]) * (1 + x[0])))
                        .gradient("grad(input) = -grad * rsqrt((1 - input) * (1 + input))")
                        .build(),
                Rules.elementwise("atan")
                        .alias("arctan(input)")
                        .kernels(ELEMENTARY, "atan")
                        .kernels(ROUNDED, "add", "mul", "div")
                        .pointwise(x -> Math.atan(x[0]), (x, y) -> 1 / (x[0] * x[0] + 1))
                        .gradient("grad(input) = grad / (input * input + 1)")
                        .build(),
                Op.of("atan2(input, other)")
                        .alias("arctan2(input, other)")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .kinks(
                                "both 0: gradients 0, NaN up to PyTorch 2.7; a cut at input = ±0 with other < 0",
                                (operands, attributes, exact) -> Near.any(operands.get(0), y -> Math.abs(y) < 0.125))
                        .undefined(
                                "both 0: it is another answer in each version of PyTorch",
                                (operands, attributes) -> isAtOrigin(operands.get(0), operands.get(1)))
                        .undefined("a subnormal number: its square is 0", Near.SUBNORMAL)
                        .convention("both 0", "gradients NaN", """
                                zero = (input == 0) & (other == 0)
                                undefined = sqrt(where(zero, 0 * (input + other), 1))
                                value = where(zero, atan2(input, other) + undefined, atan2(input, other))
                                """)
                        .kernels(ELEMENTARY, "atan2")
                        .kernels(ROUNDED, "add", "mul", "reciprocal")
                        .kernels(EXACT, "eq", "masked_fill", "neg")
                        .kernels(TERMS, "sum")
                        .twin("torch.atan2(input, other)")
                        .pointwise(x -> Math.atan2(x[0], x[1]), (x, y) -> over(x[1], x), (x, y) -> over(-x[0], x))
                        .gradient("""
                                square = input * input + other * other
                                over = where(square == 0, 0, 1 / where(square == 0, 1, square))
                                grad(input) = grad * other * over
                                grad(other) = -grad * input * over
                                """)
                        .build());
    }

    private static boolean isAtOrigin(@Nullable Tensor y, @Nullable Tensor x) {
        return Near.any(y, each -> each == 0) && Near.any(x, each -> each == 0);
    }

    private static double over(double z, double[] x) {
        double square = x[0] * x[0] + x[1] * x[1];
        return square == 0 ? 0 : z / square;
    }
}
