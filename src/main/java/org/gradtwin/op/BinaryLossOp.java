package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;

/** The logistic loss of logits (torch.nn.functional.binary_cross_entropy_with_logits). */
@AutoService(OpFile.class)
public final class BinaryLossOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of(
                        "binary_cross_entropy_with_logits(input, target, weight = None, *, reduction: 'mean'|'sum'|'none' = 'mean', pos_weight = None)")
                .group(LOSSES)
                .restricts(Restriction.CONSTANT, "weight", "pos_weight")
                .shape(BinaryLossOp::shape)
                .undefined(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                .ofFiniteCotangents("an infinite one: it is multiplied by two slopes, or by their sum")
                .kernels(STEPS, "binary_cross_entropy_with_logits")
                .kernels(ELEMENTARY, "log_sigmoid_forward", "exp")
                .twin("logistic(input, target, weight, pos_weight, code(reduction))")
                .definition(BinaryLossOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape input = call.shape(0);
        if (!call.shape(1).equals(input)) {
            throw call.refused("target " + call.shape(1) + " is not of the input's shape " + input);
        }
        for (int i = 2; i < call.operands().size(); i++) {
            if (call.has(i) && !call.broadcast(input, call.shape(i)).equals(input)) {
                throw call.refused("weight " + call.shape(i) + " does not broadcast to the input's shape " + input);
            }
        }
        return call.attributes().text("reduction").equals("none") ? input : Shape.SCALAR;
    }

    /** −(p·t·ln σ(x) + (1 − t)·ln(1 − σ(x))), the logarithm taken by the exponential that does not overflow. */
    private static String definition(Call call) {
        return """
                down = where(input > 0, -input, input)
                s = where(input > 0, 0, input) - log1p(exp(down))
                loss = (1 - target) * input - %s
                """.formatted(call.has(3) ? "(1 + (pos_weight - 1) * target) * s" : "s")
                + Rules.reduction(call, "loss" + (call.has(2) ? " * weight" : ""));
    }
}
