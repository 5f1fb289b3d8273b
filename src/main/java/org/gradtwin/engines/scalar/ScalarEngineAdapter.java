package org.gradtwin.engines.scalar;

import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.ProgramNetwork;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An engine of numbers in Java: extend this, say how a number is made, what ops there are, and how backward is run. The harness
 * makes tensors of numbers, and all other ops of those.
 *
 * @param <V> the engine's number
 */
public abstract class ScalarEngineAdapter<V> implements Engine {
    private final Map<String, Function<List<V>, V>> ops;

    /**
     * An adapter.
     *
     * @param ops by the names of {@code fixtures/ops.json}, what the engine has: add, mul, tanh, … of all operands
     */
    protected ScalarEngineAdapter(Map<String, Function<List<V>, V>> ops) {
        this.ops = Map.copyOf(ops);
    }

    /** A number that was not computed. */
    protected abstract V leaf(double value, boolean requiresGrad);

    /** What a number holds. */
    protected abstract double data(V value);

    /** Gives everything that a number was computed from its gradient. */
    protected abstract void backward(V root);

    /** The gradient of a number after backward. */
    protected abstract double grad(V value);

    /** x to a number that is no variable. Without it the engine has no powers but those that it can make by mul and div. */
    protected @Nullable V pow(V x, double exponent) {
        return null;
    }

    /** Whether {@link #grad} can be asked of computed numbers too; else each gets a leaf of zero added, and that is asked. */
    protected boolean intermediateGradients() {
        return true;
    }

    /** It computes in float64, as Java does. */
    @Override
    public Set<DType> dtypes() {
        return EnumSet.of(DType.FLOAT64);
    }

    @Override
    public final Graph<?> newGraph(DType dtype) {
        return new ScalarLevel<>(new Numbers(), this::has, dtype);
    }

    /** The steps are programs. */
    @Override
    public Training train(TrainingTask task) {
        return ProgramNetwork.train(this, task, true);
    }

    private boolean has(Op op, Attributes attributes) {
        return ops.containsKey(op.id())
                || (op.id().equals("pow") && pow(leaf(1, false), attributes.number("exponent")) != null);
    }

    private final class Numbers implements Graph<V> {
        private final IdentityHashMap<V, V> probes = new IdentityHashMap<>();

        /** −0.0, for x + 0.0 would lose a −0.0. */
        @Override
        public V retainGrad(V value) {
            if (intermediateGradients()) {
                return value;
            }
            V probe = ScalarEngineAdapter.this.leaf(-0.0, true);
            V sum = apply(Ops.of("add"), List.of(value, probe), Attributes.NONE);
            probes.put(sum, probe);
            return sum;
        }

        @Override
        public V leaf(Tensor value, boolean requiresGrad) {
            return ScalarEngineAdapter.this.leaf(value.get(0), requiresGrad);
        }

        @Override
        public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
            List<V> given = operands.stream().filter(operand -> operand != null).toList();
            Function<List<V>, V> function = ops.get(op.id());
            V value = function == null ? pow(given.get(0), attributes.number("exponent")) : function.apply(given);
            if (value == null) {
                throw new UnsupportedOpException(op, "the engine has no such op");
            }
            return value;
        }

        @Override
        public Tensor value(V value) {
            return Tensor.scalar(DType.FLOAT64, data(value));
        }

        @Override
        public void backward(V root, Tensor cotangent) {
            ScalarEngineAdapter.this.backward(root);
        }

        @Override
        public Optional<Tensor> gradient(V value) {
            return Optional.of(
                    Tensor.scalar(DType.FLOAT64, ScalarEngineAdapter.this.grad(probes.getOrDefault(value, value))));
        }
    }
}
