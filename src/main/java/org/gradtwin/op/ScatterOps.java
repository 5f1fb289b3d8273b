package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Elements put or added at the places along a dimension that a tensor of indices names (torch.scatter, scatter_add, index_add,
 * index_copy, index_fill), and whole parts put in the place of others (slice_scatter, select_scatter).
 */
@AutoService(OpFile.class)
public final class ScatterOps implements OpFile {
    private static final String TWICE = "a place named twice: the last one is put there, on one thread";
    private static final String TO_ALL = "in PyTorch the gradient goes to all that were put in one place";

    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("scatter(input, dim: int, index: indices, src)")
                        .group(SHAPE)
                        .shape(ScatterOps::scattered)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), GatherOps.size(call)))
                        .ranks(0, 1, 2, 3, 4)
                        .kinks(TWICE)
                        .undefined(
                                TO_ALL,
                                (operands, attributes) -> Near.repeated(operands.get(1), attributes.integer("dim")))
                        .kernels(EXACT, "scatter", "gather")
                        .twin("torch.scatter(input, dim, index, src)")
                        .selects((call, values) -> put(call, scatter(call, values)))
                        .build(),
                Op.of("scatter(input, dim: int, index: indices, value: number)")
                        .id("scatter_value")
                        .group(SHAPE)
                        .shape(ScatterOps::scattered)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), GatherOps.size(call)))
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "scatter")
                        .twin("torch.scatter(input, dim, index, value)")
                        .fill("value")
                        .selects((call, values) -> fill(call, scatter(call, values)))
                        .build(),
                Op.of("scatter_add(input, dim: int, index: indices, src)")
                        .group(SHAPE)
                        .shape(ScatterOps::scattered)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), GatherOps.size(call)))
                        .ranks(0, 1, 2, 3, 4)
                        .kinks("none; what meets in one place is added")
                        .kernels(TERMS, "scatter_add", "scatter_add_")
                        .kernels(EXACT, "gather")
                        .twin("torch.scatter_add(input, dim, index, src)")
                        .adds(ScatterOps::scatter)
                        .build(),
                Op.of("index_add(input, dim: int, index: indices, source)")
                        .group(SHAPE)
                        .shape(ScatterOps::indexed)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), GatherOps.size(call)))
                        .ranks(1, 2, 3, 4)
                        .kinks("none; what meets in one place is added")
                        .kernels(TERMS, "index_add", "index_add_")
                        .kernels(EXACT, "index_select", "clone", "expand_as", "expand")
                        .twin("torch.index_add(input, dim, index, source)")
                        .adds(ScatterOps::index)
                        .build(),
                Op.of("index_copy(input, dim: int, index: indices, source)")
                        .group(SHAPE)
                        .shape(ScatterOps::indexed)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), GatherOps.size(call)))
                        .ranks(1, 2, 3, 4)
                        .kinks(TWICE)
                        .undefined(TO_ALL, (operands, attributes) -> Near.repeated(operands.get(1), 0))
                        .kernels(
                                EXACT,
                                "index_copy",
                                "index_copy_",
                                "index_select",
                                "index_fill",
                                "index_fill_",
                                "clone",
                                "expand_as",
                                "expand")
                        .twin("torch.index_copy(input, dim, index, source)")
                        .selects((call, values) -> put(call, index(call, values)))
                        .build(),
                Op.of("index_fill(input, dim: int, index: indices, value: number)")
                        .group(SHAPE)
                        .shape(ScatterOps::filled)
                        .indices((call, tensors) -> Rules.requireRange(call, tensors.get(1), GatherOps.size(call)))
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "index_fill", "index_fill_", "clone")
                        .twin("torch.index_fill(input, dim, index, value)")
                        .fill("value")
                        .selects((call, values) -> fill(call, index(call, values)))
                        .build(),
                Op.of("slice_scatter(input, src, dim: int = 0, start: int = None, end: int = None, step: int = 1)")
                        .group(SHAPE)
                        .shape(ScatterOps::sliced)
                        .ranks(1, 2, 3, 4)
                        .kernels(EXACT, "slice_scatter", "slice", "copy_", "clone", "zeros")
                        .twin("torch.slice_scatter(input, src, dim, start, end, step)")
                        .moves(call -> put(call, along(call, GatherOps.dim(call), slice(call))))
                        .build(),
                Op.of("select_scatter(input, src, dim: int, index: int)")
                        .group(SHAPE)
                        .shape(ScatterOps::selected)
                        .ranks(1, 2, 3, 4)
                        .kernels(EXACT, "select_scatter", "select", "copy_", "clone", "zeros")
                        .twin("torch.select_scatter(input, src, dim, index)")
                        .moves(call -> put(call, along(call, GatherOps.dim(call), place(call))))
                        .build());
    }

    /** For each element of the source the position in the result. */
    private static int[] scatter(Call call, List<? extends @Nullable Tensor> values) {
        Shape shape = call.shape(1);
        int[] places = Sources.places(values.get(1));
        int dim = GatherOps.dim(call);
        boolean source = call.has(2);
        int[] targets = new int[source ? call.shape(2).size() : places.length];
        Arrays.fill(targets, -1);
        for (int i = 0; i < places.length; i++) {
            int[] index = shape.index(i);
            int from = source ? call.shape(2).position(index) : i;
            if (call.shape(0).rank() > 0 && shape.rank() > 0) {
                index[dim] = places[i];
                targets[from] = call.shape(0).position(index);
            } else {
                targets[from] = places[i];
            }
        }
        return targets;
    }

    private static int[] index(Call call, List<? extends @Nullable Tensor> values) {
        return along(call, GatherOps.dim(call), Sources.places(values.get(1)));
    }

    private static int[] along(Call call, int dim, int... places) {
        return Sources.along(call, dim, places);
    }

    /** The elements of the first operand, with those of the next in their targets. */
    private static int[] put(Call call, int... targets) {
        int size = call.shape(0).size();
        int[] sources = IntStream.range(0, size).toArray();
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] >= 0) {
                sources[targets[i]] = size + i;
            }
        }
        return sources;
    }

    private static int[] fill(Call call, int... targets) {
        int[] sources = IntStream.range(0, call.shape(0).size()).toArray();
        for (int target : targets) {
            sources[target] = -1;
        }
        return sources;
    }

    private static Shape scattered(Call call) {
        Shape input = call.shape(0);
        Shape index = call.shape(1);
        Shape src = call.has(2) ? call.shape(2) : index;
        int dim = GatherOps.dim(call);
        boolean fits = Math.max(1, input.rank()) == Math.max(1, index.rank())
                && Math.max(1, input.rank()) == Math.max(1, src.rank());
        for (int d = 0; fits && d < index.rank(); d++) {
            fits = index.dim(d) <= Sources.size(src, d) && (d == dim || index.dim(d) <= input.dim(d));
        }
        if (!fits && index.size() > 0) {
            throw call.refused("index " + index + " does not lie within src " + src + " and, apart from dimension "
                    + dim + ", within input " + input);
        }
        Type source = call.has(2) ? call.operands().get(2) : null;
        if (source != null && source.requiresGrad() && !src.equals(index)) {
            throw call.refused(
                    "src " + src + " requires a gradient, which PyTorch has only for the shape of index, " + index);
        }
        return input;
    }

    private static Shape filled(Call call) {
        GatherOps.dim(call);
        if (call.shape(1).rank() > 1) {
            throw call.refused(
                    "index " + call.shape(1) + " has " + call.shape(1).rank() + " dimensions: 0 or 1 can be");
        }
        return call.shape(0);
    }

    private static Shape indexed(Call call) {
        Shape input = filled(call);
        Shape expected = input.rank() == 0
                ? input
                : Rules.with(input, GatherOps.dim(call), call.shape(1).size());
        if (input.rank() == 0 || !call.shape(2).equals(expected)) {
            throw call.refused("source " + call.shape(2) + " is not " + expected + ", a part for each index");
        }
        return input;
    }

    /** The places along the dimension that a slice means. */
    private static int[] slice(Call call) {
        Shape input = call.shape(0);
        if (input.rank() == 0) {
            throw call.refused("a number has no slices");
        }
        int size = input.dim(GatherOps.dim(call));
        int step = call.attributes().integer("step");
        if (step <= 0) {
            throw call.refused("step " + step + " is not positive");
        }
        int start = bound(call, "start", 0, size);
        int end = bound(call, "end", size, size);
        return IntStream.iterate(start, i -> i < end, i -> i + step).toArray();
    }

    private static int bound(Call call, String key, int none, int size) {
        int given = call.attributes().optionalInteger(key).orElse(none);
        return Math.max(0, Math.min(size, given < 0 ? given + size : given));
    }

    private static Shape sliced(Call call) {
        Shape expected = Rules.with(call.shape(0), GatherOps.dim(call), slice(call).length);
        return requireSource(call, expected);
    }

    private static int place(Call call) {
        Shape input = call.shape(0);
        int dim = GatherOps.dim(call);
        int index = call.attributes().integer("index");
        int size = Sources.size(input, dim);
        if (input.rank() == 0 || index < -size || index >= size) {
            throw call.refused("index " + index + " is out of range for dimension " + dim + " of " + input);
        }
        return Math.floorMod(index, size);
    }

    private static Shape selected(Call call) {
        place(call);
        return requireSource(call, Rules.without(call.shape(0), GatherOps.dim(call)));
    }

    private static Shape requireSource(Call call, Shape expected) {
        if (!call.shape(1).equals(expected)) {
            throw call.refused("src " + call.shape(1) + " is not of the shape " + expected + " of what it replaces");
        }
        return call.shape(0);
    }
}
