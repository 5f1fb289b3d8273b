package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LINEAR_ALGEBRA;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Products of vectors and matrices by their own names (torch.mm, torch.bmm, torch.mv, torch.dot, torch.outer, torch.addmm, torch.baddbmm). */
@AutoService(OpFile.class)
public final class ProductOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                product("mm(input, mat2)", "mm", 2, 2),
                product("bmm(input, mat2)", "bmm", 3, 3),
                product("mv(input, vec)", "mv", 2, 1),
                product("dot(input, tensor)", "dot", 1, 1),
                Op.of("outer(input, vec2)")
                        .group(LINEAR_ALGEBRA)
                        .shape(call -> ranked(
                                call,
                                0,
                                1,
                                1,
                                Shape.of(call.shape(0).size(), call.shape(1).size())))
                        .ranks(List.of(List.of(1, 1)))
                        .kernels(ROUNDED, "mul")
                        .kernels(TERMS, "sum")
                        .twin("torch.outer(input, vec2)")
                        .definition("""
value = input[:, None] * vec2
""")
                        .build(),
                added("addmm(input, mat1, mat2, *, beta: number = 1.0, alpha: number = 1.0)", "mat1", "mat2", 2),
                added(
                        "baddbmm(input, batch1, batch2, *, beta: number = 1.0, alpha: number = 1.0)",
                        "batch1",
                        "batch2",
                        3),
                Op.of("trace(input)")
                        .group(LINEAR_ALGEBRA)
                        .shape(call -> ranked(call, 0, 2, -1, Shape.SCALAR))
                        .ranks(2)
                        .kinks("none; PyTorch's gradient is wrong where there are more rows than columns + 1")
                        .undefined("PyTorch is wrong there", (operands, attributes) -> tall(operands.get(0)))
                        .kernels(TERMS, "trace")
                        .kernels(EXACT, "arange", "index_fill")
                        .twin("torch.trace(input)")
                        .definition(ProductOps::diagonal)
                        .build());
    }

    /** A matmul of operands of just these ranks, whose batches are equal. */
    private static Op product(String signature, String kernel, int left, int right) {
        return Op.of(signature)
                .group(LINEAR_ALGEBRA)
                .shape(call -> ranked(call, 0, left, right, multiplied(call, 0)))
                .ranks(List.of(List.of(left, right)))
                .samples(left == 3 ? "2x2x3 2x3x2" : left == 1 ? "3 3" : right == 2 ? "2x3 3x4" : "2x3 3")
                .kernels(TERMS, kernel, "mm", "bmm")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "t", "transpose")
                .twin("torch." + signature)
                .definition("value = input @ " + signature.replaceFirst(".*, (.*)\\)", "$1"))
                .build();
    }

    /** beta·input + alpha·product; an input that beta = 0 leaves out may hold NaN, and gets a gradient of zeros. */
    private static Op added(String signature, String left, String right, int rank) {
        String function = signature.substring(0, signature.indexOf('('));
        return Op.of(signature)
                .group(LINEAR_ALGEBRA)
                .shape(call -> sum(call, ranked(call, 1, rank, rank, multiplied(call, 1))))
                .ranks(0, 1, rank)
                .samples(
                        rank == 2 ? "2x4 2x3 3x4" : "2x2x4 2x2x3 2x3x4",
                        rank == 2 ? "4 2x3 3x4 | beta=0.5" : "4 2x2x3 2x3x4 | alpha=2.0")
                .kernels(TERMS, function, "mm", "bmm", "sum")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "t", "transpose")
                .twin("torch." + function + "(input, " + left + ", " + right + ", beta=beta, alpha=alpha)")
                .definition(call -> "value = alpha * (" + left + " @ " + right + ") + "
                        + (call.attributes().number("beta") == 0 ? "where(input < input, input, 0)" : "beta * input"))
                .build();
    }

    private static Shape sum(Call call, Shape product) {
        if (!call.broadcast(call.shape(0), product).equals(product)) {
            throw call.refused("input " + call.shape(0) + " does not broadcast to the product " + product);
        }
        return product;
    }

    private static Shape ranked(Call call, int first, int left, int right, Shape result) {
        boolean fits = call.shape(first).rank() == left
                && (right < 0 || call.shape(first + 1).rank() == right);
        if (!fits) {
            throw call.refused("needs " + left + (right < 0 ? "" : " and " + right) + " dimensions, not "
                    + call.shape(first) + (right < 0 ? "" : " and " + call.shape(first + 1)));
        }
        return result;
    }

    private static Shape multiplied(Call call, int first) {
        Shape a = call.shape(first);
        Shape b = call.shape(first + 1);
        int inner = b.rank() == 0 ? -1 : b.dim(Math.max(b.rank() - 2, 0));
        boolean batches = a.rank() < 3 || b.rank() < 3 || a.dim(0) == b.dim(0);
        if (a.rank() == 0 || a.last() != inner || !batches) {
            throw call.refused(a + " and " + b + " do not multiply");
        }
        int[] dims = Arrays.copyOf(a.dims(), a.rank() - 1);
        if (b.rank() > 1) {
            dims = Arrays.copyOf(dims, dims.length + 1);
            dims[dims.length - 1] = b.last();
        }
        return Shape.of(dims);
    }

    private static boolean tall(@Nullable Tensor tensor) {
        return tensor != null
                && tensor.shape().rank() == 2
                && tensor.shape().dim(0) > tensor.shape().dim(1) + 1;
    }

    /** In row-major order the diagonal is every (columns + 1)-th element, as far as there are rows and columns. */
    private static String diagonal(Call call) {
        Shape shape = call.shape(0);
        return "value = sum(reshape(input, (" + shape.size() + ",))[::" + (shape.dim(1) + 1) + "][:"
                + Math.min(shape.dim(0), shape.dim(1)) + "])";
    }
}
