package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Applies an op that an engine has no rule for, by the op's definition. */
public final class Lowering {
    private Lowering() {}

    /**
     * The value of an op, computed by the ops that its definition is made of.
     *
     * @param graph applies those, by their definitions in turn where it has no rule for them either
     * @param call the op, the types of the operands, the attributes
     * @param operands null where an optional one is absent
     * @param floating the floating type of the graph
     */
    public static <V> V apply(Graph<V> graph, Call call, List<@Nullable V> operands, DType floating) {
        Map<String, V> values = new HashMap<>();
        List<String> names = call.names();
        for (int i = 0; i < names.size(); i++) {
            V operand = operands.get(i);
            if (operand != null) {
                values.put(names.get(i), operand);
            }
        }
        V last = null;
        for (Statement statement : call.op().definition(call).statements()) {
            last = value(graph, statement.expr(), values, floating);
            values.put(statement.name(), last);
        }
        if (last == null) {
            throw new IllegalStateException(call.op().id() + ": the definition is empty");
        }
        return last;
    }

    private static <V> V value(Graph<V> graph, Expr expr, Map<String, V> values, DType floating) {
        if (expr instanceof Number number) {
            return graph.leaf(Tensor.scalar(floating, number.value()), false);
        }
        if (expr instanceof Name name) {
            V value = values.get(name.name());
            if (value == null) {
                throw new IllegalStateException("'" + name.name() + "' is not defined");
            }
            return value;
        }
        Apply apply = (Apply) expr;
        List<@Nullable V> operands = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            operands.add(operand == null ? null : value(graph, operand, values, floating));
        }
        return graph.apply(apply.op(), operands, apply.attributes());
    }
}
