package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Tensors over an engine of numbers: a tensor is a list of the engine's values, one an element. Ops that only move elements move
 * values, ops that the engine has are applied element by element, all others are made of those.
 *
 * @param <V> the engine's handle to a number
 */
public final class ScalarLevel<V> implements Graph<ScalarLevel.Cells<V>> {
    private final Graph<V> numbers;
    private final BiPredicate<Op, Attributes> has;
    private final DType dtype;
    private Set<Cells<V>> reached = Set.of();

    /**
     * A tensor.
     *
     * @param type its dtype and shape, and whether it requires a gradient
     * @param cells a number an element, none for a constant that is not floating
     * @param constant the elements where they are no floating-point numbers
     * @param operands what it was computed from, as far as that requires a gradient
     * @param fresh whether the cells are its own, and no other tensor's
     */
    public record Cells<V>(
            Type type, List<V> cells, @Nullable Tensor constant, List<Cells<V>> operands, boolean fresh) {}

    /**
     * A graph of tensors.
     *
     * @param numbers a graph whose values are all of shape ()
     * @param has which ops that graph applies
     */
    public ScalarLevel(Graph<V> numbers, BiPredicate<Op, Attributes> has, DType dtype) {
        this.numbers = numbers;
        this.has = has;
        this.dtype = dtype;
    }

