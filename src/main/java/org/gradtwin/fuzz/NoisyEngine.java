package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An engine that rounds badly on purpose. Each use of a value has errors of its own: every element of every operand of
 * an op, in the shape that the op broadcasts it to, is off by {@code ± e}, and what the backward pass sends back
 * through that use is off by another {@code ± e}. One error for a value and all of its uses would cancel, in
 * {@code h/h} and in its gradient, where those of an engine do not: there a value is rounded once, but each quotient,
 * product and sum that is made of it by itself. What moves from seed to seed is what rounding can explain in this
 * program (Monte-Carlo arithmetic, Parker 1997).
 *
 * <p>Leaves are exact: where an op rounds once, or only selects, the values of leaves are not moved, so that
 * {@code x - x} is 0 and what ties stays tied. Ops that only move elements are exact.
 *
 * <p>Errors of the operands do not show what cancels inside of an op. Engines are free to compute the derivative of
 * tanh as 1 − y², which is off by a rounding of 1 wherever tanh is flat; so to the result of such ops
 * {@code (x − c)·(± e)} is added, with c the value of x: nothing in the value, ± e in the derivative. Where the value
 * itself is a difference, as in {@code log_softmax}, ± e times the largest term is added to it too, and x − mean in
 * {@code var} and {@code layer_norm} is off by as much, which matters where all x are equal.
 */
final class NoisyEngine implements Engine {
    /** Their derivative may be formed as a difference of numbers up to 1. */
    private static final Set<Op> FLAT = Set.of(
            Ops.of("tanh"),
            Ops.of("sigmoid"),
            Ops.of("expm1"),
            Ops.of("gelu"),
            Ops.of("silu"),
            Ops.of("softplus"),
            Ops.of("elu"),
            Ops.of("softmax"),
            Ops.of("log_softmax"),
            Ops.of("logsumexp"),
            Ops.of("cross_entropy"),
            Ops.of("binary_cross_entropy_with_logits"));

    /** Their value may be formed as a difference of larger numbers. */
    private static final Set<Op> DIFFERENCE = Set.of(
            Ops.of("elu"),
            Ops.of("gelu"),
            Ops.of("log_softmax"),
            Ops.of("logsumexp"),
            Ops.of("cross_entropy"),
            Ops.of("binary_cross_entropy_with_logits"));

    /** The groups of ops that make an element of the result of one element of each operand. */
    private static final Set<Op.Group> ELEMENTWISE = Set.of(Op.Group.ARITHMETIC, Op.Group.ELEMENTWISE, Op.Group.LOSSES);

    private final Engine engine;
    private final double size;
    private final long seed;

    /**
     * A noisy engine.
     *
     * @param engine what computes
     * @param size e, the relative size of the noise
     * @param seed of the signs
     */
    NoisyEngine(Engine engine, double size, long seed) {
        this.engine = engine;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public boolean concurrent() {
        return engine.concurrent();
    }

    @Override
    public String name() {
        return "noisy " + engine.name();
    }

    @Override
    public Set<DType> dtypes() {
        return engine.dtypes();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return new Noisy<>(engine.newGraph(dtype), dtype);
    }

    private final class Noisy<V> extends ExactGraph<V> {
        private final DType dtype;
        private final SplittableRandom random = new SplittableRandom(seed);

        Noisy(Graph<V> graph, DType dtype) {
            super(graph);
            this.dtype = dtype;
        }

        @Override
        public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
            if (op.group() == Op.Group.SHAPE) {
                return super.apply(op, operands, attributes);
            }
            List<@Nullable V> used = used(op, operands);
            V result = op == Ops.of("layer_norm") ? layerNorm(used, attributes) : graph.apply(op, used, attributes);
            V x = used.get(0);
            if (x == null || !(FLAT.contains(op) || op == Ops.of("var"))) {
                return result;
            }
            Shape shape = graph.value(result).shape();
            Tensor value = graph.value(x);
            double error = op == Ops.of("var") ? varianceError(value, shape, attributes) : size;
            V nothing = binary(Ops.of("sub"), x, constant(value));
            V slope = binary(Ops.of("mul"), nothing, constant(signs(value.shape(), error)));
            V added = binary(Ops.of("add"), result, reduced(slope, op, value.shape(), shape, attributes));
            return DIFFERENCE.contains(op)
                    ? binary(Ops.of("add"), added, constant(signs(shape, size * terms(op, value, attributes))))
                    : added;
        }

        /** How large the numbers are that an op may subtract for its value: alpha·exp(x) and alpha, or the operand. */
        private double terms(Op op, Tensor value, Attributes attributes) {
            return op == Ops.of("elu") ? attributes.number("alpha") : largest(value);
        }

        /** 2(x − mean)/(n − correction), the derivative, where x − mean is off by e times the largest x. */
        private double varianceError(Tensor value, Shape result, Attributes attributes) {
            double n = (double) value.size() / result.size();
            return size * largest(value) * 2 / Math.abs(n - attributes.number("correction"));
        }

        /** The operands as this op sees them, each copy of each element with errors of its own. */
        private List<@Nullable V> used(Op op, List<@Nullable V> operands) {
            List<@Nullable Tensor> values = new ArrayList<>();
            for (V operand : operands) {
                values.add(operand == null ? null : graph.value(operand));
            }
            Optional<Shape> common = common(op, values);
            boolean once = common.isPresent() || op == Ops.of("amax") || op == Ops.of("amin");
            List<@Nullable V> used = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
                V x = operands.get(i);
                Tensor value = values.get(i);
                used.add(
                        x == null || value == null || !value.dtype().isFloating()
                                ? x
                                : moved(x, value, common.orElse(value.shape()), once && isExact(x)));
            }
            return used;
        }

