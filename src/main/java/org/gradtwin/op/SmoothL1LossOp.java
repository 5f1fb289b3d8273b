package org.gradtwin.op;

import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** The absolute error, quadratic below beta (torch.nn.functional.smooth_l1_loss). */
@AutoService(OpFile.class)
public final class SmoothL1LossOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("smooth_l1_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean', beta: number = 1.0)")
                        .group(LOSSES)
                        .shape(SmoothL1LossOp::shape)
                        .kinks(
                                "|input − target| = beta: both sides have gradient ±1; beta 0 is l1_loss",
                                (operands, attributes, exact) -> Near.apart(operands, attributes.number("beta"), false))
                        .kernels(STEPS, "smooth_l1_loss", "smooth_l1_loss_backward")
                        .twin("smooth(both(input, target), both(target, input), code(reduction), beta)")
                        .definition(SmoothL1LossOp::definition)
                        .build());
    }

    private static Shape shape(Call call) {
        double beta = call.attributes().number("beta");
        if (!(beta >= 0)) {
            throw call.refused("beta " + beta + " is below 0");
        }
        return Rules.lossOfBoth(call);
    }

    private static String definition(Call call) {
        if (call.attributes().number("beta") == 0) {
            return "value = l1_loss(input, target, reduction=reduction)";
        }
        return """
                d = input - target
                a = abs(d)
                """
                + Rules.reduction(
                        call, "where(a >= beta, a - 0.5 * beta, 0.5 / beta * square(where(a >= beta, 0, d)))");
    }
}
