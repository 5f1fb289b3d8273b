package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Elements at the places along a dimension that a tensor of indices names (torch.gather, index_select, take_along_dim). */
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
                        .build(),
                Op.of("take_along_dim(input: any, indices: indices, dim: int = None)")
                        .group(SHAPE)
                        .shape(GatherOps::alongShape)
                        .indices((call, tensors) -> {
                            if (call.attributes().get("dim") == null) {
                                Rules.requireRange(
                                        call, tensors.get(1), call.shape(0).size());
                            }
                        })
                        .ranks(1, 2, 3, 4)
                        .kinks("repeated indices: gradients add up; an index counts modulo the size along dim")
                        .kernels(EXACT, "gather", "view", "expand", "alias")
                        .kernels(EXACT, "remainder")
                        .kernels(TERMS, "scatter_add", "sum", "scatter_add_")
                        .twin("torch.take_along_dim(input.contiguous(), indices, dim)")
                        .selects(GatherOps::alongDim)
                        .build());
    }

    /** The dimension, counted from 0. */
    static int dim(Call call) {
        return call.shape(0).dimension(call.attributes().integer("dim"));
    }

    /** How many places there are along the dimension. */
    static int size(Call call) {
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
                sources[i] = input.position(index);
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

    /** The input in the shape of the result of take_along_dim: all but the dimension broadcast against the indices. */
    private static Shape stretched(Call call, Shape from, Shape other, int dim) {
        Shape open = Rules.with(other, dim, 1);
        Shape own = Rules.with(from, dim, 1);
        return Rules.with(call.broadcast(own, open), dim, from.dim(dim));
    }

    private static Shape alongShape(Call call) {
        Shape input = call.shape(0);
        Shape indices = call.shape(1);
        if (call.attributes().get("dim") == null) {
            return Shape.of(indices.size());
        }
        if (input.rank() != indices.rank() || input.rank() == 0) {
            throw call.refused(
                    "input " + input + " and indices " + indices + " have different numbers of dimensions, or none");
        }
        return stretched(call, indices, input, dim(call));
    }

    private static int[] alongDim(Call call, List<? extends @Nullable Tensor> values) {
        Shape input = call.shape(0);
        int[] places = Sources.places(values.get(1));
        boolean whole = call.attributes().get("dim") == null;
        int size = whole ? input.size() : size(call);
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.floorMod(places[i], Math.max(1, size));
        }
        if (whole) {
            return places;
        }
        int dim = dim(call);
        Shape result = alongShape(call);
        int[] from = call.shape(1).broadcastSources(result);
        int[] strides = input.broadcastStrides(result);
        strides[dim] = 0;
        int[] rows = result.walk(strides);
        int step = input.strides()[dim];
        return IntStream.range(0, from.length)
                .map(i -> rows[i] + places[from[i]] * step)
                .toArray();
    }
}
