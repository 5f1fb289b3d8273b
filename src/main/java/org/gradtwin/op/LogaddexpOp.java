package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** ln(eˣ + eʸ) (torch.logaddexp). */
@AutoService(OpFile.class)
public final class LogaddexpOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("logaddexp(input, other)")
                .group(ELEMENTWISE)
                .broadcasts()
                .cancels(Cancellation.ofBoth())
                .kinks("none; two equal infinities: gradients NaN")
                .undefined(
                        "operands far apart: the slope of the smaller one is no normal number in float32",
                        (operands, attributes) ->
                                operands.stream().allMatch(each -> Near.any(each, LogaddexpOp::isFar)))
                .kernels(STEPS, "logaddexp")
                .kernels(ELEMENTARY, "exp")
                .kernels(ROUNDED, "add", "sub", "div")
                .kernels(TERMS, "sum")
                .twin("torch.logaddexp(input, other)")
                .pointwise(
                        x -> x[0] == x[1]
                                ? x[0] + Math.log(2)
                                : Math.max(x[0], x[1]) + Math.log1p(Math.exp(-Math.abs(x[0] - x[1]))),
                        (x, y) -> 1 / (1 + Math.exp(x[1] - x[0])),
                        (x, y) -> 1 / (1 + Math.exp(x[0] - x[1])))
                .gradient("""
                        grad(input) = grad * sigmoid(input - other)
                        grad(other) = grad * sigmoid(other - input)
                        """)
                .build());
    }

    private static boolean isFar(double x) {
        return Math.abs(x) > 40 && Math.abs(x) < 1000;
    }
}
