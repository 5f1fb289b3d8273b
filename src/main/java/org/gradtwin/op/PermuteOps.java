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

/** Dimensions in another order (torch.permute, torch.transpose, Tensor.T). */
@AutoService(OpFile.class)
public final class PermuteOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("permute(input: any, dims: ints)")
                        .spread()
                        .group(SHAPE)
                        .shape(PermuteOps::permuted)
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "permute")
                        .twin("torch.permute(input, dims)")
                        .moves(PermuteOps::sources)
                        .primitive()
                        .gradient(PermuteOps::gradient)
                        .build(),
                Op.of("transpose(input: any, dim0: int, dim1: int)")
                        .id("transpose_dims")
                        .alias("swapaxes(input: any, axis0: int, axis1: int)")
                        .alias("swapdims(input: any, dim0: int, dim1: int)")
                        .group(SHAPE)
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "transpose")
                        .twin("torch.transpose(input, dim0, dim1)")
                        .definition(PermuteOps::exchanged)
                        .build(),
                Op.of("t(input: any)")
                        .id("transpose")
                        .alias("t(input: any)")
                        .group(SHAPE)
                        .operator(".T")
                        .shape(PermuteOps::transposed)
                        .ranks(2)
                        .kernels(EXACT, "t", "permute")
                        .twin("torch.t(input)")
                        .definition("""
value = permute(input, (1, 0))
""")
                        .build());
    }

    private static Shape permuted(Call call) {
        Shape shape = call.shape(0);
        int[] dims = call.attributes().integers("dims");
        int[] order = Arrays.stream(dims).map(shape::dimension).toArray();
        if (order.length != shape.rank() || Arrays.stream(order).distinct().count() != order.length) {
            throw call.refused("dims " + Arrays.toString(dims) + " do not name each of the " + shape.rank()
                    + " dimensions of " + shape + " once");
        }
        return Shape.of(Arrays.stream(order).map(shape::dim).toArray());
    }

    private static int[] sources(Call call) {
        Shape from = call.shape(0);
        int[] strides = from.strides();
        return permuted(call)
                .walk(Arrays.stream(call.attributes().integers("dims"))
                        .map(d -> strides[from.dimension(d)])
                        .toArray());
    }

    private static String exchanged(Call call) {
        Shape shape = call.shape(0);
        int a = shape.dimension(call.attributes().integer("dim0"));
        int b = shape.dimension(call.attributes().integer("dim1"));
        int[] order = IntStream.range(0, shape.rank())
                .map(d -> d == a ? b : d == b ? a : d)
                .toArray();
        return "value = permute(input, " + Rules.tuple(order) + ")";
    }

    private static Shape transposed(Call call) {
        Shape shape = call.shape(0);
        if (shape.rank() != 2) {
            throw new IllegalArgumentException(".T of " + shape + ": needs 2 dimensions, transpose takes any two");
        }
        return Shape.of(shape.dim(1), shape.dim(0));
    }

    private static String gradient(Call call) {
        Shape shape = call.shape(0);
        int[] dims = call.attributes().integers("dims");
        int[] back = new int[dims.length];
        for (int d = 0; d < dims.length; d++) {
            back[shape.dimension(dims[d])] = d;
        }
        return "grad(input) = permute(grad, " + Rules.tuple(back) + ")";
    }
}
