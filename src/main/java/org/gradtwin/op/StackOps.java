package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Tensors of one shape along a new dimension (torch.stack), or in rows and columns (torch.vstack, torch.hstack). */
@AutoService(OpFile.class)
public final class StackOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("stack(tensors: tensors, dim: int = 0)")
                        .group(SHAPE)
                        .ranks(0, 1, 2, 3)
                        .kernels(EXACT, "stack", "cat", "unbind", "select", "unsqueeze")
                        .twin("torch.stack(tensors, dim)")
                        .definition(StackOps::stacked)
                        .build(),
                Op.of("hstack(tensors: tensors)")
                        .group(SHAPE)
                        .ranks(0, 1, 2, 3)
                        .kernels(EXACT, "cat", "view", "slice", "narrow", "alias")
                        .twin("torch.hstack(tensors)")
                        .definition(call -> joined(call, 1, call.shape(0).rank() < 2 ? 0 : 1))
                        .build(),
                Op.of("vstack(tensors: tensors)")
                        .group(SHAPE)
                        .ranks(0, 1, 2, 3)
                        .kernels(EXACT, "cat", "view", "unsqueeze", "slice", "narrow", "alias", "squeeze")
                        .twin("torch.vstack(tensors)")
                        .definition(call -> joined(call, 2, 0))
                        .build());
    }

    private static String stacked(Call call) {
        Shape first = call.shape(0);
        for (int i = 1; i < call.operands().size(); i++) {
            if (!call.shape(i).equals(first)) {
                throw call.refused("tensor " + i + " is " + call.shape(i) + ", not " + first + " as the first");
            }
        }
        String dim = String.valueOf(call.attributes().integer("dim"));
        return "value = cat("
                + call.names().stream()
                        .map(name -> "unsqueeze(" + name + ", " + dim + ")")
                        .collect(Rules.TUPLE)
                + ", " + dim + ")";
    }

    /** One after the other along a dimension, each with at least so many dimensions. */
    private static String joined(Call call, int rank, int dim) {
        return "value = cat("
                + call.names().stream()
                        .map(name -> {
                            Shape shape = call.shape(call.names().indexOf(name));
                            return shape.rank() >= rank
                                    ? name
                                    : "reshape(" + name + ", " + (rank == 1 ? "(1,)" : "(1, -1)") + ")";
                        })
                        .collect(Rules.TUPLE)
                + ", " + dim + ")";
    }
}
