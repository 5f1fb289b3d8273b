package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Losses of targets −1 and 1 (torch.nn.functional: soft_margin_loss, hinge_embedding_loss, margin_ranking_loss). */
@AutoService(OpFile.class)
public final class MarginLossOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("soft_margin_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .restricts(Restriction.CONSTANT, "target")
                        .given("target", Domain.SIGN)
                        // PyTorch 2.7 has no backward where the input is stretched.
                        .undefined(
                                "a target that stretches the inputs: PyTorch has no backward",
                                (operands, attributes) -> stretched(operands))
                        .shape(Rules::lossOfBoth)
                        .kernels(STEPS, "soft_margin_loss", "soft_margin_loss_backward")
                        .twin("torch.ops.aten.soft_margin_loss(input, target, code(reduction))")
                        .definition(call -> Rules.reduction(call, "log1p(exp(-target * input))"))
                        .build(),
                Op.of(
                                "hinge_embedding_loss(input, target, margin: number = 1.0, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .given("target", Domain.SIGN)
                        .shape(Rules::lossOfBoth)
                        .kinks(
                                "input = margin: gradient −1; targets other than ±1 count for both",
                                (operands, attributes, exact) -> Near.any(
                                        operands.get(0), x -> Math.abs(x - attributes.number("margin")) < Near.MARGIN))
                        .kernels(ROUNDED, "sub", "add", "div")
                        .kernels(TERMS, "mean", "sum")
                        .kernels(EXACT, "clamp_min", "ne", "ge", "where", "empty_like", "fill", "neg")
                        .twin("torch.ops.aten.hinge_embedding_loss(input, target, margin, code(reduction))")
                        .definition(
                                call -> Rules.reduction(
                                        call,
                                        "where(target != 1, clamp(margin - input, min=0.0), 0) + where(target != -1, input, 0)"))
                        .build(),
                Op.of(
                                "margin_ranking_loss(input1, input2, target, margin: number = 0.0, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .given("target", Domain.SIGN)
                        .shape(MarginLossOps::ranked)
                        .kinks("margin reached: gradient as where it is not", MarginLossOps::nearMargin)
                        .kernels(ROUNDED, "sub", "add", "mul", "div")
                        .kernels(TERMS, "mean", "sum")
                        .kernels(EXACT, "clamp_min", "ge", "where", "neg")
                        .twin("torch.ops.aten.margin_ranking_loss(input1, input2, target, margin, code(reduction))")
                        .definition(
                                call -> Rules.reduction(call, "clamp(-target * (input1 - input2) + margin, min=0.0)"))
                        .build());
    }

    private static boolean stretched(List<@Nullable Tensor> operands) {
        Tensor input = operands.get(0);
        Tensor target = operands.get(1);
        return input != null
                && target != null
                && !Shape.broadcast(input.shape(), target.shape()).equals(input.shape());
    }

    private static Shape ranked(Call call) {
        if (call.shape(0).rank() != call.shape(1).rank()
                || call.shape(0).rank() != call.shape(2).rank()) {
            throw call.refused("input1 " + call.shape(0) + ", input2 " + call.shape(1) + " and target " + call.shape(2)
                    + " differ in the number of dimensions");
        }
        Shape shape = call.broadcast();
        return call.attributes().text("reduction").equals("none") ? shape : Shape.SCALAR;
    }

    private static boolean nearMargin(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return Near.apart(operands, Math.abs(attributes.number("margin")), false);
    }
}
