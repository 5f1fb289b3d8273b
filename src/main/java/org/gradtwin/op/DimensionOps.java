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
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;

/** Dimensions added, removed, put together, taken apart and moved (torch.unsqueeze, squeeze, flatten, unflatten, movedim, Tensor.mT). */
@AutoService(OpFile.class)
public final class DimensionOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("unsqueeze(input: any, dim: int)")
                        .group(SHAPE)
                        .ranks(0, 1, 2, 3)
                        .kernels(EXACT, "unsqueeze", "squeeze")
                        .twin("torch.unsqueeze(input, dim)")
                        .definition(call -> reshaped(unsqueezed(call)))
                        .build(),
                Op.of("squeeze(input: any, dim: dims = None)")
                        .group(SHAPE)
                        .restricts(Restriction.NEVER_NONE, "dim")
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "squeeze", "unsqueeze")
                        .twin("input.squeeze() if dim is None else torch.squeeze(input, every(dim))")
                        .definition(call -> reshaped(squeezed(call)))
                        .build(),
                Op.of("flatten(input: any, start_dim: int = 0, end_dim: int = -1)")
                        .alias("ravel(input: any)")
                        .group(SHAPE)
                        .ranks(0, 1, 2, 3, 4)
                        .kernels(EXACT, "view", "_unsafe_view", "clone", "alias", "_reshape_alias")
                        .twin("torch.flatten(input, start_dim, end_dim)")
                        .definition(call -> reshaped(flattened(call)))
                        .build(),
                Op.of("unflatten(input: any, dim: int, sizes: ints)")
                        .group(SHAPE)
                        .ranks(1, 2, 3)
                        .kernels(EXACT, "view")
                        .twin("torch.unflatten(input, dim, sizes)")
                        .definition(call -> reshaped(unflattened(call)))
                        .build(),
                Op.of("movedim(input: any, source: dims, destination: dims)")
                        .alias("moveaxis(input: any, source: dims, destination: dims)")
                        .group(SHAPE)
                        .ranks(1, 2, 3, 4)
                        .kernels(EXACT, "permute")
                        .twin("torch.movedim(input, every(source), every(destination))")
                        .definition(DimensionOps::moved)
                        .build(),
                Op.of("mT(input: any)")
                        .id("matrix_transpose")
                        .group(SHAPE)
                        .operator(".mT")
                        .ranks(2, 3, 4)
                        .kernels(EXACT, "transpose")
                        .twin("input.mT")
                        .definition(DimensionOps::matrixTranspose)
                        .build());
    }

    private static String reshaped(List<Integer> dims) {
        return "value = reshape(input, "
                + Rules.tuple(dims.stream().mapToInt(Integer::intValue).toArray()) + ")";
    }

    private static List<Integer> dims(Call call) {
        List<Integer> dims = new ArrayList<>();
        Arrays.stream(call.shape(0).dims()).forEach(dims::add);
        return dims;
    }

    private static List<Integer> unsqueezed(Call call) {
        List<Integer> dims = dims(call);
        int dim = call.attributes().integer("dim");
        if (dim < -dims.size() - 1 || dim > dims.size()) {
            throw call.refused("dim " + dim + " is out of range for " + call.shape(0) + ": expected "
                    + (-dims.size() - 1) + " to " + dims.size());
        }
        dims.add(dim < 0 ? dim + dims.size() + 1 : dim, 1);
        return dims;
    }

    private static List<Integer> squeezed(Call call) {
        Shape shape = call.shape(0);
        int[] named = call.dims();
        return IntStream.range(0, shape.rank())
                .filter(d -> shape.dim(d) != 1 || Arrays.binarySearch(named, d) < 0)
                .mapToObj(shape::dim)
                .toList();
    }

    private static List<Integer> flattened(Call call) {
        Shape shape = call.shape(0);
        int start = shape.dimension(call.attributes().integer("start_dim"));
        int end = shape.dimension(call.attributes().integer("end_dim"));
        if (start > end) {
            throw call.refused("start_dim " + start + " comes after end_dim " + end);
        }
        if (shape.rank() == 0) {
            return List.of(1);
        }
        List<Integer> dims = dims(call);
        dims.subList(start, end + 1).clear();
        dims.add(start, shape.product(start, end + 1));
        return dims;
    }

    private static List<Integer> unflattened(Call call) {
        Shape shape = call.shape(0);
        int dim = shape.dimension(call.attributes().integer("dim"));
        int[] sizes = call.attributes().integers("sizes");
        int size = Sources.size(shape, dim);
        long known = Arrays.stream(sizes).filter(s -> s != -1).asLongStream().reduce(1, (a, b) -> a * b);
        long open = Arrays.stream(sizes).filter(s -> s == -1).count();
        boolean fits = shape.rank() > 0
                && sizes.length > 0
                && Arrays.stream(sizes).allMatch(s -> s >= -1)
                && (open == 0 ? known == size : open == 1 && known > 0 && size % known == 0);
        if (!fits) {
            throw call.refused("sizes " + Rules.tuple(sizes) + " do not make up the " + size + " of dimension " + dim
                    + " of " + shape);
        }
        List<Integer> dims = dims(call);
        dims.remove(dim);
        for (int i = 0; i < sizes.length; i++) {
            dims.add(dim + i, sizes[i] == -1 ? (int) (size / known) : sizes[i]);
        }
        return dims;
    }

    private static String moved(Call call) {
        Shape shape = call.shape(0);
        int[] from = Rules.distinct(shape, Rules.integers(call, "source"));
        int[] to = Rules.distinct(shape, Rules.integers(call, "destination"));
        if (from.length != to.length) {
            throw call.refused("source names " + from.length + " dimensions, destination " + to.length);
        }
        int[] order = new int[shape.rank()];
        Arrays.fill(order, -1);
        for (int i = 0; i < from.length; i++) {
            order[to[i]] = from[i];
        }
        int[] others = IntStream.range(0, shape.rank())
                .filter(d -> Arrays.stream(from).noneMatch(moved -> moved == d))
                .toArray();
        for (int d = 0, next = 0; d < order.length; d++) {
            order[d] = order[d] < 0 ? others[next++] : order[d];
        }
        return "value = permute(input, " + Rules.tuple(order) + ")";
    }

    private static String matrixTranspose(Call call) {
        if (call.shape(0).rank() < 2) {
            throw new IllegalArgumentException(".mT of " + call.shape(0) + ": needs at least 2 dimensions");
        }
        return "value = transpose(input, -2, -1)";
    }
}
