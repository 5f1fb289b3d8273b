package org.gradtwin.report.html;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/** The scalar engine with three faults: what sin gives, what exp passes back, and what relu does not. */
final class FaultyEngine implements Engine {
    private final Engine engine = new ScalarEngine();

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Set<DType> dtypes() {
        return engine.dtypes();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return new Faulty<>(engine.newGraph(dtype));
    }

    private static final class Faulty<V> implements Graph<V> {
        private final Graph<V> graph;
        private final Map<V, Op> results = new IdentityHashMap<>();
        private final Map<V, Op> operands = new IdentityHashMap<>();

        Faulty(Graph<V> graph) {
            this.graph = graph;
        }

        @Override
        public V leaf(Tensor value, boolean requiresGrad) {
            return graph.leaf(value, requiresGrad);
        }

        @Override
        public V apply(Op op, List<V> given, Attributes attributes) {
            V result = graph.apply(op, given, attributes);
            given.forEach(operand -> operands.put(operand, op));
            results.put(result, op);
            return result;
        }

        @Override
        public V retainGrad(V value) {
            V kept = graph.retainGrad(value);
            results.put(kept, results.get(value));
            return kept;
        }

        @Override
        public Tensor value(V value) {
            Tensor right = graph.value(value);
            return results.get(value) == Ops.of("sin") ? scaled(right, 1.001) : right;
        }

        @Override
        public void backward(V root, Tensor cotangent) {
            graph.backward(root, cotangent);
        }

        @Override
        public Optional<Tensor> gradient(V value) {
            Optional<Tensor> right = graph.gradient(value);
            Op op = operands.get(value);
            if (op == Ops.of("relu")) {
                return Optional.empty();
            }
            return op == Ops.of("exp") ? right.map(gradient -> scaled(gradient, 2)) : right;
        }

        @Override
        public void close() {
            graph.close();
        }

        private static Tensor scaled(Tensor tensor, double factor) {
            double[] values = tensor.toDoubles();
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
            return Tensor.of(tensor.dtype(), tensor.shape(), values);
        }
    }
}
