package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Losses of a difference, element by element: mse_loss, l1_loss, huber_loss (torch.nn.functional). */
@AutoService(OpFile.class)
public final class RegressionLossOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("mse_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .shape(Rules::lossOfBoth)
                        .kernels(STEPS, "mse_loss", "mse_loss_backward")
                        .twin("torch.ops.aten.mse_loss(both(input, target), both(target, input), code(reduction))")
                        .definition(call -> "d = input - target\n" + Rules.reduction(call, "square(d)"))
                        .build(),
                Op.of("l1_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .shape(Rules::lossOfBoth)
                        .kinks(
                                "input = target: gradient 0",
                                (operands, attributes, exact) -> Near.apart(operands, 0, false))
                        .kernels(EXACT, "abs", "sgn")
                        .kernels(ROUNDED, "sub", "mul", "div")
                        .kernels(TERMS, "mean", "sum")
                        .twin("torch.ops.aten.l1_loss(both(input, target), both(target, input), code(reduction))")
                        .definition(call -> "d = input - target\n" + Rules.reduction(call, "abs(d)"))
                        .build(),
                Op.of("huber_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean', delta: number = 1.0)")
                        .group(LOSSES)
                        .shape(RegressionLossOps::huber)
                        .kinks(
                                "|input − target| = delta: both sides have gradient ±delta",
                                (operands, attributes, exact) ->
                                        Near.apart(operands, attributes.number("delta"), false))
                        .kernels(STEPS, "huber_loss", "huber_loss_backward")
                        .twin(
                                "torch.ops.aten.huber_loss(both(input, target), both(target, input), code(reduction), delta)")
                        .definition(
                                call -> """
d = input - target
a = abs(d)
"""
                                        + Rules.reduction(
                                                call,
                                                "where(a >= delta, delta * (a - 0.5 * delta), 0.5 * square(where(a >= delta, 0, d)))"))
                        .build());
    }

    private static Shape huber(Call call) {
        double delta = call.attributes().number("delta");
        if (!(delta > 0)) {
            throw call.refused("delta " + delta + " is not positive");
        }
        return Rules.lossOfBoth(call);
    }
}
