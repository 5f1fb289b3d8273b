package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.KinkTest;
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
                        .kinks("at whole numbers: a step; the gradient is 0 everywhere", stepsAt(0))
                        .kernels(EXACT, "floor", "zeros_like")
                        .pointwise(x -> Math.floor(x[0]))
                        .build(),
                Rules.elementwise("ceil")
                        .stepwise()
                        .kinks("at whole numbers: a step; the gradient is 0 everywhere", stepsAt(0))
                        .kernels(EXACT, "ceil", "zeros_like")
                        .pointwise(x -> Math.ceil(x[0]))
                        .build(),
                Rules.elementwise("round")
                        .stepwise()
                        .kinks("at halves: a step, to the even neighbour; the gradient is 0 everywhere", stepsAt(0.5))
                        .kernels(EXACT, "round", "zeros_like")
                        .pointwise(x -> Math.rint(x[0]))
                        .build(),
                Rules.elementwise("trunc")
                        .stepwise()
                        .kinks("at whole numbers: a step; the gradient is 0 everywhere", stepsAt(0))
                        .kernels(EXACT, "trunc", "zeros_like")
                        .pointwise(x -> x[0] < 0 ? Math.ceil(x[0]) : Math.floor(x[0]))
                        .build(),
                Rules.elementwise("sign")
                        .stepwise()
                        .kinks(
                                "at 0: a step, 0 for both zeros and for NaN; the gradient is 0 everywhere",
                                (operands, attributes, exact) ->
                                        Near.any(operands.get(0), x -> Near.decides(Math.abs(x), exact)))
                        .convention("at NaN", "NaN", "value = where(input == input, sign(input), float('nan'))")
                        .kernels(EXACT, "sign", "zeros_like")
                        .pointwise(x -> x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0)
                        .build(),
                Rules.elementwise("frac")
                        .kinks(
                                "at whole numbers: 0, gradient 1",
                                (operands, attributes, exact) -> stepsAt(0).holds(operands, attributes, false))
                        .kernels(EXACT, "frac", "copy", "new_empty_strided")
                        .definition("""
value = input - trunc(input)
""")
                        .build());
    }

    /** Near a whole number and so much; not where each engine has just that number. */
    private static KinkTest stepsAt(double beside) {
        return (operands, attributes, exact) ->
                Near.any(operands.get(0), x -> Near.decides(Math.abs(x - beside - Math.rint(x - beside)), exact));
    }
}
