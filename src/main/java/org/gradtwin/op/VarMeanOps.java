package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Ops;

/** Variance or standard deviation, and the mean, over dimensions (torch.var_mean, torch.std_mean). */
@AutoService(OpFile.class)
public final class VarMeanOps implements OpFile {
    @Override
    public List<Op> ops() {
        return Stream.of("var", "std")
                .flatMap(spread -> Stream.of(
                        result(spread, 0)
                                .definition("value = " + spread
                                        + "(input, dim=dim, correction=correction, keepdim=keepdim)")
                                .build(),
                        result(spread, 1)
                                .id(spread + "_mean_mean")
                                .definition(call -> "m = mean(input, dim=dim, keepdim=keepdim)\n"
                                        + (call.reduced() == 1 ? "value = m" : "value = m + detach(m - m)"))
                                .build()))
                .toList();
    }

    private static OpBuilder result(String spread, int number) {
        String function = spread + "_mean";
        return Op.of(function + "(input, dim: dims = None, *, correction: number = 1, keepdim: bool = False)")
                .alias(function + "(input, dim: dims = None, unbiased: bool = True, keepdim: bool = False)")
                .result(number, "")
                .group(REDUCTIONS)
                .kinks(
                        "none; as " + spread + "; the mean of an infinity and others is NaN",
                        (operands, attributes, exact) -> Ops.of(spread).isNearKink(operands, attributes, exact))
                .undefined("an infinity: the mean is NaN unless PyTorch comes to it last", Near.INFINITE)
                .undefined(Near.SQUARES, Near.SQUARE_LEAVES_RANGE)
                .kernels(STEPS, function)
                .kernels(ROUNDED, "sub", "mul", "div")
                .kernels(TERMS, "mean")
                .kernels(EXACT, "eq", "masked_fill", "expand")
                .twin("torch." + function + "(input, dim, correction=correction, keepdim=keepdim)[" + number + "]");
    }
}
