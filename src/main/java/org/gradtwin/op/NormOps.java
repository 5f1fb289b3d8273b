package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Objects;
import org.gradtwin.language.Call;
import org.gradtwin.language.KinkTest;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The p-norm over dimensions, (Σ |x|ᵖ)^(1/p) (torch.norm, torch.linalg.vector_norm). */
@AutoService(OpFile.class)
public final class NormOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                unanswered(Op.of("norm(input, p: number = None, dim: dims = None, keepdim: bool = False)"), "p")
                        .group(REDUCTIONS)
                        .shape(NormOps::shape)
                        .restricts(Restriction.NEVER_NONE, "p")
                        .kinks("none; norm 0: gradient 0; ±inf: ties share the gradient evenly", near("p"))
                        .convention("at norm 0", "gradient NaN", NormOps::undefined)
                        .kernels(STEPS, "linalg_vector_norm")
                        .kernels(ELEMENTARY, "pow")
                        .kernels(ROUNDED, "mul", "div")
                        .kernels(TERMS, "sum")
                        .kernels(EXACT, "abs", "eq", "isnan", "logical_or", "masked_fill", "sgn", "ge", "lt", "where")
                        .twin("torch.ops.aten.linalg_vector_norm(input, 2.0 if p is None else p, dim, keepdim)")
                        .definition(NormOps::norm)
                        .build(),
                unanswered(
                                Op.of(
                                        "linalg.vector_norm(x, ord: number = 2.0, dim: dims = None, keepdim: bool = False)"),
                                "ord")
                        .id("vector_norm")
                        .group(REDUCTIONS)
                        .kinks("none; as norm", near("ord"))
                        .kernels(STEPS, "linalg_vector_norm")
                        .twin("torch.ops.aten.linalg_vector_norm(x, ord, dim, keepdim)")
                        .definition("""
value = norm(x, ord, dim=dim, keepdim=keepdim)
""")
                        .build());
    }

    private static KinkTest near(String p) {
        return (operands, attributes, exact) -> Near.ZERO.holds(operands, attributes, exact)
                || (Double.isInfinite(attributes.optionalNumber(p).orElse(2))
                        && Near.TIE_OF_SIZE.holds(operands, attributes, exact));
    }

    /** Where norms have no one answer, by the attribute that is p. */
    static OpBuilder unanswered(OpBuilder op, String p) {
        return op.undefined(
                        "what is not finite: at 0 the slope is 0 times that of the root, NaN",
                        (operands, attributes) -> Near.any(operands.get(0), x -> !Double.isFinite(x)))
                .undefined(
                        "elements whose powers leave the range of float32, sooner or later",
                        (operands, attributes) -> leavesRange(
                                operands.get(0), attributes.optionalNumber(p).orElse(2)))
                .ofFiniteCotangents(
                        "one that is not finite: at norm 0 PyTorch multiplies it by 0, others leave it out");
    }

    /** Whether |x|ᵖ or |x|ᵖ⁻² leaves it. */
    private static boolean leavesRange(@Nullable Tensor input, double p) {
        double power = Double.isInfinite(p) ? 1 : Math.max(Math.abs(p), Math.abs(p - 2));
        return Near.any(
                input,
                x -> x != 0 && Double.isFinite(x) && Math.abs(power * Math.getExponent(x)) >= Float.MAX_EXPONENT);
    }

    private static Shape shape(Call call) {
        double p = call.attributes().optionalNumber("p").orElse(2);
        if (call.attributes().get("p") == null && call.attributes().get("dim") != null && call.dims().length > 2) {
            throw call.refused("without p it is a matrix norm, of at most 2 dimensions, not " + call.dims().length);
        }
        if (p == 0 && Objects.requireNonNull(call.operands().get(0)).requiresGrad()) {
            throw call.refused("p = 0 counts elements and has no gradient: give it a detached input");
        }
        return p < 0 || Double.isInfinite(p) ? Rules.reducedNotEmpty(call) : Rules.reduced(call);
    }

    /** By the formula alone, whose root has no derivative at 0. */
    private static String undefined(Call call) {
        return call.attributes().optionalNumber("p").orElse(2) == 2
                ? "value = sqrt(sum(square(input), dim=dim, keepdim=keepdim))"
                : norm(call);
    }

    /** The sum is 0 where its root has no derivative, and |x| where its power has none: both pass 0. */
    private static String norm(Call call) {
        double p = call.attributes().optionalNumber("p").orElse(2);
        if (Double.isInfinite(p)) {
            return "value = " + (p > 0 ? "amax" : "amin") + "(abs(input), dim=dim, keepdim=keepdim)";
        } else if (p == 0) {
            return "value = sum(where(input == 0, 0, 1), dim=dim, keepdim=keepdim)";
        } else if (p == 1) {
            return "value = sum(abs(input), dim=dim, keepdim=keepdim)";
        } else if (p == 2) {
            return """
                    s = sum(square(input), dim=dim, keepdim=keepdim)
                    value = where(s == 0, 0, sqrt(where(s == 0, 1, s)))
                    """;
        }
        return """
                power = abs(where(input == 0, 1, input)) ** p
                s = sum(where(input == 0, %s, power), dim=dim, keepdim=keepdim)
                value = where(s == 0, 0, where(s == 0, 1, s) ** (1 / p))
                """.formatted(p < 0 ? "float('inf')" : "0");
    }
}
