package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** ln Σ eˣ over dimensions (torch.logsumexp). */
@AutoService(OpFile.class)
public final class LogsumexpOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("logsumexp(input, dim: dims, keepdim: bool = False)")
                .group(REDUCTIONS)
                .shape(LogsumexpOp::along)
                .kinks("all −inf: −inf, gradient NaN")
                .kernels(STEPS, "logsumexp")
                .kernels(ELEMENTARY, "exp")
                .kernels(ROUNDED, "sub", "mul")
                .twin("torch.logsumexp(input, every(dim), keepdim)")
                .definition(LogsumexpOp::definition)
                .gradient(call -> "grad(input) = " + Rules.kept(call, "grad") + " * exp(input - "
                        + Rules.kept(call, "value") + ")")
                .build());
    }

    private static Shape along(Call call) {
        if (call.attributes().get("dim") instanceof List<?> dims && dims.isEmpty()) {
            throw call.refused("'dim' is empty");
        }
        return Rules.reduced(call);
    }

    /** Shifted by the largest element, which changes neither value nor gradient; where that is ∞, by as much as makes 0 of the others. */
    private static String definition(Call call) {
        return call.reduced() == 0 ? "value = log(sum(exp(input), dim, keepdim=keepdim))" : """
                m = detach(amax(input, dim, keepdim=True))
                c = where(m * 0 == 0, m, where(m > 0, 3.4e38, 0))
                s = sum(exp(input - c), dim, keepdim=keepdim)
                value = log(s) + sum(c, dim, keepdim=keepdim)
                """;
    }
}