    @Override
    public Cells<V> leaf(Tensor value, boolean requiresGrad) {
        Type type = new Type(value.dtype(), value.shape(), requiresGrad);
        if (!value.dtype().isFloating()) {
            return new Cells<>(type, List.of(), value, List.of(), true);
        }
        List<V> cells = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            cells.add(number(value.get(i), requiresGrad));
        }
        return new Cells<>(type, cells, null, List.of(), true);
    }

    private V number(double value, boolean requiresGrad) {
        return numbers.leaf(Tensor.scalar(dtype, value), requiresGrad);
    }

    @Override
    public Cells<V> apply(Op op, List<@Nullable Cells<V>> operands, Attributes attributes) {
        List<@Nullable Type> types = new ArrayList<>();
        List<@Nullable Tensor> constants = new ArrayList<>();
        List<Cells<V>> parents = new ArrayList<>();
        for (Cells<V> operand : operands) {
            types.add(operand == null ? null : operand.type());
            constants.add(operand == null ? null : operand.constant());
            if (operand != null && operand.type().requiresGrad() && op.isDifferentiable()) {
                parents.add(operand);
            }
        }
        Type result = op.checkedType(types, attributes, constants, dtype);
        Call call = new Call(op, types, attributes);
        if (op.isSelection()) {
            return selection(call, result, operands, parents);
        }
        if (op.isValue()) {
            return Lowering.apply(this, call, operands, dtype);
        }
        if (has.test(op, attributes)) {
            return new Cells<>(result, elementwise(op, operands, attributes, result.shape()), null, parents, true);
        }
        if (!op.isPrimitive()) {
            return Lowering.apply(this, call, operands, dtype);
        }
        return new Cells<>(result, primitive(call, operands, result.shape()), null, parents, false);
    }

    private Cells<V> selection(Call call, Type result, List<@Nullable Cells<V>> operands, List<Cells<V>> parents) {
        int[] sources = Lowering.sources(this, call, operands);
        Cells<V> first = operands.get(0);
        if (first != null && first.constant() != null) {
            return Lowering.apply(this, call, operands, dtype);
        }
        List<V> all = new ArrayList<>();
        for (int operand : call.op().selectedFrom(operands)) {
            all.addAll(given(operands, operand).cells());
        }
        List<V> cells = new ArrayList<>();
        for (int source : sources) {
            cells.add(source < 0 ? number(call.op().fill(call.attributes()), false) : all.get(source));
        }
        return new Cells<>(result, cells, null, parents, false);
    }

    private static <V> Cells<V> given(List<@Nullable Cells<V>> operands, int i) {
        Cells<V> operand = operands.get(i);
        if (operand == null) {
            throw new IllegalArgumentException("operand " + i + " is missing");
        }
        return operand;
    }

    private List<V> elementwise(Op op, List<@Nullable Cells<V>> operands, Attributes attributes, Shape result) {
        List<List<V>> stretched = new ArrayList<>();
        for (Cells<V> operand : operands) {
            stretched.add(operand == null ? List.of() : stretched(operand, result));
        }
        List<V> cells = new ArrayList<>();
        for (int i = 0; i < result.size(); i++) {
            List<@Nullable V> of = new ArrayList<>();
            for (List<V> values : stretched) {
                of.add(values.isEmpty() ? null : values.get(i));
            }
            cells.add(numbers.apply(op, of, attributes));
        }
        return cells;
    }

    private static <V> List<V> stretched(Cells<V> value, Shape to) {
        return pick(value.cells(), value.type().shape().broadcastSources(to));
    }

    private static <V> List<V> pick(List<V> cells, int[] positions) {
        return Arrays.stream(positions).mapToObj(cells::get).toList();
    }

    /** The rules for primitives that an engine of numbers lacks, in what it has. */
    private List<V> primitive(Call call, List<@Nullable Cells<V>> operands, Shape result) {
        Op op = call.op();
        Cells<V> x = given(operands, 0);
        return switch (op.id()) {
            case "detach" ->
                x.cells().stream().map(cell -> number(data(cell), false)).toList();
            case "neg" ->
                x.cells().stream().map(cell -> times(number(-1, false), cell)).toList();
            case "sub" -> zip(operands, result, (a, b) -> plus(a, times(number(-1, false), b)));
            case "div" -> zip(operands, result, (a, b) -> times(a, power(op, b, -1)));
            case "sqrt" -> x.cells().stream().map(cell -> power(op, cell, 0.5)).toList();
            case "pow" ->
                x.cells().stream()
                        .map(cell -> power(op, cell, call.attributes().number("exponent")))
                        .toList();
            case "abs" ->
                x.cells().stream()
                        .map(cell -> times(number(Math.signum(data(cell)), false), cell))
                        .toList();
            case "maximum" -> zip(operands, result, (a, b) -> larger(a, b, 1));
            case "minimum" -> zip(operands, result, (a, b) -> larger(a, b, -1));
            case "where" -> chosen(operands, result);
            case "sum" -> reduced(call, x, cells -> cells.stream().reduce(this::plus));
            case "prod" -> reduced(call, x, cells -> cells.stream().reduce(this::times));
            case "amax" -> reduced(call, x, cells -> Optional.of(extreme(cells, 1)));
            case "amin" -> reduced(call, x, cells -> Optional.of(extreme(cells, -1)));
            case "cumsum" -> sums(x, call.dims()[0]);
            case "matmul" -> product(x, given(operands, 1), result);
            default -> throw new UnsupportedOpException(op, "the engine has no such op");
        };
    }

    private interface Two<V> {
        V of(V a, V b);
    }

    private List<V> zip(List<@Nullable Cells<V>> operands, Shape result, Two<V> two) {
        List<V> a = stretched(given(operands, 0), result);
        List<V> b = stretched(given(operands, 1), result);
        List<V> cells = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            cells.add(two.of(a.get(i), b.get(i)));
        }
        return cells;
    }

    private V plus(V a, V b) {
        return numbers.apply(Ops.of("add"), Arrays.asList(a, b), Attributes.NONE);
    }

    private V times(V a, V b) {
        return numbers.apply(Ops.of("mul"), Arrays.asList(a, b), Attributes.NONE);
    }

    private V power(Op of, V x, double exponent) {
        Attributes attributes = new Attributes(Map.of("exponent", exponent));
        if (has.test(Ops.of("pow"), attributes)) {
            return numbers.apply(Ops.of("pow"), Arrays.asList(x), attributes);
        }
        if (exponent == -1 && has.test(Ops.of("div"), Attributes.NONE)) {
            return numbers.apply(Ops.of("div"), Arrays.asList(number(1, false), x), Attributes.NONE);
        }
        if (exponent == 2) {
            return times(x, x);
        }
        throw new UnsupportedOpException(of, "the engine takes no power " + exponent);
    }

    private double data(V cell) {
        return numbers.value(cell).get(0);
    }

    /** The larger of two (sign 1) or the smaller (sign −1); of equal ones half of each. */
    private V larger(V a, V b, int sign) {
        double x = data(a);
        double y = data(b);
        if (x == y) {
            return times(number(0.5, false), plus(a, b));
        }
        return Double.isNaN(x) || sign * x > sign * y ? a : b;
    }

    /** The largest (sign 1) or smallest (sign −1) of all, of equal ones an even share of each. */
    private V extreme(List<V> cells, int sign) {
        double best = data(cells.get(0));
        for (V cell : cells) {
            double x = data(cell);
            best = Double.isNaN(best) || sign * best >= sign * x ? best : x;
        }
        double most = best;
        List<V> ties = cells.stream()
                .filter(cell -> Double.compare(data(cell), most) == 0)
                .toList();
        V sum = ties.stream().reduce(this::plus).orElseThrow();
        return ties.size() == 1 ? sum : times(number(1.0 / ties.size(), false), sum);
    }

    private List<V> chosen(List<@Nullable Cells<V>> operands, Shape result) {
        Cells<V> condition = given(operands, 0);
        Tensor mask = condition.constant();
        int[] sources = condition.type().shape().broadcastSources(result);
        List<V> a = stretched(given(operands, 1), result);
        List<V> b = stretched(given(operands, 2), result);
        List<V> cells = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            cells.add(mask != null && mask.getLong(sources[i]) != 0 ? a.get(i) : b.get(i));
        }
        return cells;
    }

    private interface Many<V> {
        Optional<V> of(List<V> cells);
    }

    private List<V> reduced(Call call, Cells<V> x, Many<V> many) {
        Shape shape = x.type().shape();
        int[] dims = call.attributes().dims("dim", shape);
        List<V> cells = new ArrayList<>();
        for (int[] group : shape.groups(dims)) {
            // Nothing is left of an empty group but the sum of no numbers, or their product.
            cells.add(many.of(pick(x.cells(), group))
                    .orElseGet(() -> number(call.op().equals(Ops.of("prod")) ? 1 : 0, false)));
        }
        return cells;
    }

    private List<V> sums(Cells<V> x, int dim) {
        List<@Nullable V> cells = new ArrayList<>(Collections.nCopies(x.cells().size(), null));
        Shape shape = x.type().shape();
        for (int[] group : shape.groups(new int[] {dim})) {
            V sum = null;
            for (int position : group) {
                V cell = x.cells().get(position);
                sum = sum == null ? cell : plus(sum, cell);
                cells.set(position, sum);
            }
        }
        List<V> all = new ArrayList<>();
        for (V cell : cells) {
            all.add(java.util.Objects.requireNonNull(cell));
        }
        return all;
    }

    private List<V> product(Cells<V> x, Cells<V> y, Shape result) {
        Shape left = x.type().shape();
        Shape right = y.type().shape();
        int n = left.dim(left.rank() - 1);
        boolean vector = right.rank() == 1;
        int columns = vector ? 1 : right.dim(right.rank() - 1);
        int rows = left.rank() == 1 ? 1 : left.dim(left.rank() - 2);
        List<V> cells = new ArrayList<>();
        Shape batch =
                Shape.of(Arrays.copyOf(result.dims(), result.rank() - (left.rank() == 1 ? 0 : 1) - (vector ? 0 : 1)));
        int[] lefts = batchOf(left).broadcastSources(batch);
        int[] rights = batchOf(right).broadcastSources(batch);
        for (int b = 0; b < batch.size(); b++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    V sum = null;
                    for (int k = 0; k < n; k++) {
                        V term = times(
                                x.cells().get((lefts[b] * rows + i) * n + k),
                                y.cells().get((rights[b] * n + k) * columns + j));
                        sum = sum == null ? term : plus(sum, term);
                    }
                    cells.add(sum == null ? number(0, false) : sum);
                }
            }
        }
        return cells;
    }

    private static Shape batchOf(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), Math.max(0, shape.rank() - 2)));
    }

    /** Cells of its own, x + −0.0: only what is computed from those counts for their gradient. */
    @Override
    public Cells<V> retainGrad(Cells<V> value) {
        List<V> cells = new ArrayList<>();
        for (V cell : value.cells()) {
            cells.add(numbers.retainGrad(value.fresh() ? cell : plus(cell, number(-0.0, false))));
        }
        return new Cells<>(value.type(), cells, null, value.operands(), true);
    }

    @Override
    public void plan(List<Cells<V>> values, Cells<V> root, Tensor cotangent, List<Cells<V>> gradients) {
        reached = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Cells<V>> open = new ArrayList<>(List.of(root));
        while (!open.isEmpty()) {
            Cells<V> value = open.remove(open.size() - 1);
            if (reached.add(value)) {
                open.addAll(value.operands());
            }
        }
        total = total(root, cotangent);
        numbers.plan(
                values.stream().flatMap(value -> value.cells().stream()).toList(),
                total,
                Tensor.scalar(dtype, 1),
                gradients.stream()
                        .filter(reached::contains)
                        .flatMap(value -> value.cells().stream())
                        .toList());
    }

    private @Nullable V total;

    /** Σ cotangent · root, of which an engine of numbers takes the gradient. */
    private V total(Cells<V> root, Tensor cotangent) {
        V sum = null;
        for (int i = 0; i < cotangent.size(); i++) {
            V cell = root.cells().get(i);
            V term = cotangent.get(i) == 1 ? cell : times(number(cotangent.get(i), false), cell);
            sum = sum == null ? term : plus(sum, term);
        }
        return sum == null ? number(0, false) : sum;
    }

    @Override
    public Tensor value(Cells<V> value) {
        Tensor constant = value.constant();
        if (constant != null) {
            return constant;
        }
        double[] data = value.cells().stream().mapToDouble(this::data).toArray();
        return Tensor.of(dtype, value.type().shape(), data);
    }

    @Override
    public void backward(Cells<V> root, Tensor cotangent) {
        numbers.backward(total == null ? total(root, cotangent) : total, Tensor.scalar(dtype, 1));
    }

    @Override
    public Optional<Tensor> gradient(Cells<V> value) {
        if (!reached.contains(value)) {
            return Optional.empty();
        }
        double[] grads = value.cells().stream()
                .mapToDouble(cell ->
                        numbers.gradient(cell).map(gradient -> gradient.get(0)).orElse(0.0))
                .toArray();
        return Optional.of(Tensor.of(dtype, value.type().shape(), grads));
    }

    @Override
    public void close() {
        numbers.close();
    }
}
