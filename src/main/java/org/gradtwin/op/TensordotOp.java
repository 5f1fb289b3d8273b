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
 * Sums of products over the last dimensions of one tensor and the first of another, so many of each (torch.tensordot with a number of
 * dimensions). As in PyTorch, what the other has more of is summed where one of two sizes is 1.
 */
@AutoService(OpFile.class)
public final class TensordotOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("tensordot(a, b, dims: int = 2)")
                .group(LINEAR_ALGEBRA)
                .ranks(List.of(List.of(1, 1), List.of(2, 2), List.of(3, 3)))
                .samples("2x3x4 3x4x2", "2x3 3x2x2 | dims=1", "3 2 | dims=0")
                .kernels(TERMS, "mm", "dot", "sum")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "permute", "t")
                .twin("contracted(a, b, dims)")
                .definition(TensordotOp::definition)
                .build());
    }

    private static String definition(Call call) {
        Shape a = call.shape(0);
        Shape b = call.shape(1);
        int count = call.attributes().integer("dims");
        if (count < 0 || count > Math.min(a.rank(), b.rank())) {
            throw call.refused(a + " and " + b + " do not have the last and the first " + count + " dimensions");
        }
        int rows = a.rank() - count;
        int[] left = new int[count];
        int[] right = new int[count];
        for (int d = 0; d < count; d++) {
            left[d] = a.dim(rows + d);
            right[d] = b.dim(d);
            if (left[d] != right[d] && left[d] != 1 && right[d] != 1) {
                throw call.refused("the last " + count + " dimensions of " + a + " are not the first of " + b);
            }
        }
        int inner = IntStream.range(0, count)
                .map(d -> left[d] == 1 || right[d] == 1 ? 1 : left[d])
                .reduce(1, (x, y) -> x * y);
        int columns = b.product(count, b.rank());
        int[] shape = IntStream.concat(
                        IntStream.of(a.dims()).limit(rows),
                        IntStream.of(b.dims()).skip(count))
                .toArray();
        return "p = reshape(" + summed("a", left, right, rows) + ", " + Rules.tuple(a.product(0, rows), inner) + ")\n"
                + "q = reshape(" + summed("b", right, left, 0) + ", " + Rules.tuple(inner, columns) + ")\n"
                + "value = reshape(p @ q, " + Rules.tuple(shape) + ")";
    }

    /** An operand with the dimensions summed in which the other one has a single element. */
    private static String summed(String name, int[] own, int[] others, int first) {
        int[] dims = IntStream.range(0, own.length)
                .filter(d -> own[d] != 1 && others[d] == 1)
                .map(d -> first + d)
                .toArray();
        return dims.length == 0 ? name : "sum(" + name + ", dim=" + Rules.tuple(dims) + ", keepdim=True)";
    }
}
