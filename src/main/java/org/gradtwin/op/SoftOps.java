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

/** Smooth activations (torch.nn.functional: logsigmoid, mish, softsign, tanhshrink). */
@AutoService(OpFile.class)
public final class SoftOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("logsigmoid")
                        .twin("torch.ops.aten.log_sigmoid(input)")
                        .kernels(ELEMENTARY, "log_sigmoid_forward", "log_sigmoid_backward")
                        .definition("""
value = -softplus(-input, 1.0, 80.0)
""")
                        .build(),
                Rules.elementwise("mish")
                        .kinks("none; at ±inf the gradient is NaN, at −inf the value too")
                        .kernels(STEPS, "mish", "mish_backward")
                        .cancels(Cancellation.ofSlope())
                        .pointwise(x -> x[0] * gate(x[0]), (x, y) -> mishSlope(x[0]))
                        .gradient("""
                                gate = tanh(log1p(exp(input)))
                                grad(input) = grad * (gate + input * sigmoid(input) * (1 - gate) * (1 + gate))
                                """)
                        .build(),
                Rules.elementwise("softsign")
                        .twin("input / (torch.abs(input) + 1)")
                        .kernels(EXACT, "abs", "neg", "sgn")
                        .kernels(ROUNDED, "add", "div", "mul")
                        .definition("""
value = input / (abs(input) + 1)
""")
                        .build(),
                Rules.elementwise("tanhshrink")
                        .twin("input - torch.tanh(input)")
                        .kernels(ELEMENTARY, "tanh", "tanh_backward")
                        .kernels(ROUNDED, "add", "sub")
                        .kernels(EXACT, "neg")
                        .definition("""
value = input - tanh(input)
""")
                        .build());
    }

    private static double gate(double x) {
        return Math.tanh(Math.log1p(Math.exp(x)));
    }

    private static double mishSlope(double x) {
        double gate = gate(x);
        return gate + x / (1 + Math.exp(-x)) * (1 - gate) * (1 + gate);
    }
}
