package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Distances and angles between rows (torch.nn.functional: pairwise_distance, cosine_similarity, triplet_margin_loss, cosine_embedding_loss). */
@AutoService(OpFile.class)
public final class PairwiseDistanceOps implements OpFile {
    private static final String MASKED = "what is not finite: where the distance is 0 besides, it is masked, or not";

    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("pairwise_distance(x1, x2, p: number = 2.0, eps: number = 1e-06, keepdim: bool = False)")
                        .group(LOSSES)
                        .ranks(1, 2)
                        .kinks("none; distance 0: gradient 0")
                        .undefinedBothWays(MASKED, Near.NOT_FINITE_ANYWHERE)
                        .kernels(ROUNDED, "sub", "add", "div", "mul")
                        .kernels(STEPS, "norm")
                        .kernels(EXACT, "eq", "masked_fill", "neg")
                        .twin("torch.pairwise_distance(x1, x2, p, eps, keepdim)")
                        .definition("""
value = norm(x1 - x2 + eps, p, dim=-1, keepdim=keepdim)
""")
                        .build(),
                Op.of("cosine_similarity(x1, x2, dim: int = 1, eps: number = 1e-08)")
                        .group(LOSSES)
                        .ranks(1, 2)
                        .kinks(
                                "a row shorter than eps is divided by eps, as if its length were a constant factor of the gradient; of 0: 0",
                                Near.SHORT_ROW)
                        .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                        .kernels(STEPS, "linalg_vector_norm")
                        .kernels(ROUNDED, "add", "div", "mul")
                        .kernels(TERMS, "sum")
                        .kernels(EXACT, "clamp_min", "eq", "masked_fill", "neg", "scalar_tensor")
                        .twin("torch.cosine_similarity(x1, x2, dim, eps)")
                        .definition(PairwiseDistanceOps::cosine)
                        .build(),
                Op.of(
                                "triplet_margin_loss(anchor, positive, negative, margin: number = 1.0, p: number = 2.0, eps: number = 1e-06, swap: bool = False, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .undefinedBothWays(MASKED, Near.NOT_FINITE_ANYWHERE)
                        .undefined("distances that tie, up to rounding", PairwiseDistanceOps::tie)
                        .samples("2x3 2x3 2x3", "3 3 3 | margin=1.5", "2x3 2x3 2x3 | reduction='none'")
                        .ranks(1, 2)
                        .kinks("margin reached: gradient as where it is not", (operands, attributes, exact) -> false)
                        .kernels(ROUNDED, "sub", "add", "div", "mul")
                        .kernels(STEPS, "norm")
                        .kernels(TERMS, "mean", "sum")
                        .kernels(EXACT, "clamp_min", "eq", "ge", "where", "masked_fill", "minimum", "neg")
                        .twin(
                                "torch.ops.aten.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, code(reduction))")
                        .definition(PairwiseDistanceOps::triplet)
                        .build(),
                Op.of(
                                "cosine_embedding_loss(input1, input2, target, margin: number = 0.0, *, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .shape(PairwiseDistanceOps::embedded)
                        .ranks(1, 2)
                        .given("target", Domain.SIGN)
                        .kinks("margin reached: gradient as where it is not")
                        .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                        .kernels(ROUNDED, "sub", "add", "div", "mul", "sqrt")
                        .kernels(TERMS, "mean", "sum")
                        .kernels(EXACT, "clamp_min", "eq", "ge", "where", "empty_like", "fill", "neg")
                        .twin("torch.ops.aten.cosine_embedding_loss(input1, input2, target, margin, code(reduction))")
                        // 1e-12 as a float has it: so it stands in ATen's Loss.cpp, for both types.
                        .definition(call -> """
s = sum(input1 * input2, dim=-1)
cosine = s / sqrt((sum(square(input1), dim=-1) + 9.999999960041972e-13) * (sum(square(input2), dim=-1) + 9.999999960041972e-13))
far = where(target == -1, clamp(cosine - margin, min=0.0), 0)
""" + Rules.reduction(call, "where(target == 1, 1 - cosine, 0) + far"))
                        .build());
    }

    /** Lengths below eps are replaced by it, and pass their gradient all the same. */
    private static String cosine(Call call) {
        return """
                a = where(x2 == x2, x1, x1)
                b = where(x1 == x1, x2, x2)
                m = norm(a, 2.0, dim=dim, keepdim=True)
                n = norm(b, 2.0, dim=dim, keepdim=True)
                u = a / where(m < eps, m - detach(m) + eps, m)
                v = b / where(n < eps, n - detach(n) + eps, n)
                value = sum(u * v, dim=dim)
                """;
    }

    /** With swap: in some row negative is as far from positive as from anchor. */
    private static boolean tie(List<@Nullable Tensor> operands, Attributes attributes) {
        if (!attributes.flag("swap")) {
            return false;
        }
        Shape common = Shape.SCALAR;
        for (Tensor operand : operands) {
            common = Shape.broadcast(common, Objects.requireNonNull(operand).shape());
        }
        List<double[]> all = new ArrayList<>();
        for (Tensor operand : operands) {
            Tensor given = Objects.requireNonNull(operand);
            all.add(Arrays.stream(given.shape().broadcastSources(common))
                    .mapToDouble(given::get)
                    .toArray());
        }
        double p = attributes.number("p");
        double[] farther = new double[common.size() / Math.max(common.last(), 1)];
        for (int i = 0; i < common.size(); i++) {
            double negative = all.get(2)[i] - attributes.number("eps");
            farther[i / common.last()] +=
                    Math.pow(Math.abs(all.get(0)[i] - negative), p) - Math.pow(Math.abs(all.get(1)[i] - negative), p);
        }
        return Arrays.stream(farther).anyMatch(difference -> Math.abs(difference) < Near.MARGIN);
    }

    private static String triplet(Call call) {
        int rank = call.shape(0).rank();
        if (call.shape(1).rank() != rank || call.shape(2).rank() != rank) {
            throw call.refused("anchor " + call.shape(0) + ", positive " + call.shape(1) + " and negative "
                    + call.shape(2) + " differ in the number of dimensions");
        }
        String nearest =
                call.attributes().flag("swap") ? "minimum(far, norm(positive - negative + eps, p, dim=-1))" : "far";
        return """
                near = norm(anchor - positive + eps, p, dim=-1)
                far = norm(anchor - negative + eps, p, dim=-1)
                """ + Rules.reduction(call, "clamp(margin + near - " + nearest + ", min=0.0)");
    }

    private static Shape embedded(Call call) {
        Shape rows = call.shape(0);
        boolean fits = rows.equals(call.shape(1))
                && rows.rank() > 0
                && rows.rank() < 3
                && call.shape(2).rank() == rows.rank() - 1;
        if (!fits || (rows.rank() == 2 && call.shape(2).dim(0) != rows.dim(0))) {
            throw call.refused("input1 " + rows + ", input2 " + call.shape(1) + " with target " + call.shape(2)
                    + ": expected (N, D) twice with (N,), or (D,) with ()");
        }
        return call.attributes().text("reduction").equals("none") ? call.shape(2) : Shape.SCALAR;
    }
}
