package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Budget.ROUNDED;
import static org.gradtwin.language.Op.Budget.TERMS;
import static org.gradtwin.language.Op.Group.ARITHMETIC;

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
}
