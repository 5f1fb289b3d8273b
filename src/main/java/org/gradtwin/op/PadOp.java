package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** A margin around the elements: a number, or the elements again (torch.nn.functional.pad). */
@AutoService(OpFile.class)
public final class PadOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of(
                        "pad(input, pad: ints, mode: 'constant'|'reflect'|'replicate'|'circular' = 'constant', value: number = None)")
                .group(SHAPE)
                .shape(PadOp::padded)
                .ranks(1, 2, 3, 4)
                .kernels(
                        EXACT,
                        "constant_pad_nd",
                        "pad",
                        "fill_",
                        "slice",
                        "narrow",
                        "copy_",
                        "new_empty",
                        "empty",
                        "clone",
                        "as_strided",
                        "slice_backward",
                        "zeros",
                        "alias")
                .kernels(
                        EXACT,
                        "reflection_pad1d",
                        "reflection_pad2d",
                        "reflection_pad3d",
                        "replication_pad1d",
                        "replication_pad2d",
                        "replication_pad3d")
                .kernels(TERMS, "reflection_pad1d_backward", "reflection_pad2d_backward", "reflection_pad3d_backward")
                .kernels(
                        TERMS,
                        "replication_pad1d_backward",
                        "replication_pad2d_backward",
                        "replication_pad3d_backward",
                        "sum")
                .twin("torch.ops.aten.pad(input, pad, mode, value)")
                .fill("value")
                .moves(PadOp::sources)
                .build());
    }

    /** For each dimension how much is added before its first element, negative where it is taken away; behind the last with side 1. */
    private static int[] margins(Call call, int side) {
        int[] pad = call.attributes().integers("pad");
        int rank = call.shape(0).rank();
        int[] margins = new int[rank];
        for (int d = Math.max(0, rank - pad.length / 2); d < rank; d++) {
            margins[d] = pad[2 * (rank - 1 - d) + side];
        }
        return margins;
    }

    private static Shape padded(Call call) {
        Shape shape = call.shape(0);
        String mode = call.attributes().text("mode");
        int[] pad = call.attributes().integers("pad");
        int padded = pad.length / 2;
        if (pad.length % 2 != 0 || padded > shape.rank()) {
            throw call.refused("pad " + Rules.tuple(pad) + " for " + shape
                    + ": expected two numbers for each of the last dimensions");
        }
        boolean constant = mode.equals("constant");
        if (!constant && !(padded >= 1 && padded <= 3 && (shape.rank() == padded + 1 || shape.rank() == padded + 2))) {
            throw call.refused("mode '" + mode + "' pads the last 1, 2 or 3 dimensions of one or two more, not "
                    + padded + " of " + shape);
        }
        if (!constant && call.attributes().get("value") != null) {
            throw call.refused("mode '" + mode + "' takes no value");
        }
        int[] dims = shape.dims();
        int[] befores = margins(call, 0);
        int[] afters = margins(call, 1);
        for (int d = 0; d < dims.length; d++) {
            int before = befores[d];
            int after = afters[d];
            // PyTorch first takes away, and goes around what is left of the elements.
            int left = dims[d] + Math.min(before, 0) + Math.min(after, 0);
            int most = mode.equals("reflect") ? dims[d] - 1 : mode.equals("circular") ? left : Integer.MAX_VALUE;
            boolean empty = !constant && dims[d] == 0;
            dims[d] += before + after;
            if (before > most || after > most || (constant ? left : dims[d]) < 0 || empty) {
                throw call.refused("mode '" + mode + "' does not pad dimension " + d + " of " + shape + " by " + before
                        + " and " + after);
            }
        }
        return Shape.of(dims);
    }

    private static int[] sources(Call call) {
        Shape from = call.shape(0);
        String mode = call.attributes().text("mode");
        int[] before = margins(call, 0);
        int[] after = margins(call, 1);
        return Sources.byIndex(padded(call), from, index -> {
            for (int d = 0; d < index.length; d++) {
                int size = from.dim(d);
                int i = index[d] - before[d];
                int first = Math.max(-before[d], 0);
                int left = size - first - Math.max(-after[d], 0);
                index[d] = switch (mode) {
                    case "reflect" -> i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
                    case "replicate" -> Math.max(0, Math.min(size - 1, i));
                    case "circular" -> first + Math.floorMod(i - first, left);
                    default -> i;
                };
            }
            return index;
        });
    }
}
