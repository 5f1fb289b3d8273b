package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Scatter;
import org.gradtwin.language.Statement;
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
            return selected(
                    graph,
                    call,
                    call.op().selectedFrom(operands),
                    operands,
                    sources(graph, call, operands),
                    Tensor.of(floating, Shape.of(1), call.op().fill(call.attributes())));
        }
        if (call.op().isAddition()) {
            return addition(graph, call, operands, floating);
        }
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

    /** A mask as ones and zeros. */
    static <V> V numbers(Graph<V> graph, V mask, DType floating) {
        V one = graph.leaf(Tensor.scalar(floating, 1), false);
        V zero = graph.leaf(Tensor.scalar(floating, 0), false);
        return graph.apply(Ops.of("where"), Arrays.asList(mask, one, zero), Attributes.NONE);
    }

    /** The sum of all elements. */
    static <V> V total(Graph<V> graph, V value) {
        Op sum = Ops.of("sum");
        return graph.apply(sum, Arrays.asList(value), sum.signature().defaults());
    }

    /** Takes the elements by one subscript: of the operands as vectors, one after the other, and at their end the fill value. */
    private static <V> V selected(
            Graph<V> graph, Call call, List<Integer> from, List<@Nullable V> operands, int[] sources, Tensor fill) {
        List<@Nullable V> parts = new ArrayList<>();
        int size = 0;
        for (int operand : from) {
            parts.add(graph.apply(
                    Ops.of("reshape"),
                    Arrays.asList(operands.get(operand)),
                    new Attributes(Map.of("shape", List.of(call.shape(operand).size())))));
            size += call.shape(operand).size();
        }
        parts.add(graph.leaf(fill, false));
        int end = size;
        long[] positions =
                Arrays.stream(sources).mapToLong(i -> i < 0 ? end : i).toArray();
        Shape result = call.op().shape(call.operands(), call.attributes());
        return graph.apply(
                Ops.of("index"),
                Arrays.asList(
                        graph.apply(Ops.of("cat"), parts, new Attributes(Map.of("dim", 0))),
                        graph.leaf(Tensor.indices(result, positions), false)),
                Attributes.of(new Index(List.of(new Index.Gather(1)))));
    }

    /** Sums, for each element of the result, the elements that go there: those that a mask of both leaves. */
    private static <V> V scattered(Graph<V> graph, Call call, List<@Nullable V> operands, DType floating) {
        int[] targets = Scatter.targets(call, values(graph, operands));
        Shape result = call.op().shape(call.operands(), call.attributes());
        boolean[] meets = new boolean[result.size() * targets.length];
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] >= 0) {
                meets[targets[i] * targets.length + i] = true;
            }
        }
        V mask = graph.leaf(Tensor.bools(Shape.of(result.size(), targets.length), meets), false);
        V row = graph.apply(
                Ops.of("reshape"), operands.subList(0, 1), new Attributes(Map.of("shape", List.of(1, targets.length))));
        V zero = graph.leaf(Tensor.scalar(floating, 0), false);
        V chosen = graph.apply(Ops.of("where"), Arrays.asList(mask, row, zero), Attributes.NONE);
        V sums = graph.apply(Ops.of("sum"), Arrays.asList(chosen), new Attributes(Map.of("dim", 1, "keepdim", false)));
        List<Integer> shape = Arrays.stream(result.dims()).boxed().toList();
        return graph.apply(Ops.of("reshape"), Arrays.asList(sums), new Attributes(Map.of("shape", shape)));
    }

    /** Adds a selection of the last tensor for each time that a place is named: −0 where nothing is added changes no bit. */
    private static <V> V addition(Graph<V> graph, Call call, List<@Nullable V> operands, DType floating) {
        List<Integer> tensors = call.op().selectedFrom(operands);
        int last = tensors.get(tensors.size() - 1);
        int[] targets = call.op().targets(call, values(graph, operands));
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
        V sum = operands.get(0);
        for (int[] sources : rounds) {
            V added = selected(graph, call, List.of(last), operands, sources, Tensor.of(floating, Shape.of(1), -0.0));
            sum = graph.apply(Ops.of("add"), Arrays.asList(sum, added), Attributes.NONE);
        }
        if (sum == null) {
            throw new IllegalStateException(call.op().id() + ": the first operand is missing");
        }
        return sum;
    }

    /** Where the elements of the result of a selection come from; see {@link Op#sources}. */
    public static <V> int[] sources(Graph<V> graph, Call call, List<@Nullable V> operands) {
        return call.op().sources(call, call.op().readsValues() ? values(graph, operands) : List.of());
    }

    private static <V> List<@Nullable Tensor> values(Graph<V> graph, List<@Nullable V> operands) {
        List<@Nullable Tensor> values = new ArrayList<>();
        for (V operand : operands) {
            values.add(operand == null ? null : graph.value(operand));
        }
        return values;
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