        /** The shape to which an op broadcasts its operands that makes each element of one of each; empty for others. */
        private static Optional<Shape> common(Op op, List<@Nullable Tensor> values) {
            if (op == Ops.of("matmul") || !ELEMENTWISE.contains(op.group())) {
                return Optional.empty();
            }
            Shape common = Shape.SCALAR;
            for (Tensor value : values) {
                if (value != null && !value.dtype().isFloating()) {
                    return Optional.empty();
                }
                common = value == null ? common : Shape.broadcast(common, value.shape());
            }
            return Optional.of(common);
        }

        /** {@code x·(1 ± e) + c}, where c sets the error of the value: one of its own, or none. */
        private V moved(V x, Tensor value, Shape shape, boolean held) {
            double[] slopes = new double[shape.size()];
            double[] shifts = new double[shape.size()];
            int[] sources = value.shape().broadcastSources(shape);
            for (int i = 0; i < slopes.length; i++) {
                double error = sign(size);
                slopes[i] = 1 + error;
                shifts[i] = value.get(sources[i]) * ((held ? 0 : sign(size)) - error);
            }
            V turned = binary(Ops.of("mul"), x, constant(Tensor.of(dtype, shape, slopes)));
            return binary(Ops.of("add"), turned, constant(Tensor.of(dtype, shape, shifts)));
        }

        private double sign(double scale) {
            return random.nextBoolean() ? scale : -scale;
        }

        /**
         * With noise where x − mean is formed, in the value and in the derivative, as if that were two products with
         * 1/σ.
         */
        private V layerNorm(List<@Nullable V> operands, Attributes attributes) {
            List<@Nullable V> alone = new ArrayList<>(operands.subList(0, 1));
            alone.add(null);
            alone.add(null);
            V result = graph.apply(Ops.of("layer_norm"), alone, attributes);
            V x = alone.get(0);
            if (x != null) {
                Tensor value = graph.value(x);
                Map<String, @Nullable Object> over = new LinkedHashMap<>();
                over.put("dim", attributes.integers("normalized_shape").length == 1 ? List.of(-1) : List.of(0, 1));
                over.put("correction", 0);
                over.put("keepdim", true);
                V variance = graph.apply(Ops.of("var"), single(constant(value)), new Attributes(over));
                double least =
                        Arrays.stream(graph.value(variance).toDoubles()).min().orElse(0);
                double steepness = 1 / Math.sqrt(least + attributes.number("eps"));
                double cancelled = size * largest(value) * steepness;
                V nothing = binary(Ops.of("sub"), x, constant(value));
                V slope =
                        binary(Ops.of("mul"), nothing, constant(signs(value.shape(), (size + cancelled) * steepness)));
                result = binary(
                        Ops.of("add"), binary(Ops.of("add"), result, constant(signs(value.shape(), cancelled))), slope);
            }
            V weight = operands.get(1);
            V bias = operands.get(2);
            result = weight == null ? result : binary(Ops.of("mul"), result, weight);
            return bias == null ? result : binary(Ops.of("add"), result, bias);
        }

        /** The sum over what the op summed over, so that it has the shape of the op's result. */
        private V reduced(V slope, Op op, Shape from, Shape to, Attributes attributes) {
            if (op == Ops.of("logsumexp") || op == Ops.of("var")) {
                return graph.apply(
                        Ops.of("sum"), single(slope), sum(attributes.get("dim"), attributes.flag("keepdim")));
            }
            if (from.equals(to)) {
                return slope;
            }
            return graph.apply(Ops.of("sum"), single(slope), sum(to.rank() == 0 ? null : List.of(1), false));
        }

        private Attributes sum(@Nullable Object dim, boolean keepdim) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            values.put("dim", dim);
            values.put("keepdim", keepdim);
            return new Attributes(values);
        }

        private List<@Nullable V> single(V value) {
            List<@Nullable V> list = new ArrayList<>();
            list.add(value);
            return list;
        }

        private V binary(Op op, V a, V b) {
            List<@Nullable V> operands = single(a);
            operands.add(b);
            return graph.apply(op, operands, op.signature().defaults());
        }

        private V constant(Tensor value) {
            return graph.leaf(value, false);
        }

        private Tensor signs(Shape shape, double scale) {
            double[] signs = new double[shape.size()];
            for (int i = 0; i < signs.length; i++) {
                signs[i] = sign(scale);
            }
            return Tensor.of(dtype, shape, signs);
        }

        private double largest(Tensor value) {
            double largest = 0;
            for (double x : value.toDoubles()) {
                largest = Math.max(largest, Math.abs(x));
            }
            return largest;
        }
    }
}
