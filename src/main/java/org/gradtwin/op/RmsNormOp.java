package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/**
 * x/√(mean of x² + eps) · weight over the last dimensions (torch.nn.functional.rms_norm). PyTorch's default of eps depends on the
 * type, so that a program must say which one it means.
 */
@AutoService(OpFile.class)
public final class RmsNormOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("rms_norm(input, normalized_shape: ints, weight = None, eps: number)")
                .group(LAYERS)
                .shape(RmsNormOp::shape)
                .ranks(1, 2, 3)
                .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                .kernels(ELEMENTARY, "pow", "rsqrt")
                .kernels(ROUNDED, "add", "mul", "div")
                .kernels(TERMS, "mean", "sum")
                .twin("torch.rms_norm(input, normalized_shape, weight, eps)")
                .definition(RmsNormOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape normalized = Shape.of(call.attributes().integers("normalized_shape"));
        if (!Rules.endsWith(call.shape(0), normalized)) {
            throw call.refused(call.shape(0) + " does not end in normalized_shape " + normalized);
        }
        if (call.has(1) && !call.shape(1).equals(normalized)) {
            throw call.refused("weight " + call.shape(1) + " is not normalized_shape " + normalized);
        }
        return call.shape(0);
    }

    private static String definition(Call call) {
        String dims = Rules.lastDims(call.attributes().integers("normalized_shape").length);
        return """
                m = mean(square(input), dim=%s, keepdim=True)
                value = input * rsqrt(m + eps)%s
                """.formatted(dims, call.has(1) ? " * weight" : "");
    }
}
