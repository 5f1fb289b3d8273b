package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;

/** Products over a dimension (torch.prod). */
@AutoService(OpFile.class)
public final class ProdOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("prod(input, dim: int = None, keepdim: bool = False)")
                .group(REDUCTIONS)
                .shape(Rules::reduced)
                .restricts(Restriction.ONLY_WITH_DIM, "keepdim")
                .restricts(Restriction.NEVER_NONE, "dim")
                .kinks("zeros: the gradient of one zero is the product of the others, with two zeros all are 0")
                .undefined(
                        "elements whose product leaves the range of float32, in an order that is the kernel's own",
                        (operands, attributes) -> Near.leavesRange(operands.get(0)))
                .kernels(TERMS, "prod", "cumprod")
                .kernels(EXACT, "flip", "eq", "where", "masked_fill", "max", "scatter", "bitwise_and")
                .kernels(ROUNDED, "div", "mul")
                .twin("product(input, dim, keepdim)")
                .primitive()
                .gradient(ProdOp::gradient)
                .build());
    }

    /** The product of the other elements, which needs no division by one that may be 0: in a square, without its diagonal. */
    private static String gradient(Call call) {
        Shape shape = call.shape(0);
        if (shape.rank() == 0) {
            return "grad(input) = grad";
        }
        boolean whole = call.attributes().get("dim") == null;
        Shape flat = whole ? Shape.of(shape.size()) : shape;
        int dim = whole ? 0 : call.dims()[0];
        String across = Rules.tuple(split(flat, dim, 1, flat.dim(dim)));
        return """
                flat = reshape(input, %s)
                place = cumsum(where(flat == flat, 1, 1), %d)
                row = reshape(place, %s)
                column = reshape(place, %s)
                others = prod(where(row == column, 1, reshape(input, %s)), %d)
                grad(input) = %s * reshape(others, %s)
                """.formatted(
                        Rules.tuple(flat.dims()),
                        dim,
                        Rules.tuple(split(flat, dim, flat.dim(dim), 1)),
                        across,
                        across,
                        dim + 1,
                        Rules.kept(call, "grad"),
                        Rules.tuple(shape.dims()));
    }

    /** The sizes with two in the place of one. */
    private static int[] split(Shape shape, int dim, int first, int second) {
        int[] dims = shape.dims();
        int[] longer = Arrays.copyOf(dims, dims.length + 1);
        System.arraycopy(dims, dim, longer, dim + 1, dims.length - dim);
        longer[dim] = first;
        longer[dim + 1] = second;
        return longer;
    }
}
