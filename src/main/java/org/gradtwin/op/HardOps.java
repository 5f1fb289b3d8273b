package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Activations made of straight pieces (torch.nn.functional: hardtanh, relu6, hardsigmoid, hardswish, threshold). */
@AutoService(OpFile.class)
public final class HardOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("hardtanh(input, min_val: number = -1.0, max_val: number = 1.0)")
                        .group(ELEMENTWISE)
                        .shape(HardOps::ordered)
                        .kinks(
                                "at min_val and at max_val: gradient 0; NaN: gradient 1",
                                (operands, attributes, exact) -> Near.any(
                                        operands.get(0),
                                        x -> Math.abs(x - attributes.number("min_val")) < Near.MARGIN
                                                || Math.abs(x - attributes.number("max_val")) < Near.MARGIN))
                        .slopes("at min_val", "input == min_val", "0.5", "1")
                        .slopes("at max_val", "input == max_val", "0.5", "1")
                        .slopes("at NaN", Rules.NAN, "0", "float('nan')")
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(EXACT, "hardtanh", "hardtanh_backward")
                        .twin("between(input, min_val, max_val)")
                        .definition("""
value = where(input <= min_val, min_val, where(input >= max_val, max_val, input))
""")
                        .build(),
                Rules.elementwise("relu6")
                        .kinks("at 0 and at 6: gradient 0; NaN: gradient 1", HardOps::nearSix)
                        .slopes("at 0", "input == 0", "0.5", "1")
                        .slopes("at 6", "input == 6", "0.5", "1")
                        .slopes("at NaN", Rules.NAN, "0", "float('nan')")
                        .undefined(Near.NAN_IN_VECTORS, Near.NAN)
                        .kernels(EXACT, "hardtanh", "hardtanh_backward")
                        .definition("""
value = hardtanh(input, 0.0, 6.0)
""")
                        .build(),
                Rules.elementwise("hardsigmoid")
                        .undrawnIn(DType.FLOAT64, "PyTorch's slope in float64 is 1/6 as float32 has it")
                        .kinks(
                                "at ±3 and at NaN: gradient 0; in float64 PyTorch takes 1/6 in float32 for the gradient",
                                HardOps::nearThree)
                        .slopes("at -3", "input == -3", "1 / 12", "1 / 6")
                        .slopes("at 3", "input == 3", "1 / 12", "1 / 6")
                        .slopes("at NaN", Rules.NAN, "1 / 6", "float('nan')")
                        .kernels(ROUNDED, "hardsigmoid")
                        .kernels(STEPS, "hardsigmoid_backward")
                        .definition("""
flat = detach(where(input <= -3, 0, where(input >= 3, 1, input)))
value = where(abs(input) < 3, (where(abs(input) < 3, input, 0) + 3) / 6, flat)
""")
                        .build(),
                Rules.elementwise("hardswish")
                        .kinks(
                                "none; at ±3 PyTorch's gradient depends on where the element lies among others; NaN: gradient 1",
                                HardOps::nearThree)
                        .slopes("at -3", "input == -3", "0", "-0.25", "-0.5")
                        .slopes("at 3", "input == 3", "1", "1.25", "1.5")
                        .slopes("at NaN", Rules.NAN, "0", "float('nan')")
                        .undefined(
                                "at ±3 and at NaN PyTorch's slope depends on where the element lies among others",
                                (operands, attributes) ->
                                        Near.any(operands.get(0), x -> Math.abs(x) == 3 || Double.isNaN(x)))
                        .ofFiniteCotangents("an infinite one: by the product rule infinities of both signs may meet")
                        .kernels(ELEMENTARY, "hardswish")
                        .kernels(STEPS, "hardswish_backward")
                        .definition("""
x = where(abs(input) < 3, input, 0)
flat = where(input <= -3, detach(input * 0), input)
value = where(abs(input) < 3, x * (x + 3) / 6, flat)
""")
                        .build(),
                Op.of("threshold(input, threshold: number, value: number)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kinks(
                                "at the threshold: the value, gradient 0; NaN stays",
                                (operands, attributes, exact) -> Near.any(
                                        operands.get(0),
                                        x -> Math.abs(x - attributes.number("threshold")) < Near.MARGIN))
                        .kernels(EXACT, "threshold", "threshold_backward")
                        .twin("torch.ops.aten.threshold(input, threshold, value)")
                        .definition(
                                call -> "value = where(input <= threshold, " + Rules.number(call, "value") + ", input)")
                        .build());
    }

    private static Shape ordered(Call call) {
        double min = call.attributes().number("min_val");
        double max = call.attributes().number("max_val");
        if (min > max) {
            throw call.refused("min_val " + min + " is above max_val " + max);
        }
        return call.shape(0);
    }

    private static boolean nearThree(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return Near.any(operands.get(0), x -> Math.abs(Math.abs(x) - 3) < Near.MARGIN);
    }

    private static boolean nearSix(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return Near.any(operands.get(0), x -> Math.abs(Math.abs(x - 3) - 3) < Near.MARGIN);
    }
}
