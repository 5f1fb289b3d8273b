package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Movement;
import org.gradtwin.language.Program;
import org.gradtwin.language.Scatter;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Applies an op that an engine has no rule for, by the op's definition, its sources or its value. */
public final class Lowering {
    private Lowering() {}

    /**
     * The value of an op: what its definition gives, or the elements at its sources, or a constant.
     *
     * @param graph applies those, by their definitions in turn where it has no rule for them either
     * @param call the op, the types of the operands, the attributes
     * @param operands null where an optional one is absent
     * @param floating the floating type of the graph
     */
    public static <V> V apply(Graph<V> graph, Call call, List<@Nullable V> operands, DType floating) {
        if (call.op().isValue()) {
            return graph.leaf(call.op().value(call, values(graph, operands)), false);
        }
        if (call.op() == Scatter.OP) {
            return scattered(graph, call, operands, floating);
        }
        if (call.op().isSelection()) {
            int[] sources = sources(graph, call, operands);
            double fill = call.op().movement().fill(call.attributes());
            V first = operands.get(0);
            Type type = call.operands().get(0);
            if (first != null && type != null && !type.dtype().isFloating()) {
                // Bools and indices have no gradient: they are moved here.
                return graph.leaf(graph.value(first).pick(result(call), fill, sources), false);
            }
            List<Integer> from = call.op().selectedFrom(operands);
            return selected(graph, call, from, operands, sources, Tensor.of(floating, Shape.of(1), fill));
        }
        if (call.op().isAddition()) {
            return addition(graph, call, operands, floating);
        }
        return apply(graph, call, call.op().definition(call), operands, floating);
    }

    /** The value of an op by a definition that is not its own, or by its own; see {@link #apply(Graph, Call, List, DType)}. */
    public static <V> V apply(
            Graph<V> graph, Call call, Program definition, List<@Nullable V> operands, DType floating) {
        Map<String, V> values = call.named(operands);
        V last = null;
        for (Statement statement : definition.statements()) {
            last = value(graph, statement.expr(), values, floating);
            values.put(statement.name(), last);
        }
        if (last == null) {
            throw new IllegalStateException(call.op().id() + ": the definition is empty");
        }
        return last;
    }

    /** A mask as ones and zeros. */
    static <V> V numbers(Graph<V> graph, V mask, DType floating) {
        return value(graph, "where(mask, 1, 0)", Map.of("mask", mask), floating);
    }

    /** The sum of all elements. */
    static <V> V total(Graph<V> graph, V value, DType floating) {
        return value(graph, "sum(x)", Map.of("x", value), floating);
    }

    /** Takes the elements by one subscript: of the operands as vectors, one after the other, and at their end the fill value. */
    private static <V> V selected(
            Graph<V> graph, Call call, List<Integer> from, List<@Nullable V> operands, int[] sources, Tensor fill) {
        Map<String, V> values = new HashMap<>(Map.of("fill", graph.leaf(fill, false)));
        StringBuilder parts = new StringBuilder();
        int size = 0;
        for (int operand : from) {
            values.put("x" + operand, Objects.requireNonNull(operands.get(operand)));
            int count = call.shape(operand).size();
            parts.append("reshape(x" + operand + ", (" + count + ",)), ");
            size += count;
        }
        int end = size;
        long[] positions =
                Arrays.stream(sources).mapToLong(i -> i < 0 ? end : i).toArray();
        values.put("positions", graph.leaf(Tensor.indices(result(call), positions), false));
        return value(graph, "cat((" + parts + "fill,))[positions]", values, fill.dtype());
    }

    /** Sums, for each element of the result, the elements that go there: those that a mask of both leaves. */
    private static <V> V scattered(Graph<V> graph, Call call, List<@Nullable V> operands, DType floating) {
        int[] targets = Scatter.targets(call, values(graph, operands));
        Shape result = result(call);
        boolean[] meets = new boolean[result.size() * targets.length];
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] >= 0) {
                meets[targets[i] * targets.length + i] = true;
            }
        }
        V mask = graph.leaf(Tensor.bools(Shape.of(result.size(), targets.length), meets), false);
        V added = Objects.requireNonNull(operands.get(0));
        String rows = "where(mask, reshape(added, (1, " + targets.length + ")), 0)";
        String text = "reshape(sum(" + rows + ", 1), " + result + ")";
        return value(graph, text, Map.of("mask", mask, "added", added), floating);
    }

    /** Adds a selection of the last tensor for each time that a place is named: −0 where nothing is added changes no bit. */
    private static <V> V addition(Graph<V> graph, Call call, List<@Nullable V> operands, DType floating) {
        List<Integer> tensors = call.op().selectedFrom(operands);
        int last = tensors.get(tensors.size() - 1);
        int[] targets = call.op().movement().positions(call, values(graph, operands));
        List<int[]> rounds = new ArrayList<>();
        int[] times = new int[call.shape(0).size()];
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] >= 0) {
                int round = times[targets[i]]++;
                if (round == rounds.size()) {
                    int[] none = new int[times.length];
                    Arrays.fill(none, -1);
                    rounds.add(none);
                }
                rounds.get(round)[targets[i]] = i;
            }
        }
        if (rounds.isEmpty()) {
            int[] none = new int[times.length];
            Arrays.fill(none, -1);
            rounds.add(none);
        }
        V total = Objects.requireNonNull(operands.get(0));
        for (int[] sources : rounds) {
            V added = selected(graph, call, List.of(last), operands, sources, Tensor.of(floating, Shape.of(1), -0.0));
            total = value(graph, "total + added", Map.of("total", total, "added", added), floating);
        }
        return total;
    }

    /** Where the elements of the result of a selection come from; see {@link Movement#positions}. */
    public static <V> int[] sources(Graph<V> graph, Call call, List<@Nullable V> operands) {
        return call.op()
                .movement()
                .positions(call, call.op().movement().readsValues() ? values(graph, operands) : List.of());
    }

    private static <V> List<@Nullable Tensor> values(Graph<V> graph, List<@Nullable V> operands) {
        List<@Nullable Tensor> values = new ArrayList<>();
        for (V operand : operands) {
            values.add(operand == null ? null : graph.value(operand));
        }
        return values;
    }

    private static Shape result(Call call) {
        return call.op().shape(call.operands(), call.attributes());
    }

    /** The value of an expression of some names. */
    private static <V> V value(Graph<V> graph, String text, Map<String, V> values, DType floating) {
        return value(graph, Program.expression(text), values, floating);
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
