package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An engine that refuses what the generator refuses: operands near a kink or outside of an op's domain. A program that
 * shrinks to there would show what engines do at kinks, and no longer what was found.
 *
 * @param engine what computes
 * @param ties whether elements that no engine rounds may tie
 * @param kinks whether all operands may be that have one answer, as in probes
 */
record SmoothEngine(Engine engine, boolean ties, boolean kinks) implements Engine {
    @Override
    public boolean concurrent() {
        return engine.concurrent();
    }

    @Override
    public boolean keepsTime() {
        return engine.keepsTime();
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Set<DType> dtypes() {
        return engine.dtypes();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return new Smooth<>(engine.newGraph(dtype));
    }

    private final class Smooth<V> extends ExactGraph<V> {
        Smooth(Graph<V> graph) {
            super(graph);
        }

        @Override
        public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
            List<@Nullable Tensor> values = new ArrayList<>();
            boolean exact = ties;
            for (V operand : operands) {
                values.add(operand == null ? null : graph.value(operand));
                exact &= operand == null || isExact(operand);
            }
            boolean refused = kinks
                    ? op.unanswered().inAnyType(values, attributes)
                    : op.isOutside(values, attributes) || op.isNearKink(values, attributes, exact);
            if (refused) {
                throw new IllegalArgumentException(op.id() + ": an operand is outside of the domain or near a kink");
            }
            return super.apply(op, operands, attributes);
        }
    }
}
