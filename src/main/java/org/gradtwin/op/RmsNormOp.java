package org.gradtwin.op;

import static org.gradtwin.program.Op.Budget.ELEMENTARY;
import static org.gradtwin.program.Op.Budget.ROUNDED;
import static org.gradtwin.program.Op.Budget.TERMS;
import static org.gradtwin.program.Op.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.program.Call;
import org.gradtwin.program.Op;
import org.gradtwin.program.OpFile;
import org.gradtwin.tensor.Shape;

/** x/√(mean of x² + eps) · weight over the last dimensions (torch.nn.functional.rms_norm). */
@AutoService(OpFile.class)
public final class RmsNormOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("rms_norm(input, normalized_shape: ints, weight = None, eps: number = None)")
                .group(LAYERS)
                .shape(RmsNormOp::shape)
                .ranks(1, 2, 3)
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

    /** Without eps, PyTorch adds the gap between 1 and the next larger number of the type. */
    private static String definition(Call call) {
        String dims = Rules.lastDims(call.attributes().integers("normalized_shape").length);
        return """
                m = mean(square(input), dim=%s, keepdim=True)
                value = input * rsqrt(m + %s)%s
                """.formatted(
                        dims,
                        call.attributes()
                                .optionalNumber("eps")
                                .orElse(2 * call.floating().unitRoundoff()),
                        call.has(1) ? " * weight" : "");
    }
}
