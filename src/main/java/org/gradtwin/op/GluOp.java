package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** a·σ(b), a and b the halves of the input along a dimension (torch.nn.functional.glu). */
@AutoService(OpFile.class)
public final class GluOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("glu(input, dim: int = -1)")
                .group(ELEMENTWISE)
                .shape(GluOp::shape)
                .ranks(1, 2, 3)
                .undefined("an infinity: its slope is a product of ∞ and 0 in any order", Near.INFINITE)
                .ofFiniteCotangents("an infinite one: three factors multiply it in any order, and one may be 0")
                .kernels(STEPS, "glu", "glu_backward")
                .kernels(EXACT, "empty")
                .samples("4", "3x2", "2x3 | dim=0", "1x4x2 | dim=-2")
                .twin("torch.ops.aten.glu(input, dim)")
                .definition(GluOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape x = call.shape(0);
        if (x.rank() == 0) {
            throw call.refused("a number has no halves");
        }
        int dim = x.dimension(call.attributes().integer("dim"));
        int[] dims = x.dims();
        if (dims[dim] % 2 != 0) {
            throw call.refused("dimension " + dim + " of " + x + " is odd and has no halves");
        }
        dims[dim] /= 2;
        return Shape.of(dims);
    }

    private static String definition(Call call) {
        Shape x = call.shape(0);
        int dim = x.dimension(call.attributes().integer("dim"));
        String all = ":, ".repeat(dim);
        int half = x.dim(dim) / 2;
        return "value = input[%s:%d] * sigmoid(input[%s%d:])".formatted(all, half, all, half);
    }
}
