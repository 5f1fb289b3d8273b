package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.scalar.ScalarLevel.Cells;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The rules for primitives that an engine of numbers lacks, in what it has: sums, products, powers and the choice of a number.
 *
 * @param <V> the engine's handle to a number
 */
final class NumberRules<V> {
    private final Graph<V> numbers;
    private final BiPredicate<Op, Attributes> has;
    private final DType dtype;

    /** See {@link ScalarLevel}. */
    NumberRules(Graph<V> numbers, BiPredicate<Op, Attributes> has, DType dtype) {
        this.numbers = numbers;
        this.has = has;
        this.dtype = dtype;
    }

    V number(double value, boolean requiresGrad) {
        return numbers.leaf(Tensor.scalar(dtype, value), requiresGrad);
    }

    static <V> Cells<V> given(List<@Nullable Cells<V>> operands, int i) {
        Cells<V> operand = operands.get(i);
        if (operand == null) {
            throw new IllegalArgumentException("operand " + i + " is missing");
        }
        return operand;
    }

    /**
     * The elements of the result of a primitive.
     *
     * @throws UnsupportedOpException if there is no rule for it, or the engine lacks what the rule is made of
     */
    List<V> apply(Call call, List<@Nullable Cells<V>> operands, Shape result) {
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
            case "sum" -> reduced(call, x, cells -> inPairs(cells, this::plus));
            case "prod" -> reduced(call, x, cells -> inPairs(cells, this::times));
            case "amax" -> reduced(call, x, cells -> Optional.of(extreme(cells, 1)));
            case "amin" -> reduced(call, x, cells -> Optional.of(extreme(cells, -1)));
            case "cumsum" -> x.type().shape().rank() == 0 ? x.cells() : sums(x, call.dims()[0]);
            case "matmul" -> {
                Cells<V> y = given(operands, 1);
                if (x.constant() != null || y.constant() != null) {
                    throw new IllegalArgumentException("matmul of %s and %s: only of floating-point numbers"
                            .formatted(
                                    x.type().dtype().torchName(),
                                    y.type().dtype().torchName()));
                }
                yield ScalarProducts.matmul(
                        x.type().shape(), x.cells(), y.type().shape(), y.cells(), this::dot);
            }
            default -> throw new UnsupportedOpException(op, "the engine has no such op");
        };
    }

    private interface Two<V> {
        V of(V a, V b);
    }

    private List<V> zip(List<@Nullable Cells<V>> operands, Shape result, Two<V> two) {
        List<V> a = given(operands, 0).stretched(result);
        List<V> b = given(operands, 1).stretched(result);
        List<V> cells = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            cells.add(two.of(a.get(i), b.get(i)));
        }
        return cells;
    }

    V plus(V a, V b) {
        return numbers.apply(Ops.of("add"), Arrays.asList(a, b), Attributes.NONE);
    }

    V times(V a, V b) {
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

    /** All of them, two by two: an engine that recurses would not come down from a chain of thousands. */
    static <V> Optional<V> inPairs(List<V> all, BinaryOperator<V> two) {
        List<V> level = all;
        while (level.size() > 1) {
            List<V> next = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                next.add(i + 1 < level.size() ? two.apply(level.get(i), level.get(i + 1)) : level.get(i));
            }
            level = next;
        }
        return level.stream().findFirst();
    }

    double data(V cell) {
        return numbers.value(cell).get(0);
    }

    /** The larger of two (sign 1) or the smaller (sign −1); of equal ones half of each. NaN beside anything passes the gradient to both. */
    private V larger(V a, V b, int sign) {
        double x = data(a);
        double y = data(b);
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return plus(a, b);
        }
        if (x == y) {
            return times(number(0.5, false), plus(a, b));
        }
        return sign * x > sign * y ? a : b;
    }

    /** The largest (sign 1) or smallest (sign −1) of all, of equal ones an even share of each. Beside NaN all have the gradient NaN, 0 / 0. */
    private V extreme(List<V> cells, int sign) {
        double best = data(cells.get(0));
        for (V cell : cells) {
            double x = data(cell);
            best = Double.isNaN(best) || sign * best >= sign * x ? best : x;
        }
        double most = best;
        if (Double.isNaN(most)) {
            return times(number(most, false), inPairs(cells, this::plus).orElseThrow());
        }
        List<V> ties = cells.stream().filter(cell -> data(cell) == most).toList();
        V sum = inPairs(ties, this::plus).orElseThrow();
        return ties.size() == 1 ? sum : times(number(1.0 / ties.size(), false), sum);
    }

    private List<V> chosen(List<@Nullable Cells<V>> operands, Shape result) {
        Cells<V> condition = given(operands, 0);
        Tensor mask = condition.constant();
        int[] sources = condition.type().shape().broadcastSources(result);
        List<V> a = given(operands, 1).stretched(result);
        List<V> b = given(operands, 2).stretched(result);
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
            cells.add(many.of(x.pick(group)).orElseGet(() -> number(call.op().equals(Ops.of("prod")) ? 1 : 0, false)));
        }
        return cells;
    }

    private List<V> sums(Cells<V> x, int dim) {
        List<V> cells = new ArrayList<>(x.cells());
        for (int[] group : x.type().shape().groups(new int[] {dim})) {
            for (int i = 1; i < group.length; i++) {
                cells.set(group[i], plus(cells.get(group[i - 1]), cells.get(group[i])));
            }
        }
        return cells;
    }

    private V dot(List<V> row, List<V> column) {
        List<V> products = IntStream.range(0, row.size())
                .mapToObj(k -> times(row.get(k), column.get(k)))
                .toList();
        return inPairs(products, this::plus).orElseGet(() -> number(0, false));
    }
}
