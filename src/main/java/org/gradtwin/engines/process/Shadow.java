package org.gradtwin.engines.process;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a program as this project's scalar engine has them, node by node: which of two is larger, or whether one is below 0,
 * is asked of it while a program of numbers is written. To ask the child would be to have it run the program so far each time.
 */
final class Shadow<W> {
    private final Graph<W> graph;
    private final List<W> numbers = new ArrayList<>();

    private Shadow(Graph<W> graph) {
        this.graph = graph;
    }

    static Shadow<?> empty() {
        return new Shadow<>(new ScalarEngine().newGraph(DType.FLOAT64));
    }

    void leaf(Tensor value) {
        numbers.add(graph.leaf(value.to(DType.FLOAT64), false));
    }

    void apply(Op op, List<@Nullable Integer> operands, Attributes attributes) {
        List<@Nullable W> given = new ArrayList<>();
        operands.forEach(id -> given.add(id == null ? null : numbers.get(id)));
        numbers.add(graph.apply(op, given, attributes));
    }

    Tensor value(int id) {
        return graph.value(numbers.get(id));
    }
}
