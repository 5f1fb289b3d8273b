package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Budget.TERMS;
import static org.gradtwin.language.Op.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Elements at the places along a dimension that a tensor of indices names (torch.gather, torch.index_select). */
@AutoService(OpFile.class)
public final class GatherOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("gather(input: any, dim: int, index: indices)")
                        .group(SHAPE)
                        .shape(GatherOps::gathered)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), size(call)))
                        .ranks(0, 1, 2, 3, 4)
                        .kinks("repeated indices: gradients add up")
                        .kernels(EXACT, "gather")
                        .kernels(TERMS, "scatter_add")
                        .twin("torch.gather(input, dim, index)")
                        .selects(GatherOps::gather)
                        .build(),
                Op.of("index_select(input: any, dim: int, index: indices)")
                        .group(SHAPE)
                        .shape(GatherOps::selected)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), size(call)))
                        .ranks(0, 1, 2, 3, 4)
                        .kinks("repeated indices: gradients add up")
                        .kernels(EXACT, "index_select")
                        .kernels(TERMS, "index_add")
                        .twin("torch.index_select(input, dim, index)")
                        .selects((call, values) -> Sources.along(call, dim(call), Sources.places(values.get(1))))
                        .build());
    }

    private static int dim(Call call) {
        return call.shape(0).dimension(call.attributes().integer("dim"));
    }

    private static int size(Call call) {
        return Sources.size(call.shape(0), dim(call));
    }

    /** The shape of the index, which has as many dimensions and is nowhere larger but along dim. */
    private static Shape gathered(Call call) {
        Shape input = call.shape(0);
        Shape index = call.shape(1);
        int dim = dim(call);
        boolean fits = Math.max(1, input.rank()) == Math.max(1, index.rank());
        for (int d = 0; fits && d < Math.min(input.rank(), index.rank()); d++) {
            fits = d == dim || index.dim(d) <= input.dim(d);
        }
        if (!fits && index.size() > 0) {
            throw call.refused("index " + index + " is larger than input " + input + " apart from dimension " + dim
                    + ", or has other dimensions");
        }
        return index;
    }

    private static int[] gather(Call call, List<? extends @Nullable Tensor> values) {
        Shape input = call.shape(0);
        Shape shape = call.shape(1);
        int dim = dim(call);
        int[] places = Sources.places(values.get(1));
        int[] sources = new int[places.length];
        for (int i = 0; i < sources.length; i++) {
            if (input.rank() > 0 && shape.rank() > 0) {
                int[] index = shape.index(i);
                index[dim] = places[i];
                sources[i] = Sources.position(input, index);
            } else {
                sources[i] = places[i];
            }
        }
        return sources;
    }

    private static Shape selected(Call call) {
        Shape input = call.shape(0);
        Shape index = call.shape(1);
        if (index.rank() > 1) {
            throw call.refused("index " + index + " has " + index.rank() + " dimensions: 0 or 1 can be");
        }
        if (input.rank() == 0) {
            if (index.size() != 1) {
                throw call.refused("index " + index + " for an input of no dimensions: one index can be");
            }
            return input;
        }
        return Rules.with(input, dim(call), index.size());
    }
}
