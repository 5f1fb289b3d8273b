package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Smooth gates: gelu, silu and softplus (torch.nn.functional). */
@AutoService(OpFile.class)
public final class GatedOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("gelu(input, *, approximate: 'none'|'tanh' = 'none')")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kinks("none; at ±inf the gradient is NaN, at −inf the value too")
                        .kernels(STEPS, "gelu", "gelu_backward")
                        .kernels(ELEMENTARY, "cosh")
                        .twin("torch.ops.aten.gelu(input, approximate=approximate)")
                        .definition(GatedOps::gelu)
                        .gradient(GatedOps::slope)
                        .build(),
                Op.of("silu(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kernels(ELEMENTARY, "silu")
                        .kernels(STEPS, "silu_backward")
                        .kernels(EXACT, "empty_like", "fill")
                        .twin("torch.ops.aten.silu(input)")
                        .definition("""
value = input * sigmoid(input)
""")
                        .gradient("""
gate = sigmoid(input)
grad(input) = grad * (gate * (1 + input * (1 - gate)))
""")
                        .build(),
                Op.of("softplus(input, beta: number = 1.0, threshold: number = 20.0)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kinks("beta·x > threshold: the identity, gradient 1", GatedOps::nearThreshold)
                        .cancels(Cancellation.ofSlope())
                        .kernels(STEPS, "softplus", "softplus_backward")
                        .twin("torch.ops.aten.softplus(input, beta, threshold)")
                        .definition("""
low = where(input * beta > threshold, 0, input)
value = where(input * beta > threshold, input, log1p(exp(low * beta)) / beta)
""")
                        .build());
    }

    private static String gelu(Call call) {
        return call.attributes().text("approximate").equals("none")
                ? "value = 0.5 * input * (1 + erf(input * 0.7071067811865476))"
                : "value = 0.5 * input * (1 + tanh(0.7978845608028654 * (input + 0.044715 * input**3)))";
    }

    private static String slope(Call call) {
        return call.attributes().text("approximate").equals("none") ? """
gate = 0.5 * (1 + erf(input * 0.7071067811865476))
grad(input) = grad * (gate + input * (0.3989422804014327 * exp(-0.5 * input * input)))
""" : """
t = tanh(0.7978845608028654 * (input + 0.044715 * input**3))
inner = 0.7978845608028654 * (1 + 0.134145 * input * input)
grad(input) = grad * (0.5 * (1 + t) + 0.5 * input * (1 - t * t) * inner)
""";
    }

    private static boolean nearThreshold(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        double border = attributes.number("threshold") / attributes.number("beta");
        return Near.any(operands.get(0), x -> Math.abs(x - border) < Near.MARGIN);
    }
}
