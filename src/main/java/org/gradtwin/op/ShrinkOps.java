package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Shrinkage towards 0 (torch.nn.functional.softshrink, torch.nn.functional.hardshrink). */
@AutoService(OpFile.class)
public final class ShrinkOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("softshrink(input, lambd: number = 0.5)")
                        .group(ELEMENTWISE)
                        .shape(ShrinkOps::notNegative)
                        .kinks("at ±lambd: 0, gradient 0; NaN stays, gradient 1", ShrinkOps::nearBorder)
                        .slopes("at ±lambd", "abs(input) == lambd", "0.5", "1")
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(ROUNDED, "softshrink")
                        .kernels(EXACT, "softshrink_backward")
                        .twin("torch.ops.aten.softshrink(input, lambd)")
                        .definition("""
value = where(input > lambd, input - lambd, where(input < -lambd, input + lambd, where(input == input, 0, input)))
""")
                        .build(),
                Op.of("hardshrink(input, lambd: number = 0.5)")
                        .group(ELEMENTWISE)
                        .shape(ShrinkOps::first)
                        .kinks("at ±lambd: 0, gradient 0; NaN stays, gradient 1", ShrinkOps::nearBorder)
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(EXACT, "hardshrink", "hardshrink_backward")
                        .twin("torch.ops.aten.hardshrink(input, lambd)")
                        .definition("""
value = where(input > lambd, input, where(input < -lambd, input, where(input == input, 0, input)))
""")
                        .build());
    }

    private static Shape first(Call call) {
        return call.shape(0);
    }

    private static Shape notNegative(Call call) {
        if (call.attributes().number("lambd") < 0) {
            throw call.refused("lambd " + call.attributes().number("lambd") + " is below 0");
        }
        return call.shape(0);
    }

    private static boolean nearBorder(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return Near.any(operands.get(0), x -> Math.abs(Math.abs(x) - attributes.number("lambd")) < Near.MARGIN);
    }
}
