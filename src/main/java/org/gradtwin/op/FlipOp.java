package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** The elements in reverse order along dimensions (torch.flip). */
@AutoService(OpFile.class)
public final class FlipOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("flip(input: any, dims: ints)")
                .spread()
                .group(SHAPE)
                .shape(FlipOp::shape)
                .ranks(0, 1, 2, 3, 4)
                .kernels(EXACT, "flip")
                .twin("torch.flip(input, dims)")
                .moves(FlipOp::sources)
                .build());
    }

    private static Shape shape(Call call) {
        Rules.distinct(call.shape(0), call.attributes().integers("dims"));
        return call.shape(0);
    }

    private static int[] sources(Call call) {
        Shape shape = call.shape(0);
        int[] dims = Rules.distinct(shape, call.attributes().integers("dims"));
        return Sources.byIndex(shape, shape, index -> {
            for (int d : dims) {
                index[d] = shape.dim(d) - 1 - index[d];
            }
            return index;
        });
    }
}
