package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The derivative of ops that only move or select elements: {@link #OP} adds each element of a gradient to the place that it was taken
 * from, {@link #BACK} takes it from there again. Both are made by {@link Differentiation} alone and cannot be written in a program. Their
 * operands are a gradient, then those of the op that is differentiated; that op, its attributes and the operand that is meant are
 * attributes.
 */
public final class Scatter {
    /** A gradient of the op's result becomes one of its operand; in no order, places that nothing was taken from get 0. */
    public static final Op OP = Op.of("scatter(grad)")
            .group(Group.SHAPE)
            .shape(call -> call.shape(1 + operand(call)))
            .kernels(Budget.TERMS, "index_put")
            .twin("no call of PyTorch")
            .definition(call -> {
                throw new IllegalStateException("scatter is lowered by itself");
            })
            .build();

    /** What {@link #OP} is the derivative of: a tensor of the operand's shape becomes one of the result's. */
    public static final Op BACK = Op.of("scatter_back(grad)")
            .group(Group.SHAPE)
            .shape(call -> {
                Call selection = selection(call);
                return selection.op().isAddition()
                        ? selection.shape(operand(call))
                        : selection.op().shape(selection.operands(), selection.attributes());
            })
            .kernels(Budget.EXACT, "index.Tensor")
            .twin("no call of PyTorch")
            .selects(Scatter::targets)
            .build();

    private Scatter() {}

    /** The attributes of both for an op that is differentiated with respect to an operand. */
    static Attributes of(Expr.Apply selection, int operand) {
        return new Attributes(Map.of("op", selection.op(), "attributes", selection.attributes(), "operand", operand));
    }

    /**
     * For each element of the selection's result where it was taken from in the operand that is meant; −1 for another one. For each
     * element that an op adds to others where it goes.
     *
     * @param values those of the operands, as {@link Movement#positions} needs them
     */
    public static int[] targets(Call call, List<? extends @Nullable Tensor> values) {
        Call selection = selection(call);
        if (selection.op().isAddition()) {
            return selection
                    .op()
                    .movement()
                    .positions(selection, new ArrayList<@Nullable Tensor>(values.subList(1, values.size())));
        }
        int start = 0;
        for (int operand : selection.op().selectedFrom(selection.operands())) {
            if (operand == operand(call)) {
                break;
            }
            start += selection.shape(operand).size();
        }
        int first = start;
        int end = first + selection.shape(operand(call)).size();
        List<? extends @Nullable Tensor> own = selection.op().movement().readsValues()
                ? new ArrayList<@Nullable Tensor>(values.subList(1, values.size()))
                : List.of();
        return Arrays.stream(selection.op().movement().positions(selection, own))
                .map(source -> source >= first && source < end ? source - first : -1)
                .toArray();
    }

    /** The call that is differentiated. */
    private static Call selection(Call call) {
        Attributes attributes = (Attributes) call.attributes().get("attributes");
        Op op = (Op) call.attributes().get("op");
        if (attributes == null || op == null) {
            throw new IllegalStateException("a scatter of nothing");
        }
        return new Call(op, call.operands().subList(1, call.operands().size()), attributes);
    }

    private static int operand(Call call) {
        return call.attributes().integer("operand");
    }
}
