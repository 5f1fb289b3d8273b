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

/** Functions that saturate: tanh, the logistic function, and the error function (torch.tanh, torch.sigmoid, torch.erf). */
@AutoService(OpFile.class)
public final class SigmoidOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("tanh(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .cancels(Cancellation.ofSlope())
                        .kinks("none; saturates to ±1, gradient 1 − y² then exactly 0")
                        .ofFiniteCotangents("an infinite one: 1 − y² is 0 once y rounds to 1, 1/cosh² x is not")
                        .kernels(ELEMENTARY, "tanh", "tanh_backward")
                        .twin("torch.tanh(input)")
                        .primitive()
                        .gradient("grad(input) = grad * (1 - value * value)")
                        .build(),
                Op.of("sigmoid(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .cancels(Cancellation.ofSlope())
                        .kinks("none; gradient y(1 − y), 0 once y rounds to 1")
                        .ofFiniteCotangents("an infinite one: y(1 − y) is 0 once y rounds to 1, σ(x)σ(−x) is not")
                        .kernels(ELEMENTARY, "sigmoid", "sigmoid_backward")
                        .twin("torch.sigmoid(input)")
                        .definition("""
value = 1 / (1 + exp(-input))
""")
                        .gradient("grad(input) = grad * (1 - value) * value")
                        .build(),
                Op.of("erf(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kernels(ELEMENTARY, "erf", "exp", "pow")
                        .kernels(ROUNDED, "mul")
                        .kernels(EXACT, "neg")
                        .twin("torch.erf(input)")
                        .primitive()
                        .gradient("grad(input) = grad * (1.1283791670955126 * exp(-input * input))")
                        .build());
    }
}
