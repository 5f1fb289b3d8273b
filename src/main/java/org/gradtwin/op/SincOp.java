package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** sin(πx)/(πx), and 1 at 0 (torch.sinc). */
@AutoService(OpFile.class)
public final class SincOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Rules.elementwise("sinc")
                // The derivative is cos(πx)/x − sin(πx)/(πx²), and πx is rounded first.
                .cancels(new Cancellation(
                        (x, attributes) -> x == 0 ? 0 : 1 / Math.abs(x) + Math.PI, (x, attributes) -> 1))
                .kinks("none; at 0 the gradient is 0", Near.ZERO)
                .ofFiniteCotangents("one that is not finite: PyTorch leaves it out at 0, others multiply it by 0")
                .kernels(STEPS, "sinc")
                .kernels(ELEMENTARY, "sin", "cos")
                .kernels(ROUNDED, "mul", "sub", "div")
                .kernels(EXACT, "eq", "where", "scalar_tensor")
                .pointwise(
                        x -> x[0] == 0 ? 1 : Math.sin(Math.PI * x[0]) / (Math.PI * x[0]),
                        (x, y) -> x[0] == 0 ? 0 : (Math.cos(Math.PI * x[0]) - y) / x[0])
                .gradient("""
                        x = where(input == 0, 1, input)
                        grad(input) = where(input == 0, 0, grad * (cos(3.141592653589793 * x) - value) / x)
                        """)
                .build());
    }
}
