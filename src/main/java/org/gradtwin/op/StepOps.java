package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Whole numbers beside a number, its sign, and its fraction (torch.floor, torch.ceil, torch.round, torch.trunc, torch.sign, torch.frac). */
@AutoService(OpFile.class)
public final class StepOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("floor")
                        .stepwise()
                        .kinks("none; the gradient is 0 everywhere")
                        .kernels(EXACT, "floor", "zeros_like")
                        .pointwise(x -> Math.floor(x[0]))
                        .build(),
                Rules.elementwise("ceil")
                        .stepwise()
                        .kinks("none; the gradient is 0 everywhere")
                        .kernels(EXACT, "ceil", "zeros_like")
                        .pointwise(x -> Math.ceil(x[0]))
                        .build(),
                Rules.elementwise("round")
                        .stepwise()
                        .kinks("none; halves go to the even neighbour; the gradient is 0 everywhere")
                        .kernels(EXACT, "round", "zeros_like")
                        .pointwise(x -> Math.rint(x[0]))
                        .build(),
                Rules.elementwise("trunc")
                        .stepwise()
                        .kinks("none; the gradient is 0 everywhere")
                        .kernels(EXACT, "trunc", "zeros_like")
                        .pointwise(x -> x[0] < 0 ? Math.ceil(x[0]) : Math.floor(x[0]))
                        .build(),
                Rules.elementwise("sign")
                        .stepwise()
                        .kinks("none; 0 for both zeros and for NaN; the gradient is 0 everywhere")
                        .kernels(EXACT, "sign", "zeros_like")
                        .pointwise(x -> x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0)
                        .build(),
                Rules.elementwise("frac")
                        .kinks(
                                "at whole numbers: 0, gradient 1",
                                (operands, attributes, exact) ->
                                        Near.any(operands.get(0), x -> Math.abs(x - Math.rint(x)) < Near.MARGIN))
                        .kernels(EXACT, "frac", "copy", "new_empty_strided")
                        .definition("""
value = input - trunc(input)
""")
                        .build());
    }
}
