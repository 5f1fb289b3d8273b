package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LINEAR_ALGEBRA;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/**
 * Sums of products over dimensions of two tensors: the last ones of one and the first ones of the other, so many of each, or those that
 * are named (torch.tensordot). As in PyTorch, what one has more of is summed where the other has a size of 1.
 */
@AutoService(OpFile.class)
public final class TensordotOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("tensordot(a, b, dims: pairs = 2)")
                .group(LINEAR_ALGEBRA)
                .ranks(List.of(List.of(1, 1), List.of(2, 2), List.of(3, 3)))
                .samples(
                        "2x3x4 3x4x2",
                        "2x3 3x2x2 | dims=1",
                        "3 2 | dims=0",
                        "2x3x4 2x4x3 | dims=((2, 0), (1, 0))",
                        "2x3 2x3 | dims=((-1,), (1,))")
                .kernels(TERMS, "mm", "dot", "sum")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "permute", "t")
                .twin("contracted(a, b, every(dims))")
                .definition(TensordotOp::definition)
                .build());
    }

    private static String definition(Call call) {
        Shape a = call.shape(0);
        Shape b = call.shape(1);
        int[][] pairs = pairs(call, a, b);
        int[] left = pairs[0];
        int[] right = pairs[1];
        int inner = 1;
        for (int d = 0; d < left.length; d++) {
            int one = a.dim(left[d]);
            int other = b.dim(right[d]);
            if (one != other && one != 1 && other != 1) {
                throw call.refused("dimension " + left[d] + " of " + a + " is not dimension " + right[d] + " of " + b);
            }
            inner *= one == 1 || other == 1 ? 1 : one;
        }
        int[] rows = others(a, left);
        int[] columns = others(b, right);
        int[] shape = IntStream.concat(
                        IntStream.of(rows).map(a::dim), IntStream.of(columns).map(b::dim))
                .toArray();
        return "p = reshape(permute(" + summed("a", a, left, b, right) + ", " + joined(rows, left) + "), "
                + Rules.tuple(product(a, rows), inner) + ")\n"
                + "q = reshape(permute(" + summed("b", b, right, a, left) + ", " + joined(right, columns) + "), "
                + Rules.tuple(inner, product(b, columns)) + ")\n"
                + "value = reshape(p @ q, " + Rules.tuple(shape) + ")";
    }

    /** The dimensions of each operand that are summed over, in their order. */
    private static int[][] pairs(Call call, Shape a, Shape b) {
        if (call.attributes().get("dims") instanceof List<?> pair) {
            int[] left = dims(a, (List<?>) pair.get(0));
            int[] right = dims(b, (List<?>) pair.get(1));
            if (left.length != right.length) {
                throw call.refused(left.length + " dimensions of a and " + right.length + " of b");
            }
            return new int[][] {left, right};
        }
        int count = call.attributes().integer("dims");
        if (count < 0 || count > Math.min(a.rank(), b.rank())) {
            throw call.refused(a + " and " + b + " do not have the last and the first " + count + " dimensions");
        }
        return new int[][] {
            IntStream.range(a.rank() - count, a.rank()).toArray(),
            IntStream.range(0, count).toArray()
        };
    }

    private static int[] dims(Shape shape, List<?> dims) {
        return Rules.distinct(
                shape, dims.stream().mapToInt(dim -> (Integer) dim).toArray());
    }

    private static int[] others(Shape shape, int... dims) {
        return IntStream.range(0, shape.rank())
                .filter(d -> IntStream.of(dims).noneMatch(dim -> dim == d))
                .toArray();
    }

    private static int product(Shape shape, int... dims) {
        return IntStream.of(dims).map(shape::dim).reduce(1, (x, y) -> x * y);
    }

    private static String joined(int[] first, int... second) {
        return Rules.tuple(
                IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray());
    }

    /** An operand with the dimensions summed in which the other one has a single element. */
    private static String summed(String name, Shape own, int[] dims, Shape other, int... others) {
        int[] single = IntStream.range(0, dims.length)
                .filter(d -> own.dim(dims[d]) != 1 && other.dim(others[d]) == 1)
                .map(d -> dims[d])
                .toArray();
        return single.length == 0 ? name : "sum(" + name + ", dim=" + Rules.tuple(single) + ", keepdim=True)";
    }
}
