package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;

/** The elements shifted along dimensions, those beyond the end beginning anew (torch.roll). */
@AutoService(OpFile.class)
public final class RollOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("roll(input: any, shifts: dims, dims: dims = None)")
                .restricts(Restriction.NEVER_NONE, "dims")
                .group(SHAPE)
                .shape(RollOp::shape)
                .ranks(0, 1, 2, 3, 4)
                .kernels(EXACT, "roll", "view", "_unsafe_view")
                .twin("torch.roll(input, every(shifts), every(dims))")
                .moves(RollOp::sources)
                .build());
    }

    private static Shape shape(Call call) {
        int shifts = Rules.integers(call, "shifts").length;
        int dims = Rules.integers(call, "dims").length;
        if (shifts != dims && !(dims == 0 && shifts == 1)) {
            throw call.refused(shifts + " shifts for " + dims + " dimensions");
        }
        if (dims > 0 && call.shape(0).rank() == 0) {
            throw call.refused("a number has no dimension to go around");
        }
        IntStream.of(Rules.integers(call, "dims")).forEach(call.shape(0)::dimension);
        return call.shape(0);
    }

    private static int[] sources(Call call) {
        Shape shape = call.shape(0);
        int[] shifts = Rules.integers(call, "shifts");
        int[] dims = Rules.integers(call, "dims");
        if (dims.length == 0) {
            return IntStream.range(0, shape.size())
                    .map(i -> Math.floorMod(i - shifts[0], shape.size()))
                    .toArray();
        }
        return Sources.byIndex(shape, shape, index -> {
            for (int i = 0; i < dims.length; i++) {
                int d = shape.dimension(dims[i]);
                index[d] = Math.floorMod(index[d] - shifts[i], shape.dim(d));
            }
            return index;
        });
    }
}
