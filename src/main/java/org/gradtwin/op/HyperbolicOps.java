package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Hyperbolic functions and their inverses (torch.sinh, torch.cosh, torch.asinh, torch.acosh, torch.atanh). */
@AutoService(OpFile.class)
public final class HyperbolicOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("sinh")
                        .kernels(ELEMENTARY, "sinh", "cosh")
                        .kernels(ROUNDED, "mul")
                        .pointwise(x -> Math.sinh(x[0]), (x, y) -> Math.cosh(x[0]))
                        .gradient("grad(input) = grad * cosh(input)")
                        .build(),
                Rules.elementwise("cosh")
                        .kernels(ELEMENTARY, "cosh", "sinh")
                        .kernels(ROUNDED, "mul")
                        .definition("""
value = 1 + 2 * square(sinh(0.5 * input))
""")
                        .build(),
                Rules.elementwise("asinh")
                        .alias("arcsinh(input)")
                        .kernels(ELEMENTARY, "asinh", "pow", "rsqrt")
                        .kernels(ROUNDED, "add", "mul")
                        .pointwise(x -> asinh(x[0]), (x, y) -> 1 / Math.hypot(x[0], 1))
                        .gradient("grad(input) = grad * rsqrt(input * input + 1)")
                        .build(),
                Rules.elementwise("acosh")
                        .alias("arccosh(input)")
                        .domain(Domain.ABOVE_ONE)
                        .kinks("at ±1: gradient +inf; below −1: NaN, gradient as above 1")
                        .kernels(ELEMENTARY, "acosh", "rsqrt")
                        .kernels(ROUNDED, "sub", "mul")
                        .pointwise(
                                x -> Math.log1p(x[0] - 1 + Math.sqrt(x[0] - 1) * Math.sqrt(x[0] + 1)),
                                (x, y) -> 1 / Math.sqrt((x[0] - 1) * (x[0] + 1) + 0.0)) // at −1 no −0
                        .gradient("grad(input) = grad * rsqrt((input - 1) * (input + 1) + 0)")
                        .build(),
                Rules.elementwise("atanh")
                        .alias("arctanh(input)")
                        .domain(Domain.WITHIN_ONE)
                        .kinks("at ±1: ±inf, gradient +inf")
                        .ofFiniteCotangents(
                                "an infinite one: the two logarithms may send back infinities of both signs")
                        .kernels(ELEMENTARY, "atanh", "pow")
                        .kernels(ROUNDED, "sub", "mul", "div")
                        .kernels(EXACT, "empty_like", "fill")
                        .definition("""
value = 0.5 * (log1p(input) - log1p(-input))
""")
                        .build());
    }

    /** ln(a + √(a² + 1)) with the sign of x, where a = |x|: a² is lost beside 1 near 0, and overflows far out. */
    private static double asinh(double x) {
        double a = Math.abs(x);
        double asinh = a > 0x1p28 ? Math.log(a) + Math.log(2) : Math.log1p(a + a * a / (1 + Math.hypot(a, 1)));
        return Math.copySign(asinh, x);
    }
}
