package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Rectifiers: relu, leaky_relu and elu (torch.nn.functional). */
@AutoService(OpFile.class)
public final class RectifierOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("relu(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kinks("at 0: gradient 0; NaN stays NaN", Near.ZERO)
                        .slopes("at 0", "input == 0", "0.5", "1")
                        .slopes("at NaN", Rules.NAN, "0", "float('nan')")
                        .kernels(EXACT, "relu", "threshold_backward")
                        .twin("torch.relu(input)")
                        .definition("""
value = where(input == 0, detach(input), where(input < 0, 0, input))
""")
                        .build(),
                Op.of("leaky_relu(input, negative_slope: number = 0.01)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kinks("at 0: gradient is negative_slope", Near.ZERO)
                        .slopes("at 0", "input == 0", "1", "(1 + negative_slope) / 2")
                        .slopes("at NaN", Rules.NAN, "1", "float('nan')")
                        .kernels(ROUNDED, "leaky_relu", "leaky_relu_backward")
                        .twin("torch.ops.aten.leaky_relu(input, negative_slope)")
                        .definition("""
value = where(input > 0, input, input * negative_slope)
""")
                        .build(),
                Op.of("elu(input, alpha: number = 1.0)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kinks(
                                "at 0: gradient is alpha; for x < 0 the value is alpha·expm1(x), up to PyTorch 2.7 alpha·(exp(x) − 1)",
                                Near.ZERO)
                        .slopes("at 0", "input == 0", "1", "(1 + alpha) / 2")
                        .slopes("at NaN", Rules.NAN, "float('nan')")
                        .cancels(Cancellation.upTo("alpha"))
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(ELEMENTARY, "elu", "elu_backward")
                        .kernels(EXACT, "_to_copy")
                        .twin("torch.ops.aten.elu(input, alpha)")
                        .definition("""
value = where(input > 0, input, alpha * expm1(where(input > 0, 0, input)))
""")
                        .gradient("grad(input) = grad * where(input <= 0, alpha * exp(where(input <= 0, input, 0)), 1)")
                        .build());
    }
}
