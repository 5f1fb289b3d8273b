package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** eˣ over its sum along a dimension, and its logarithm (torch.softmax, torch.log_softmax, torch.nn.functional.softmin). */
@AutoService(OpFile.class)
public final class SoftmaxOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("softmax(input, dim: int)")
                        .group(REDUCTIONS)
                        .shape(Rules::along)
                        .shiftInvariant(Rules::dim)
                        .kernels(STEPS, "_softmax", "_softmax_backward_data")
                        .twin("torch.softmax(input, dim)")
                        .definition(call -> shifted(call) + """
                                e = exp(d)
                                value = e / sum(e, dim, keepdim=True)
                                """)
                        .gradient("grad(input) = value * (grad - sum(grad * value, dim, keepdim=True))")
                        .build(),
                Op.of("log_softmax(input, dim: int)")
                        .group(REDUCTIONS)
                        .shape(Rules::along)
                        .shiftInvariant(Rules::dim)
                        .kernels(STEPS, "_log_softmax", "_log_softmax_backward_data")
                        .twin("torch.log_softmax(input, dim)")
                        .definition(call -> shifted(call) + "value = d - log(sum(exp(d), dim, keepdim=True))")
                        .gradient("grad(input) = grad - exp(value) * sum(grad, dim, keepdim=True)")
                        .build(),
                Op.of("softmin(input, dim: int)")
                        .group(REDUCTIONS)
                        .kernels(STEPS, "_softmax", "_softmax_backward_data")
                        .kernels(EXACT, "neg")
                        .twin("torch.softmax(-input, dim)")
                        .definition("""
value = softmax(-input, dim)
""")
                        .build());
    }

    /** The operand less its largest element, which changes neither value nor gradient; nothing is largest among no elements. */
    private static String shifted(Call call) {
        return call.reduced() == 0 ? "d = input\n" : "d = input - detach(amax(input, dim, keepdim=True))\n";
    }
}
