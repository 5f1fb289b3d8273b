package org.gradtwin.fuzz;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A graph that knows which values no engine rounds: leaves, and what only moves elements of leaves.
 *
 * @param <V> the other graph's handle to a value
 */
abstract class ExactGraph<V> extends ForwardingGraph<V> {
    private final Set<V> exact = Collections.newSetFromMap(new IdentityHashMap<>());

    ExactGraph(Graph<V> graph) {
        super(graph);
    }

    /** Whether no engine rounds a value. */
    final boolean isExact(V value) {
        return exact.contains(value);
    }

    /** What has the value of another one, and is exact if that is. */
    final V alike(V value, V same) {
        if (exact.contains(value)) {
            exact.add(same);
        }
        return same;
    }

    @Override
    public final V leaf(Tensor value, boolean requiresGrad) {
        V leaf = graph.leaf(value, requiresGrad);
        exact.add(leaf);
        return leaf;
    }

    @Override
    public final V retainGrad(V value) {
        return alike(value, graph.retainGrad(value));
    }

    @Override
    public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
        V result = graph.apply(op, operands, attributes);
        if ((op.group() == Group.SHAPE || op.isSelection()) && exact.containsAll(operands)) {
            exact.add(result);
        }
        return result;
    }
}
