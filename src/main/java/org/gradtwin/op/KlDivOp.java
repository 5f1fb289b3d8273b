package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** The Kullback–Leibler divergence of a target from log-probabilities, t·(ln t − x) (torch.nn.functional.kl_div). */
@AutoService(OpFile.class)
public final class KlDivOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of(
                        "kl_div(input, target, *, reduction: 'mean'|'sum'|'none'|'batchmean' = 'mean', log_target: bool = False)")
                .group(LOSSES)
                .shape(KlDivOp::shape)
                .kinks(
                        "target 0: 0, whatever the input; the target's gradient there is −inf",
                        (operands, attributes, exact) ->
                                !attributes.flag("log_target") && Near.any(operands.get(1), t -> t < 0.125))
                .undefined(
                        "target 0, whose gradient is −∞: a cotangent of 0 multiplies it, or is left out",
                        (operands, attributes) ->
                                !attributes.flag("log_target") && Near.any(operands.get(1), t -> t <= 0))
                .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                .kernels(ELEMENTARY, "xlogy", "exp")
                .kernels(ROUNDED, "mul", "sub", "add", "div")
                .kernels(TERMS, "sum", "mean")
                .kernels(EXACT, "neg", "le", "eq", "bitwise_and", "masked_fill")
                .twin(
                        "torch.ops.aten.kl_div(input, target, 2, log_target=log_target) / input.size(0) if reduction == 'batchmean' else torch.ops.aten.kl_div(input, target, code(reduction), log_target=log_target)")
                .definition(KlDivOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        if (call.attributes().text("reduction").equals("batchmean")
                && call.shape(0).rank() == 0) {
            throw call.refused("batchmean of a number: there is no batch");
        }
        return Rules.lossOfBoth(call);
    }

    private static String definition(Call call) {
        String loss = call.attributes().flag("log_target")
                ? "exp(target) * (target - input)"
                : "xlogy(target, target) - target * input";
        return call.attributes().text("reduction").equals("batchmean")
                ? "value = sum(" + loss + ") / " + call.shape(0).dim(0)
                : Rules.reduction(call, loss);
    }
}
