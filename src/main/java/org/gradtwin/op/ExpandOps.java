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
import org.gradtwin.tensor.Shape;

/** Elements more than once (Tensor.expand, Tensor.repeat, torch.tile, torch.repeat_interleave). */
@AutoService(OpFile.class)
public final class ExpandOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("broadcast_to(input: any, size: ints)")
                        .id("expand")
                        .alias("expand(input: any, size: ints)")
                        .spread()
                        .group(SHAPE)
                        .shape(ExpandOps::expanded)
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "expand", "alias")
                        .kernels(TERMS, "sum")
                        .twin("input.expand(size)")
                        .moves(call -> call.shape(0).broadcastSources(expanded(call)))
                        .build(),
                Op.of("repeat(input: any, repeats: ints)")
                        .method()
                        .spread()
                        .group(SHAPE)
                        .shape(call -> tiled(call, "repeats"))
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "repeat", "alias", "copy_", "clone")
                        .kernels(TERMS, "sum")
                        .twin("input.repeat(repeats)")
                        .moves(call -> tiles(call, tiled(call, "repeats")))
                        .build(),
                Op.of("tile(input: any, dims: ints)")
                        .spread()
                        .group(SHAPE)
                        .shape(ExpandOps::tile)
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "repeat", "alias", "copy_", "clone")
                        .kernels(TERMS, "sum")
                        .twin("torch.tile(input, dims)")
                        .moves(call -> tiles(call, tile(call)))
                        .build(),
                Op.of("repeat_interleave(input: any, repeats: int, dim: int = None)")
                        .group(SHAPE)
                        .shape(ExpandOps::interleaved)
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(
                                EXACT,
                                "clone",
                                "expand",
                                "unsqueeze",
                                "view",
                                "alias",
                                "_unsafe_view",
                                "copy_",
                                "flatten")
                        .kernels(TERMS, "sum", "index_add")
                        .twin("torch.repeat_interleave(input, repeats, dim)")
                        .moves(ExpandOps::interleave)
                        .build());
    }

    private static Shape expanded(Call call) {
        Shape from = call.shape(0);
        int[] sizes = call.attributes().integers("size");
        int missing = sizes.length - from.rank();
        boolean fits = missing >= 0;
        for (int d = 0; fits && d < sizes.length; d++) {
            int own = d < missing ? 1 : from.dim(d - missing);
            boolean kept = sizes[d] == -1 && d >= missing;
            fits = kept || sizes[d] == own || (own == 1 && sizes[d] >= 0);
            sizes[d] = kept ? own : sizes[d];
        }
        if (!fits) {
            throw call.refused(from + " does not expand to "
                    + Rules.tuple(call.attributes().integers("size")));
        }
        return Shape.of(sizes);
    }

    private static Shape tiled(Call call, String key) {
        Shape from = call.shape(0);
        int[] repeats = call.attributes().integers(key);
        int missing = repeats.length - from.rank();
        if (missing < 0 || Arrays.stream(repeats).anyMatch(r -> r < 0)) {
            throw call.refused(key + " " + Rules.tuple(repeats) + " for " + from
                    + ": expected a number for each dimension, none below 0");
        }
        return Shape.of(IntStream.range(0, repeats.length)
                .map(d -> repeats[d] * (d < missing ? 1 : from.dim(d - missing)))
                .toArray());
    }

    /** Fewer numbers than dimensions are for the last ones. */
    private static Shape tile(Call call) {
        Shape from = call.shape(0);
        int[] dims = call.attributes().integers("dims");
        int rank = Math.max(dims.length, from.rank());
        int[] full = new int[rank];
        Arrays.fill(full, 1);
        System.arraycopy(dims, 0, full, rank - dims.length, dims.length);
        return tiled(
                new Call(
                        call.op(),
                        call.operands(),
                        call.attributes()
                                .with("dims", Arrays.stream(full).boxed().toList())),
                "dims");
    }

    private static int[] tiles(Call call, Shape result) {
        Shape from = call.shape(0);
        int missing = result.rank() - from.rank();
        return Sources.byIndex(result, from, index -> {
            int[] own = new int[from.rank()];
            Arrays.setAll(own, d -> index[d + missing] % from.dim(d));
            return own;
        });
    }

    private static Shape interleaved(Call call) {
        Shape from = call.shape(0);
        int repeats = call.attributes().integer("repeats");
        if (repeats < 0) {
            throw call.refused("repeats " + repeats + " is negative");
        }
        return call.attributes()
                .optionalInteger("dim")
                .filter(dim -> from.rank() > 0)
                .map(dim -> Rules.with(from, from.dimension(dim), from.dim(from.dimension(dim)) * repeats))
                .orElse(Shape.of(from.size() * repeats));
    }

    private static int[] interleave(Call call) {
        Shape from = call.shape(0);
        int repeats = call.attributes().integer("repeats");
        int[] places = IntStream.range(0, interleaved(call).size())
                .map(i -> i / Math.max(1, repeats))
                .toArray();
        return call.attributes()
                .optionalInteger("dim")
                .filter(dim -> from.rank() > 0)
                .map(from::dimension)
                .map(dim -> Sources.along(
                        call,
                        dim,
                        IntStream.range(0, from.dim(dim) * repeats)
                                .map(i -> i / Math.max(1, repeats))
                                .toArray()))
                .orElse(places);
    }
}
