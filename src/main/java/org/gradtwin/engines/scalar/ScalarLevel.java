package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
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
    private final NumberRules<V> rules;
    private Set<Cells<V>> reached = Set.of();
    private @Nullable V total;

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
            Type type, List<V> cells, @Nullable Tensor constant, List<Cells<V>> operands, boolean fresh) {
        /** The cells of the shape that the tensor stretches to. */
        List<V> stretched(Shape to) {
            return pick(type.shape().broadcastSources(to));
        }

        List<V> pick(int[] positions) {
            return Arrays.stream(positions).mapToObj(cells::get).toList();
        }
    }

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
        rules = new NumberRules<>(numbers, has, dtype);
    }

    @Override
    public Cells<V> leaf(Tensor value, boolean requiresGrad) {
        Type type = new Type(value.dtype(), value.shape(), requiresGrad);
        if (!value.dtype().isFloating()) {
            return new Cells<>(type, List.of(), value, List.of(), true);
        }
        List<V> cells = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            cells.add(rules.number(value.get(i), requiresGrad));
        }
        return new Cells<>(type, cells, null, List.of(), true);
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
        return new Cells<>(result, rules.apply(call, operands, result.shape()), null, parents, false);
    }

    private Cells<V> selection(Call call, Type result, List<@Nullable Cells<V>> operands, List<Cells<V>> parents) {
        int[] sources = Lowering.sources(this, call, operands);
        Cells<V> first = operands.get(0);
        if (first != null && first.constant() != null) {
            // Bools and indices have no cells to move.
            double fill = call.op().movement().fill(call.attributes());
            return leaf(first.constant().pick(result.shape(), fill, sources), false);
        }
        List<V> all = new ArrayList<>();
        for (int operand : call.op().selectedFrom(operands)) {
            all.addAll(NumberRules.given(operands, operand).cells());
        }
        List<V> cells = new ArrayList<>();
        for (int source : sources) {
            cells.add(source < 0 ? rules.number(call.op().movement().fill(call.attributes()), false) : all.get(source));
        }
        return new Cells<>(result, cells, null, parents, false);
    }

    private List<V> elementwise(Op op, List<@Nullable Cells<V>> operands, Attributes attributes, Shape result) {
        List<List<V>> stretched = new ArrayList<>();
        for (Cells<V> operand : operands) {
            stretched.add(operand == null ? List.of() : operand.stretched(result));
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

    /** Cells of its own, x + −0.0: only what is computed from those counts for their gradient. */
    @Override
    public Cells<V> retainGrad(Cells<V> value) {
        List<V> cells = new ArrayList<>();
        for (V cell : value.cells()) {
            cells.add(numbers.retainGrad(value.fresh() ? cell : rules.plus(cell, rules.number(-0.0, false))));
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

    /** Σ cotangent · root, of which an engine of numbers takes the gradient. */
    private V total(Cells<V> root, Tensor cotangent) {
        List<V> terms = new ArrayList<>();
        for (int i = 0; i < cotangent.size(); i++) {
            V cell = root.cells().get(i);
            terms.add(cotangent.get(i) == 1 ? cell : rules.times(rules.number(cotangent.get(i), false), cell));
        }
        return NumberRules.inPairs(terms, rules::plus).orElseGet(() -> rules.number(0, false));
    }

    @Override
    public Tensor value(Cells<V> value) {
        Tensor constant = value.constant();
        if (constant != null) {
            return constant;
        }
        double[] data = value.cells().stream().mapToDouble(rules::data).toArray();
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
