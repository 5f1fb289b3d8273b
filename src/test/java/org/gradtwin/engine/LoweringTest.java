package org.gradtwin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoweringTest {
    static List<List<Tensor>> moved() {
        Shape three = Shape.of(3);
        return List.of(
                List.of(Tensor.indices(three, 4, 0, 2), Tensor.indices(three, 2, 0, 4)),
                List.of(Tensor.bools(three, true, false, false), Tensor.bools(three, false, false, true)),
                List.of(Tensor.of(DType.FLOAT32, three, 4, 0, 2), Tensor.of(DType.FLOAT32, three, 2, 0, 4)));
    }

    /** Indices stay indices: an engine is not asked to join them to a fill value of floating point. */
    @ParameterizedTest
    @MethodSource("moved")
    void aSelectionKeepsTheType(List<Tensor> moved) {
        assertThat(flipped(new MatrixEngine().newGraph(DType.FLOAT32), moved.get(0)))
                .isEqualTo(moved.get(1));
    }

    private static <V> Tensor flipped(Graph<V> graph, Tensor tensor) {
        Call call = new Call(
                Ops.of("flip"),
                List.of(new Type(tensor.dtype(), tensor.shape(), false)),
                new Attributes(Map.of("dims", List.of(0))));
        return graph.value(Lowering.apply(graph, call, List.of(graph.leaf(tensor, false)), DType.FLOAT32));
    }
}
