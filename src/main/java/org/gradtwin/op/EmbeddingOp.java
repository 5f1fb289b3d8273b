package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Rows of a table, by number (torch.nn.functional.embedding). */
@AutoService(OpFile.class)
public final class EmbeddingOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("embedding(input: indices, weight, padding_idx: int = None)")
                .group(LAYERS)
                .shape(EmbeddingOp::shape)
                .indices((call, tensors) ->
                        Rules.requireRange(call, tensors.get(0), call.shape(1).dim(0)))
                .ranks(0, 1)
                .kinks("repeated indices: gradients add up; row padding_idx gets none")
                .kernels(EXACT, "embedding", "index_select")
                .kernels(TERMS, "embedding_dense_backward")
                .twin("table(input, weight, padding_idx)")
                .definition(EmbeddingOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape indices = call.shape(0);
        Shape weight = call.shape(1);
        if (weight.rank() != 2) {
            throw call.refused("weight " + weight + " needs 2 dimensions");
        }
        int rows = weight.dim(0);
        int padding = call.attributes().optionalInteger("padding_idx").orElse(0);
        if (padding != 0 && (padding < -rows || padding >= rows)) {
            throw call.refused("padding_idx " + padding + " is out of range: expected " + -rows + " to " + (rows - 1));
        }
        int[] dims = Arrays.copyOf(indices.dims(), indices.rank() + 1);
        dims[indices.rank()] = weight.dim(1);
        return Shape.of(dims);
    }

    private static String definition(Call call) {
        Optional<Integer> given = call.attributes().optionalInteger("padding_idx");
        if (given.isEmpty()) {
            return "value = weight[input]";
        }
        int row = Math.floorMod(given.get(), call.shape(1).dim(0));
        return """
                rows = cat((weight[:%d], detach(weight[%d:%d]), weight[%d:]))
                value = rows[input]
                """.formatted(row, row, row + 1, row + 1);
    }
}
