package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
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
                comparison("lt", "<", (x, y) -> x < y)
                        .alias("less(input, other: tensor_or_number)")
                        .build(),
                comparison("le", "<=", (x, y) -> x <= y)
                        .alias("less_equal(input, other: tensor_or_number)")
                        .build(),
                comparison("gt", ">", (x, y) -> x > y)
                        .alias("greater(input, other: tensor_or_number)")
                        .build(),
                comparison("ge", ">=", (x, y) -> x >= y)
                        .alias("greater_equal(input, other: tensor_or_number)")
                        .build(),
                comparison("eq", "==", (x, y) -> x == y).build(),
                comparison("ne", "!=", (x, y) -> x != y)
                        .alias("not_equal(input, other: tensor_or_number)")
                        .build());
    }

    private static OpBuilder comparison(String function, String operator, Relation relation) {
        return Op.of(function + "(input: any, other: tensor_or_number)")
                .group(CHOICE)
                .operator(operator)
                .broadcasts()
                .gives(DType.BOOL)
                .kernels(EXACT, function)
                .twin("torch." + function + "(input, other)")
                .value((call, values) -> compare(call, values, relation));
    }

    /** Whether something holds of two numbers. */
    interface Relation {
        boolean holds(double x, double y);
    }

    /** Where it holds of two operands, which broadcast. */
    static Tensor compare(Call call, List<? extends @Nullable Tensor> values, Relation relation) {
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
