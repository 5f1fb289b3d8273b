package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Parts of a tensor along a dimension (torch.split, torch.chunk, torch.unbind). */
@AutoService(OpFile.class)
public final class SplitOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("split(tensor: any, split_size_or_sections: sizes, dim: int = 0)")
                        .alias("split(input: any, split_size: sizes, dim: int = 0)")
                        .samples("5x2 | split_size_or_sections=2", "6 | split_size_or_sections=(1, 2, 3)")
                        .results(call -> split(call).length)
                        .group(SHAPE)
                        .shape(call -> part(call, split(call)))
                        .ranks(1, 2, 3, 4)
                        .kernels(
                                EXACT, "split", "split_with_sizes", "narrow", "slice", "slice_backward", "cat", "zeros")
                        .twin("parts(tensor, split_size_or_sections, dim)[result]")
                        .moves(call -> places(call, split(call)))
                        .build(),
                Op.of("chunk(input: any, chunks: int, dim: int = 0)")
                        .samples("5x2 | chunks=2", "2x3x4 | chunks=3, dim=-1")
                        .results(call -> chunk(call).length)
                        .group(SHAPE)
                        .shape(call -> part(call, chunk(call)))
                        .ranks(1, 2, 3, 4)
                        .kernels(
                                EXACT, "split", "split_with_sizes", "narrow", "slice", "slice_backward", "cat", "zeros")
                        .twin("torch.chunk(input, chunks, dim)[result]")
                        .moves(call -> places(call, chunk(call)))
                        .build(),
                Op.of("unbind(input: any, dim: int = 0)")
                        .samples("3x2 | dim=1", "2x3x2 | dim=0")
                        .results(call -> call.shape(0).dim(dim(call)))
                        .group(SHAPE)
                        .shape(SplitOps::unbound)
                        .ranks(1, 2, 3, 4)
                        .kernels(EXACT, "unbind", "select", "stack", "cat", "zeros", "select_backward")
                        .twin("torch.unbind(input, dim)[result]")
                        .moves(call -> Sources.along(
                                call, dim(call), result(call, call.shape(0).dim(dim(call)))))
                        .build());
    }

    private static int dim(Call call) {
        if (call.shape(0).rank() == 0) {
            throw call.refused("a number has no dimension to take apart");
        }
        return call.shape(0).dimension(call.attributes().integer("dim"));
    }

    private static int result(Call call, int count) {
        int result = call.attributes().integer(Op.RESULT);
        int counted = result < 0 ? result + count : result;
        if (counted < 0 || counted >= count) {
            throw call.refused("there are " + count + " results, no number " + result);
        }
        return counted;
    }

    private static int[] split(Call call) {
        int size = call.shape(0).dim(dim(call));
        if (call.attributes().get("split_size_or_sections") instanceof Integer step) {
            if (step < 0 || (step == 0 && size > 0)) {
                throw call.refused("a part of size " + step);
            }
            return equal(size, step);
        }
        int[] sections = call.attributes().integers("split_size_or_sections");
        if (Arrays.stream(sections).anyMatch(s -> s < 0)
                || Arrays.stream(sections).sum() != size) {
            throw call.refused("parts of sizes " + Rules.tuple(sections) + " do not make up the " + size
                    + " of dimension " + dim(call));
        }
        return sections;
    }

    private static int[] chunk(Call call) {
        int size = call.shape(0).dim(dim(call));
        int chunks = call.attributes().integer("chunks");
        if (chunks <= 0) {
            throw call.refused("chunks " + chunks + " is not positive");
        }
        return size == 0 ? new int[chunks] : equal(size, (size + chunks - 1) / chunks);
    }

    private static int[] equal(int size, int step) {
        List<Integer> sizes = new ArrayList<>();
        for (int at = 0; at < size; at += step) {
            sizes.add(Math.min(step, size - at));
        }
        return sizes.isEmpty()
                ? new int[1]
                : sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Shape part(Call call, int... sizes) {
        return Rules.with(call.shape(0), dim(call), sizes[result(call, sizes.length)]);
    }

    private static int[] places(Call call, int... sizes) {
        int result = result(call, sizes.length);
        int from = Arrays.stream(sizes).limit(result).sum();
        return Sources.along(
                call, dim(call), IntStream.range(from, from + sizes[result]).toArray());
    }

    private static Shape unbound(Call call) {
        Shape shape = call.shape(0);
        int dim = dim(call);
        result(call, shape.dim(dim));
        return Rules.without(shape, dim);
    }
}
