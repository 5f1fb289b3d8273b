package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** √(x² + y²) without overflow (torch.hypot). */
@AutoService(OpFile.class)
public final class HypotOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("hypot(input, other)")
                .group(ELEMENTWISE)
                .broadcasts()
                .kinks(
                        "both 0: gradients NaN",
                        (operands, attributes, exact) -> Near.any(operands.get(0), x -> Math.abs(x) < Near.MARGIN))
                .convention("both 0", "gradients 0", """
                        zero = (input == 0) & (other == 0)
                        value = where(zero, 0, hypot(where(zero, 1, input), where(zero, 1, other)))
                        """)
                .convention("both 0", "gradients 0.5", """
                        zero = (input == 0) & (other == 0)
                        value = where(zero, 0.5 * (input + other), hypot(where(zero, 1, input), where(zero, 1, other)))
                        """)
                .undefined(
                        "NaN beside an infinity: ∞, where other engines have NaN",
                        (operands, attributes) -> Near.NAN_ANYWHERE.holds(operands, attributes)
                                && operands.stream().anyMatch(each -> Near.any(each, Double::isInfinite)))
                .undefined("a subnormal number: a quotient by the result is lost", Near.SUBNORMAL)
                .kernels(ELEMENTARY, "hypot")
                .kernels(ROUNDED, "mul", "div")
                .kernels(TERMS, "sum")
                .twin("torch.hypot(input, other)")
                .definition("""
m = detach(maximum(abs(input), abs(other)))
scale = where(m > 0, where(m - m == 0, m, 1), 1)
value = scale * sqrt(square(input / scale) + square(other / scale))
""")
                .build());
    }
}
