package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** x over its p-norm along a dimension, at least eps (torch.nn.functional.normalize). */
@AutoService(OpFile.class)
public final class NormalizeOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                NormOps.unanswered(Op.of("normalize(input, p: number = 2.0, dim: int = 1, eps: number = 1e-12)"), "p")
                        .group(LAYERS)
                        .shape(Rules::along)
                        .ranks(1, 2, 3)
                        .kinks("norm 0: the gradient is that of x/eps", Near.SHORT_ROW)
                        .undefined(
                                "a row whose norm is eps, up to rounding",
                                (operands, attributes) -> Near.nearLength(
                                        operands.get(0), attributes, attributes.number("p"), attributes.number("eps")))
                        .kernels(STEPS, "linalg_vector_norm")
                        .kernels(ELEMENTARY, "pow")
                        .kernels(ROUNDED, "div", "mul")
                        .kernels(TERMS, "sum")
                        .kernels(
                                EXACT,
                                "clamp_min",
                                "neg",
                                "ge",
                                "where",
                                "eq",
                                "masked_fill",
                                "abs",
                                "sgn",
                                "amax",
                                "isnan",
                                "logical_or")
                        .samples(
                                "2x3",
                                "4 | dim=0",
                                "3x2 | dim=0, p=1",
                                "2x2x3 | dim=-1, p=3",
                                "2x3 | eps=2",
                                "2x4 | p=float('inf')")
                        .twin("unit(input, p, dim, eps)")
                        .definition(NormalizeOp::definition)
                        .build());
    }

    /** Where the norm is 0 its gradient is: roots and powers are given a harmless operand there. */
    private static String definition(Call call) {
        double p = call.attributes().number("p");
        String norm;
        if (p == Double.POSITIVE_INFINITY) {
            norm = "n = amax(abs(input), dim, keepdim=True)\n";
        } else if (p == 1) {
            norm = "n = sum(abs(input), dim, keepdim=True)\n";
        } else {
            norm = (p == 2
                            ? "s = sum(square(input), dim, keepdim=True)\n"
                            : "s = sum(abs(input)**p, dim, keepdim=True)\n")
                    + "n = where(s == 0, 0, where(s == 0, 1, s)**" + 1 / p + ")\n";
        }
        return norm + "value = input / clamp(n, min=eps)";
    }
}
