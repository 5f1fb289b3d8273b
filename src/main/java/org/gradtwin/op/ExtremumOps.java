package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The larger and the smaller of two, and a number kept within bounds (torch.maximum, torch.minimum, torch.clamp). */
@AutoService(OpFile.class)
public final class ExtremumOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                tied("maximum")
                        .alias("max(input, other)")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .kinks("a tie: ½ to each; NaN in either: NaN", Near.TIE_OF_TWO)
                        .kernels(EXACT, "maximum", "eq", "gt", "lt", "ge", "le", "masked_fill", "where")
                        .kernels(ROUNDED, "div", "mul")
                        .kernels(TERMS, "sum")
                        .twin("torch.maximum(input, other)")
                        .primitive()
                        .gradient("""
shared = where(input == other, grad / 2, grad)
grad(input) = where(input < other, 0, shared)
grad(other) = where(input > other, 0, shared)
""")
                        .build(),
                tied("minimum")
                        .alias("min(input, other)")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .kinks("a tie: ½ to each; NaN in either: NaN", Near.TIE_OF_TWO)
                        .kernels(EXACT, "minimum", "eq", "gt", "lt", "ge", "le", "masked_fill", "where")
                        .kernels(ROUNDED, "div", "mul")
                        .kernels(TERMS, "sum")
                        .twin("torch.minimum(input, other)")
                        .primitive()
                        .gradient("""
shared = where(input == other, grad / 2, grad)
grad(input) = where(input > other, 0, shared)
grad(other) = where(input < other, 0, shared)
""")
                        .build(),
                Op.of("clamp(input, min = None, max = None)")
                        .id("clamp_tensor")
                        .alias("clip(input, min = None, max = None)")
                        .group(ELEMENTWISE)
                        .shape(ExtremumOps::boundedByTensors)
                        .undefined(
                                "PyTorch has no backward where a bound stretches the rest",
                                (operands, attributes) -> isWithoutBackward(operands))
                        .kinks(
                                "at min and at max: gradient 1 to the input, 0 to the bound; min above max: max",
                                ExtremumOps::nearTensor)
                        .convention("at min and at max", "gradient 0.5 to each", ExtremumOps::halved)
                        .convention(
                                "at min and at max",
                                "gradient 1 to the bound",
                                call -> (call.has(1) ? "low = where(input <= min, min, input)\n" : "low = input\n")
                                        + (call.has(2) ? "value = where(low >= max, max, low)" : "value = low"))
                        .kernels(
                                EXACT,
                                "clamp",
                                "clamp_min",
                                "clamp_max",
                                "ge",
                                "le",
                                "lt",
                                "gt",
                                "logical_and",
                                "logical_or",
                                "where")
                        .kernels(EXACT, "scalar_tensor", "bitwise_and", "bitwise_or")
                        .kernels(TERMS, "sum")
                        .twin("torch.clamp(input, min, max)")
                        .definition(ExtremumOps::clampByTensors)
                        .build(),
                Op.of("clamp(input, min: number = None, max: number = None)")
                        .alias("clip(input, min: number = None, max: number = None)")
                        .alias("clamp_min(input, min: number)")
                        .alias("clamp_max(input, max: number)")
                        .group(ELEMENTWISE)
                        .shape(ExtremumOps::bounded)
                        .kinks("at min and at max: gradient 1", ExtremumOps::nearBound)
                        .slopes("at min", call -> isAt(call, "min"), "0.5", "0")
                        .slopes("at max", call -> isAt(call, "max"), "0.5", "0")
                        .slopes("at NaN", Rules.NAN, "1", "float('nan')")
                        .kernels(EXACT, "clamp", "ge", "le", "logical_and", "where", "scalar_tensor")
                        .twin("torch.clamp(input, min, max)")
                        .definition(ExtremumOps::clamp)
                        .gradient(ExtremumOps::within)
                        .build());
    }

    /** Begins an op that chooses between two. */
    private static OpBuilder tied(String function) {
        String f = "f = " + function + "(input, other)\nvalue = where(input == other, %s, f)";
        String nan = "f = " + function + "(input, other)\nvalue = where(f == f, f, %s)";
        return Op.of(function + "(input, other)")
                .convention("at a tie", "the gradient goes to input", f.formatted("input"))
                .convention("at a tie", "the gradient goes to other", f.formatted("other"))
                .convention("at a tie", "the gradient goes to both", f.formatted("input + (other - detach(other))"))
                .convention("at a tie", "the gradient goes to none", f.formatted("detach(f)"))
                .convention("at NaN", "gradient 0", nan.formatted("detach(f)"))
                .convention("at NaN", "gradient NaN", nan.formatted("f * where(f == f, 0, float('nan'))"));
    }

    private static Shape bounded(Call call) {
        if (call.attributes().get("min") == null && call.attributes().get("max") == null) {
            throw call.refused("at least one of min and max must be given");
        }
        return call.shape(0);
    }

    private static Shape boundedByTensors(Call call) {
        if (!call.has(1) && !call.has(2)) {
            throw call.refused("at least one of min and max must be given");
        }
        return call.broadcast();
    }

    /**
     * PyTorch 2.7 computes the masks of its backward in place, and refuses if one bound is larger than the input and the other
     * bound make together: "output with shape [] doesn't match the broadcast shape [1]".
     */
    private static boolean isWithoutBackward(List<@Nullable Tensor> operands) {
        Tensor input = operands.get(0);
        Tensor min = operands.get(1);
        Tensor max = operands.get(2);
        return input != null && min != null && max != null && !(fits(min, input, max) && fits(max, input, min));
    }

    private static boolean fits(Tensor bound, Tensor input, Tensor other) {
        Shape together = Shape.broadcast(input.shape(), other.shape());
        return Shape.broadcast(bound.shape(), together).equals(together);
    }

    /** Where both bounds are the same and the input is below, PyTorch passes the gradient to nothing. NaN is taken, and not passed to. */
    private static String clampByTensors(Call call) {
        String nan = "nan = isnan(input)" + (call.has(1) ? " | isnan(min)" : "") + (call.has(2) ? " | isnan(max)" : "")
                + "\nx = where(nan, detach(input), input)\n";
        String within;
        if (!call.has(1)) {
            within = "within = where(input > max, max, x)\n";
        } else if (!call.has(2)) {
            within = "within = where(input < min, min, x)\n";
        } else {
            within = """
                    low = where(min < max, min, detach(min))
                    within = where(max < min, max, where(input < min, low, where(input > max, max, x)))
                    """;
        }
        return nan + within + "value = where(nan, within + float('nan'), within)";
    }

    private static String halved(Call call) {
        return (call.has(1) ? "low = maximum(input, min)\n" : "low = input\n")
                + (call.has(2) ? "value = minimum(low, max)" : "value = low");
    }

    private static boolean nearTensor(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return IntStream.of(1, 2)
                .anyMatch(bound -> bound < operands.size()
                        && operands.get(bound) != null
                        && Near.apart(Arrays.asList(operands.get(0), operands.get(bound)), 0, exact));
    }

    private static String clamp(Call call) {
        String low = call.attributes().get("min") == null ? "low = input" : "low = where(input < min, min, input)";
        return low + "\n"
                + (call.attributes().get("max") == null ? "value = low" : "value = where(low > max, max, low)");
    }

    /** To what lies within the bounds, and nothing to NaN. */
    private static String within(Call call) {
        return "low = " + (call.attributes().get("min") == null ? "grad" : "where(input >= min, grad, 0)") + "\n"
                + "grad(input) = " + (call.attributes().get("max") == null ? "low" : "where(input <= max, low, 0)");
    }

    private static String isAt(Call call, String bound) {
        return call.attributes().get(bound) == null ? "" : "input == " + bound;
    }

    private static boolean nearBound(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return List.of("min", "max").stream()
                .anyMatch(bound -> attributes.optionalNumber(bound).isPresent()
                        && Near.any(operands.get(0), x -> Math.abs(x - attributes.number(bound)) < Near.MARGIN));
    }
}
