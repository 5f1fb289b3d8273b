package org.gradtwin.engine;

import java.util.List;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;

/** Takes sigmoid for tanh. */
public class WrongTanh extends GivenEngine {
    public WrongTanh() {
        this("wrong-tanh");
    }

    protected WrongTanh(String name) {
        super(name, dtype -> wrong(new MatrixEngine().newGraph(dtype)));
    }

    private static <V> Graph<V> wrong(Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<V> operands, Attributes attributes) {
                return graph.apply(op == Ops.of("tanh") ? Ops.of("sigmoid") : op, operands, attributes);
            }
        };
    }
}
