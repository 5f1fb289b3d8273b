package org.gradtwin.op;

import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** (x − mean)/√(variance + eps) · weight + bias over the last dimensions (torch.nn.functional.layer_norm). */
@AutoService(OpFile.class)
public final class LayerNormOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("layer_norm(input, normalized_shape: ints, weight = None, bias = None, eps: number = 1e-5)")
                        .group(LAYERS)
                        .shape(LayerNormOp::shape)
                        .ranks(1, 2)
                        .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                        .kernels(STEPS, "native_layer_norm", "native_layer_norm_backward")
                        .twin("torch.ops.aten.layer_norm(input, normalized_shape, weight, bias, eps)")
                        .definition(LayerNormOp::definition)
                        .build());
    }

    private static Shape shape(Call call) {
        Shape x = call.shape(0);
        Shape normalized = Shape.of(call.attributes().integers("normalized_shape"));
        if (!Rules.endsWith(x, normalized)) {
            throw call.refused(x + " does not end in normalized_shape " + normalized);
        }
        for (int i = 1; i <= 2; i++) {
            if (call.has(i) && !call.shape(i).equals(normalized)) {
                throw call.refused(
                        (i == 1 ? "weight " : "bias ") + call.shape(i) + " is not normalized_shape " + normalized);
            }
        }
        return x;
    }

    private static String definition(Call call) {
        String dims = Rules.lastDims(call.attributes().integers("normalized_shape").length);
        return Rules.deviations("input", dims) + "value = d * rsqrt(v + eps)" + (call.has(1) ? " * weight" : "")
                + (call.has(2) ? " + bias" : "");
    }
}
