package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;

/** Negative log-likelihoods (torch.nn.functional: gaussian_nll_loss, poisson_nll_loss, binary_cross_entropy). */
@AutoService(OpFile.class)
public final class LikelihoodLossOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of(
                                "gaussian_nll_loss(input, target, var, full: bool = False, eps: number = 1e-06, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .shape(LikelihoodLossOps::gaussian)
                        .domain(Domain.POSITIVE_LAST)
                        .kinks("var below eps: eps, and the gradient passes to it all the same; refused below 0")
                        .kernels(ELEMENTARY, "log", "pow")
                        .kernels(ROUNDED, "sub", "add", "mul", "div")
                        .kernels(TERMS, "mean", "sum")
                        .kernels(EXACT, "any", "lt", "clamp", "neg")
                        .twin("gaussian(input, target, var, full, eps, code(reduction))")
                        .definition(LikelihoodLossOps::gaussianLoss)
                        .build(),
                Op.of(
                                "poisson_nll_loss(input, target, log_input: bool = True, full: bool = False, *, eps: number = 1e-08, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .shape(Rules::lossOfBoth)
                        .given("target", Domain.NON_NEGATIVE)
                        .outside((operands, attributes) ->
                                !attributes.flag("log_input") && Near.any(operands.get(0), x -> x < 0.125))
                        .kinks(
                                "full: Stirling's term is 0 for targets up to 1",
                                (operands, attributes, exact) -> attributes.flag("full")
                                        && Near.any(operands.get(1), t -> Math.abs(t - 1) < Near.MARGIN))
                        .kernels(ELEMENTARY, "log", "exp")
                        .kernels(ROUNDED, "sub", "add", "mul", "div")
                        .kernels(TERMS, "mean", "sum")
                        .kernels(EXACT, "le", "masked_fill", "neg")
                        .twin("torch.ops.aten.poisson_nll_loss(input, target, log_input, full, eps, code(reduction))")
                        .definition(LikelihoodLossOps::poissonLoss)
                        .build(),
                Op.of("binary_cross_entropy(input, target, weight = None, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .restricts(Restriction.CONSTANT, "weight")
                        .shape(LikelihoodLossOps::binary)
                        .domain(Domain.PROBABILITY)
                        .given("target", Domain.PROBABILITY)
                        .kinks(
                                "input 0 and 1: logarithms are at least −100, and the gradient's divisor at least 1e-12; refused outside of [0, 1]")
                        .kernels(STEPS, "binary_cross_entropy", "binary_cross_entropy_backward")
                        .kernels(ELEMENTARY, "logit")
                        .kernels(ROUNDED, "mul", "div")
                        .kernels(EXACT, "neg")
                        .twin("likely(input, target, weight, code(reduction))")
                        .definition(LikelihoodLossOps::binaryLoss)
                        .gradient(LikelihoodLossOps::binaryLossGradient)
                        .build());
    }

    private static Shape gaussian(Call call) {
        Shape input = call.shape(0);
        Shape var = call.shape(2);
        boolean row = isOneEachRow(input, var);
        Shape loss = call.broadcast(input, call.shape(1));
        if (!row
                && !var.equals(input)
                && !(var.rank() == input.rank() && call.broadcast(input, var).equals(input) && var.last() == 1)) {
            throw call.refused("var " + var + " is not one number for each element or row of input " + input);
        }
        return call.attributes().text("reduction").equals("none") ? loss : Shape.SCALAR;
    }

    private static boolean isOneEachRow(Shape input, Shape var) {
        return input.rank() > 0 && var.equals(Shape.of(Arrays.copyOf(input.dims(), input.rank() - 1)));
    }

    private static String gaussianLoss(Call call) {
        String var = isOneEachRow(call.shape(0), call.shape(2)) ? "var[..., None]" : "var";
        double constant = call.attributes().flag("full") ? 0.5 * Math.log(2 * Math.PI) : 0;
        return "v = where(%1$s < eps, %1$s - detach(%1$s) + eps, %1$s)\n".formatted(var)
                + Rules.reduction(call, "0.5 * (log(v) + square(input - target) / v) + " + constant);
    }

    private static String poissonLoss(Call call) {
        String loss = call.attributes().flag("log_input")
                ? "exp(input) - target * input"
                : "input - target * log(input + eps)";
        if (!call.attributes().flag("full")) {
            return Rules.reduction(call, loss);
        }
        return """
                t = where(target <= 1, 2, target)
                stirling = t * log(t) - t + 0.5 * log(6.283185307179586 * t)
                """ + Rules.reduction(call, loss + " + where(target <= 1, 0, stirling)");
    }

    private static Shape binary(Call call) {
        if (!call.shape(1).equals(call.shape(0))) {
            throw call.refused("target " + call.shape(1) + " is not of the input's shape " + call.shape(0));
        }
        Shape loss = call.has(2) ? call.broadcast(call.shape(0), call.shape(2)) : call.shape(0);
        if (!loss.equals(call.shape(0))) {
            throw call.refused("weight " + call.shape(2) + " does not broadcast to the input's shape " + call.shape(0));
        }
        return call.attributes().text("reduction").equals("none") ? loss : Shape.SCALAR;
    }

    /** The gradient of the input is (x − t)/(x(1 − x)): the difference of t/x and (1 − t)/(1 − x) would cancel. */
    private static String binaryLoss(Call call) {
        return """
                yes = clamp(log(detach(input)), min=-100.0)
                no = clamp(log1p(-detach(input)), min=-100.0)
                slope = detach((input - target) / clamp((1 - input) * input, min=1e-12))
                loss = (detach(target) - 1) * no - detach(target) * yes
                grown = loss + (input - detach(input)) * slope + (target - detach(target)) * (no - yes)
                """ + Rules.reduction(call, "grown" + (call.has(2) ? " * weight" : ""));
    }

    private static String binaryLossGradient(Call call) {
        boolean mean = call.attributes().text("reduction").equals("mean");
        return """
                g = grad%s%s
                grad(input) = g * (input - target) / clamp((1 - input) * input, min=1e-12)
                grad(target) = g * (clamp(log1p(-input), min=-100.0) - clamp(log(input), min=-100.0))
                """.formatted(
                call.has(2) ? " * weight" : "", mean ? " / " + call.shape(0).size() + ".0" : "");
    }
}
