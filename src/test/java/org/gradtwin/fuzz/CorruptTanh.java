package org.gradtwin.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * An engine whose tanh has a derivative that is too large by a relative error: y + e·(y − c), where c is the value of y, has
 * the value y and the derivative (1 + e)·y'.
 *
 * @param engine the engine that is right
 * @param error e
 */
record CorruptTanh(Engine engine, double error) implements Engine {
    @Override
    public String name() {
        return "corrupt";
    }

    @Override
    public Set<DType> dtypes() {
        return engine.dtypes();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return wrap(engine.newGraph(dtype), dtype);
    }

    private <V> Graph<V> wrap(Graph<V> graph, DType dtype) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<V> operands, Attributes attributes) {
                V y = graph.apply(op, operands, attributes);
                if (op != Ops.of("tanh")) {
                    return y;
                }
                V nothing = binary(Ops.of("sub"), y, graph.leaf(graph.value(y), false));
                V slope = binary(Ops.of("mul"), nothing, graph.leaf(Tensor.scalar(dtype, error), false));
                return binary(Ops.of("add"), y, slope);
            }

            private V binary(Op op, V a, V b) {
                return graph.apply(op, Arrays.asList(a, b), Attributes.NONE);
            }
        };
    }
}
