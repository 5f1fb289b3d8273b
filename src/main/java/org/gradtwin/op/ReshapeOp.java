package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** The same elements in another shape (torch.reshape). */
@AutoService(OpFile.class)
public final class ReshapeOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("reshape(input: any, shape: ints)")
                .alias("view(input: any, shape: ints)")
                .spread()
                .group(SHAPE)
                .shape(ReshapeOp::reshaped)
                .kernels(EXACT, "view", "_unsafe_view", "clone", "alias")
                .twin("torch.reshape(input, shape)")
                .moves(call -> IntStream.range(0, call.shape(0).size()).toArray())
                .primitive()
                .gradient(call -> "grad(input) = reshape(grad, "
                        + Rules.tuple(call.shape(0).dims()) + ")")
                .build());
    }

    /** As many elements; one size may be −1. */
    private static Shape reshaped(Call call) {
        Shape from = call.shape(0);
        int[] dims = call.attributes().integers("shape");
        String what = "reshape " + from + " to "
                + Arrays.toString(dims).replace('[', '(').replace(']', ')') + ": ";
        long known = 1;
        int unknown = -1;
        for (int d = 0; d < dims.length; d++) {
            if (dims[d] == -1 && unknown < 0) {
                unknown = d;
            } else if (dims[d] < 0) {
                throw new IllegalArgumentException(what + "size " + dims[d]);
            } else {
                known *= dims[d];
            }
        }
        if (unknown >= 0) {
            if (known == 0 || from.size() % known != 0) {
                throw new IllegalArgumentException(what + from.size() + " elements do not divide by " + known);
            }
            dims[unknown] = (int) (from.size() / known);
            known *= dims[unknown];
        }
        if (known != from.size()) {
            throw new IllegalArgumentException(what + from.size() + " elements are not " + known);
        }
        return Shape.of(dims);
    }
}
