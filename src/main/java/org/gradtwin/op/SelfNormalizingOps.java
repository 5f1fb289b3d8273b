package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Exponential linear units of fixed and of smooth scale (torch.nn.functional.selu, torch.nn.functional.celu). */
@AutoService(OpFile.class)
public final class SelfNormalizingOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("selu")
                        .kinks("at 0: gradient scale·alpha = 1.758…", Near.ZERO)
                        .slopes("at 0", "input == 0", "1.0507009873554805")
                        .slopes("at NaN", Rules.NAN, "float('nan')")
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(ELEMENTARY, "elu", "elu_backward")
                        .definition("""
value = 1.0507009873554805 * elu(input, 1.6732632423543772)
""")
                        .build(),
                Op.of("celu(input, alpha: number = 1.0)")
                        .group(ELEMENTWISE)
                        .shape(SelfNormalizingOps::scaled)
                        .slopes("at NaN", Rules.NAN, "float('nan')")
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(ELEMENTARY, "celu", "elu_backward")
                        .twin("torch.ops.aten.celu(input, alpha)")
                        .definition(call -> "value = where(input > 0, input, alpha * "
                                + (call.attributes().number("alpha") > 0 ? "elu" : "expm1")
                                + "(where(input > 0, 0, input) / alpha))")
                        .build());
    }

    private static Shape scaled(Call call) {
        if (call.attributes().number("alpha") == 0) {
            throw call.refused("alpha 0 divides");
        }
        return call.shape(0);
    }
}
