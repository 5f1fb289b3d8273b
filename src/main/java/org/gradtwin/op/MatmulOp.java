package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ARITHMETIC;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Matrix products in any rank: (…, m, k) @ (…, k, n), leading dimensions broadcast; a vector is a row on the left and a column on the right (torch.matmul). */
@AutoService(OpFile.class)
public final class MatmulOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("matmul(input, other)")
                .group(ARITHMETIC)
                .operator("@")
                .shape(MatmulOp::product)
                .ranks(List.of(
                        List.of(1, 1),
                        List.of(1, 2),
                        List.of(2, 1),
                        List.of(2, 2),
                        List.of(3, 3),
                        List.of(3, 2),
                        List.of(4, 4)))
                .kernels(TERMS, "mm", "mv", "dot", "addmm", "bmm", "sum")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "t", "_unsafe_view", "transpose")
                .twin("torch.matmul(input, other)")
                .primitive()
                .gradient(MatmulOp::gradient)
                .build());
    }

    private static Shape product(Call call) {
        Shape a = call.shape(0);
        Shape b = call.shape(1);
        if (a.rank() == 0 || b.rank() == 0) {
            throw new IllegalArgumentException("matmul " + a + " @ " + b + ": both operands need at least 1 dimension");
        }
        int inner = b.dim(Math.max(b.rank() - 2, 0));
        if (a.last() != inner) {
            throw new IllegalArgumentException(
                    "matmul " + a + " @ " + b + ": inner sizes " + a.last() + " and " + inner + " differ");
        }
        int[] batch = call.broadcast(batch(a), batch(b)).dims();
        IntStream rows = a.rank() >= 2 ? IntStream.of(a.dim(a.rank() - 2)) : IntStream.empty();
        IntStream cols = b.rank() >= 2 ? IntStream.of(b.last()) : IntStream.empty();
        return Shape.of(IntStream.concat(Arrays.stream(batch), IntStream.concat(rows, cols))
                .toArray());
    }

    private static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), Math.max(shape.rank() - 2, 0)));
    }

    /** grad·otherᵀ and inputᵀ·grad, a vector being the row or the column that it stands for; batches are summed where they broadcast. */
    private static String gradient(Call call) {
        Shape a = call.shape(0);
        Shape b = call.shape(1);
        int[] batch = call.broadcast(batch(a), batch(b)).dims();
        int rows = a.rank() >= 2 ? a.dim(a.rank() - 2) : 1;
        int cols = b.rank() >= 2 ? b.last() : 1;
        int[] product =
                IntStream.concat(Arrays.stream(batch), IntStream.of(rows, cols)).toArray();
        int[] column =
                IntStream.concat(Arrays.stream(batch), IntStream.of(a.last())).toArray();
        String right = "matmul(transpose(rows, -2, -1), g)";
        return """
                rows = %s
                columns = %s
                g = reshape(grad, %s)
                grad(input) = matmul(g, transpose(columns, -2, -1))
                grad(other) = %s
                """.formatted(
                        a.rank() == 1 ? "reshape(input, (1, " + a.last() + "))" : "input",
                        b.rank() == 1 ? "reshape(other, (" + b.last() + ", 1))" : "other",
                        Rules.tuple(product),
                        b.rank() == 1 ? "reshape(" + right + ", " + Rules.tuple(column) + ")" : right);
    }
}
