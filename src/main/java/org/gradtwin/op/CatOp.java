package org.gradtwin.op;

import static org.gradtwin.program.Op.Budget.EXACT;
import static org.gradtwin.program.Op.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.program.Call;
import org.gradtwin.program.Op;
import org.gradtwin.program.OpFile;
import org.gradtwin.tensor.Shape;

/** Tensors one after the other along a dimension (torch.cat). */
@AutoService(OpFile.class)
public final class CatOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("cat(tensors: tensors, dim: int = 0)")
                .group(SHAPE)
                .shape(CatOp::joined)
                .ranks(1, 2)
                .kernels(EXACT, "cat", "slice")
                .twin("torch.cat(tensors, dim)")
                .primitive()
                .build());
    }

    private static Shape joined(Call call) {
        Shape first = call.shape(0);
        for (int i = 0; i < call.operands().size(); i++) {
            if (call.shape(i).rank() == 0) {
                throw call.refused("operand " + i + " is 0-d and cannot be concatenated");
            }
        }
        int dim = first.dimension(call.attributes().integer("dim"));
        int[] dims = first.dims();
        for (int i = 1; i < call.operands().size(); i++) {
            Shape other = call.shape(i);
            boolean fits = other.rank() == first.rank();
            for (int d = 0; fits && d < first.rank(); d++) {
                fits = d == dim || other.dim(d) == first.dim(d);
            }
            if (!fits) {
                throw new IllegalArgumentException(
                        "cat along dim " + dim + ": " + first + " and " + other + " differ in another dimension");
            }
            dims[dim] += other.dim(dim);
        }
        return Shape.of(dims);
    }
}
