package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** On the line from one tensor to another (torch.lerp). */
@AutoService(OpFile.class)
public final class LerpOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("lerp(input, end, weight: tensor_or_number)")
                .group(ELEMENTWISE)
                .broadcasts()
                .kernels(STEPS, "lerp")
                .kernels(ROUNDED, "mul", "sub")
                .kernels(EXACT, "empty_like", "fill")
                .kernels(TERMS, "sum")
                .twin("torch.lerp(input, end, weight)")
                .pointwise(
                        x -> Math.abs(x[2]) < 0.5 ? x[0] + x[2] * (x[1] - x[0]) : x[1] - (x[1] - x[0]) * (1 - x[2]),
                        (x, y) -> 1 - x[2],
                        (x, y) -> x[2],
                        (x, y) -> x[1] - x[0])
                .gradient("""
                        grad(input) = grad * (1 - weight)
                        grad(end) = grad * weight
                        grad(weight) = grad * (end - input)
                        """)
                .build());
    }
}
