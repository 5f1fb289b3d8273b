package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ARITHMETIC;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Powers, by a number and by a tensor (torch.pow): to engines two ops, since only one has a gradient for the exponent. */
@AutoService(OpFile.class)
public final class PowerOps implements OpFile {
    private static final String POW_OF_C = "where(kink, input, 1) ** full_like(input, exponent)";

    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("pow(input, exponent: number)")
                        .group(ARITHMETIC)
                        .operator("**")
                        .shape(Rules.FIRST)
                        .outside(PowerOps::leavesTheReals)
                        .kinks(
                                "exponent 0: value 1 and gradient 0 everywhere, at 0 too; negative input with a fractional exponent: NaN")
                        .kernels(ELEMENTARY, "pow")
                        .kernels(ROUNDED, "mul")
                        .twin("torch.pow(input, exponent)")
                        .primitive()
                        .gradient(PowerOps::gradient)
                        .convention("at -0.0", "as the pow of C", call -> root(call, "0", POW_OF_C))
                        .convention("at -inf", "as the pow of C", call -> root(call, "float('-inf')", POW_OF_C))
                        .convention(
                                "at -inf", "gradient 0", call -> root(call, "float('-inf')", "detach(input**exponent)"))
                        .build(),
                Op.of("pow(input: tensor_or_number, exponent)")
                        .id("pow_tensor")
                        .group(ARITHMETIC)
                        .operator("**")
                        .broadcasts()
                        .domain(Domain.POSITIVE)
                        .kinks(
                                "input 0: gradient of the exponent is 0 where the exponent is ≥ 0; exponent 0: gradient of the input is 0")
                        .kernels(ELEMENTARY, "pow", "log")
                        .kernels(ROUNDED, "mul", "sub")
                        .kernels(EXACT, "where", "eq", "ge", "logical_and", "masked_fill")
                        .kernels(TERMS, "sum")
                        .twin("torch.pow(input, exponent)")
                        .primitive()
                        .gradient("""
slope = grad * (exponent * input**(exponent - 1))
grad(input) = where(exponent == 0, 0, slope)
growth = value * log(input)
masked = where(exponent >= 0, 0, growth)
grad(exponent) = grad * where(input == 0, masked, growth)
""")
                        .build());
    }

    /** A whole exponent that is not negative takes every base, another one takes positive ones. */
    private static boolean leavesTheReals(List<@Nullable Tensor> operands, Attributes attributes) {
        double exponent = attributes.number("exponent");
        boolean polynomial = exponent == Math.rint(exponent) && exponent >= 0;
        return !polynomial && Near.any(operands.get(0), x -> x < 0.125);
    }

    /** PyTorch takes roots for the exponents ½ and −½; the pow of C is another function at −0.0 and −∞. */
    private static String root(Call call, String point, String there) {
        double exponent = call.attributes().number("exponent");
        return Math.abs(exponent) == 0.5 ? """
                        kink = input == %s
                        value = where(kink, %s, where(kink, 1, input)**exponent)
                        """.formatted(point, there) : "value = input**exponent";
    }

    private static String gradient(Call call) {
        return call.attributes().number("exponent") == 0
                ? "grad(input) = where(input == input, 0, 0)"
                : "grad(input) = grad * (exponent * input**(exponent - 1))";
    }
}
