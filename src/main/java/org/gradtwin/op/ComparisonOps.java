package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Comparisons, element by element (torch.lt and others): the result is bool, and no gradient flows through it. */
@AutoService(OpFile.class)
public final class ComparisonOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("lt(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .drawn()
                        .operator("<")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "lt")
                        .twin("torch.lt(input, other)")
                        .value((call, values) -> compare(call, values, (x, y) -> x < y))
                        .build(),
                Op.of("le(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .drawn()
                        .operator("<=")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "le")
                        .twin("torch.le(input, other)")
                        .value((call, values) -> compare(call, values, (x, y) -> x <= y))
                        .build(),
                Op.of("gt(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .drawn()
                        .operator(">")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "gt")
                        .twin("torch.gt(input, other)")
                        .value((call, values) -> compare(call, values, (x, y) -> x > y))
                        .build(),
                Op.of("ge(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .drawn()
                        .operator(">=")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "ge")
                        .twin("torch.ge(input, other)")
                        .value((call, values) -> compare(call, values, (x, y) -> x >= y))
                        .build(),
                Op.of("eq(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .drawn()
                        .operator("==")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "eq")
                        .twin("torch.eq(input, other)")
                        .value((call, values) -> compare(call, values, (x, y) -> x == y))
                        .build(),
                Op.of("ne(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .drawn()
                        .operator("!=")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "ne")
                        .twin("torch.ne(input, other)")
                        .value((call, values) -> compare(call, values, (x, y) -> x != y))
                        .build());
    }

    private interface Relation {
        boolean holds(double x, double y);
    }

    private static Tensor compare(Call call, List<? extends @Nullable Tensor> values, Relation relation) {
        Tensor x = Sources.given(values.get(0));
        Tensor y = Sources.given(values.get(1));
        Shape result = call.broadcast();
        int[] from = x.shape().broadcastSources(result);
        int[] to = y.shape().broadcastSources(result);
        boolean[] holds = new boolean[from.length];
        for (int i = 0; i < holds.length; i++) {
            holds[i] = relation.holds(x.get(from[i]), y.get(to[i]));
        }
        return Tensor.bools(result, holds);
    }
}
