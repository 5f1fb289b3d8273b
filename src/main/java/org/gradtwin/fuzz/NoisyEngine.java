package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.Graph;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Op;
import org.gradtwin.program.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An engine that rounds badly on purpose: every leaf and every result of an op is multiplied, element by element, by
 * {@code 1 ± e}. The backward pass runs through the same products, so the adjoints are off by as much, each
 * contribution on its own. What moves from seed to seed is what rounding can explain in this program (Monte-Carlo
 * arithmetic, Parker 1997).
 *
 * <p>A product does not show what cancels inside of an op. Engines are free to compute the derivative of tanh as
 * 1 − y², which is off by a rounding of 1 wherever tanh is flat; so to the result of such ops {@code (x − c)·(± e)} is
 * added, with c the value of x: nothing in the value, ± e in the derivative. Where the value itself is a difference, as
 * in {@code log_softmax}, ± e times the largest operand is added to it too, and x − mean in {@code layer_norm} is off
 * by as much. Ops that only move elements are exact.
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

    /** Their value may be formed as a difference of numbers as large as the operand. */
    private static final Set<Op> DIFFERENCE = Set.of(
            Ops.of("gelu"),
            Ops.of("log_softmax"),
            Ops.of("logsumexp"),
            Ops.of("cross_entropy"),
            Ops.of("binary_cross_entropy_with_logits"));

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

    private final class Noisy<V> extends ForwardingGraph<V> {
        private final DType dtype;
        private final SplittableRandom random = new SplittableRandom(seed);

        Noisy(Graph<V> graph, DType dtype) {
            super(graph);
            this.dtype = dtype;
        }

        @Override
        public V leaf(Tensor value, boolean requiresGrad) {
            return graph.leaf(value.dtype().isFloating() ? moved(value) : value, requiresGrad);
        }

        @Override
        public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
            V result = op == Ops.of("layer_norm")
                    ? layerNorm(operands, attributes)
                    : graph.apply(op, operands, attributes);
            if (op.group() == Op.Group.SHAPE) {
                return result;
            }
            Shape shape = graph.value(result).shape();
            V noisy = binary(Ops.of("mul"), result, constant(moved(Tensor.full(dtype, shape, 1))));
            V x = operands.get(0);
            if (x == null || !FLAT.contains(op)) {
                return noisy;
            }
            Tensor value = graph.value(x);
            V nothing = binary(Ops.of("sub"), x, constant(value));
            V slope = binary(Ops.of("mul"), nothing, constant(signs(value.shape(), size)));
            V added = binary(Ops.of("add"), noisy, reduced(slope, op, value.shape(), shape, attributes));
            return DIFFERENCE.contains(op)
                    ? binary(Ops.of("add"), added, constant(signs(shape, size * largest(value))))
                    : added;
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
            if (op == Ops.of("logsumexp")) {
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

        private Tensor moved(Tensor value) {
            double[] moved = value.toDoubles();
            for (int i = 0; i < moved.length; i++) {
                moved[i] *= random.nextBoolean() ? 1 + size : 1 - size;
            }
            return Tensor.of(dtype, value.shape(), moved);
        }

        private Tensor signs(Shape shape, double scale) {
            double[] signs = new double[shape.size()];
            for (int i = 0; i < signs.length; i++) {
                signs[i] = random.nextBoolean() ? scale : -scale;
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
