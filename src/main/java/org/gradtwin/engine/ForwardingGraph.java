package org.gradtwin.engine;

import java.util.List;
import java.util.Optional;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A graph that leaves everything to another one. Overriding a method puts noise, a fault or a count between a caller
 * and an engine.
 *
 * @param <V> the other graph's handle to a value
 */
public abstract class ForwardingGraph<V> implements Graph<V> {
    /** The graph that computes. */
    protected final Graph<V> graph;

    /** A graph in front of another one, which is closed with this one. */
    protected ForwardingGraph(Graph<V> graph) {
        this.graph = graph;
    }

    @Override
    public V leaf(Tensor value, boolean requiresGrad) {
        return graph.leaf(value, requiresGrad);
    }

    @Override
    public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
        return graph.apply(op, operands, attributes);
    }

    @Override
    public V retainGrad(V value) {
        return graph.retainGrad(value);
    }

    @Override
    public void plan(List<V> values, V root, Tensor cotangent, List<V> gradients) {
        graph.plan(values, root, cotangent, gradients);
    }

    @Override
    public Tensor value(V value) {
        return graph.value(value);
    }

    @Override
    public void backward(V root, Tensor cotangent) {
        graph.backward(root, cotangent);
    }

    @Override
    public Optional<Tensor> gradient(V value) {
        return graph.gradient(value);
    }

    @Override
    public boolean differentiates() {
        return graph.differentiates();
    }

    @Override
    public V grad(V root, V value) {
        return graph.grad(root, value);
    }

    @Override
    public void close() {
        graph.close();
    }
}
