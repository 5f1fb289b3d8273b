package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Subscript;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The twin's subscripts pick what those of Python's PyTorch pick. */
class SubscriptsTest {
    private static final TorchRuntime RUNTIME = TorchRuntime.get();

    @ParameterizedTest
    @CsvFileSource(resources = Subscript.TABLE, delimiter = '\t', emptyValue = "")
    void picksAsPython(String line, String x, String tensors, String picked) {
        assertThat(Subscript.picked(line, x, tensors, SubscriptsTest::pick)).isEqualTo(picked);
    }

    private static Tensor pick(Subscript subscript) {
        Apply apply = subscript.apply();
        try (TorchGraph graph = new TorchGraph(RUNTIME, DType.FLOAT64)) {
            List<TorchValue> operands = new ArrayList<>();
            subscript.operands().forEach(operand -> operands.add(graph.leaf(operand, false)));
            return graph.value(graph.apply(apply.op(), operands, apply.attributes()));
        }
    }

    /** The same tensor twice in one subscript, which DJL is given as a list, and then again as another operand. */
    @Test
    void indexTensorsStayTensors() {
        Apply apply = (Apply)
                Program.parse(List.of("y = x[i, i]")).statements().get(0).expr();
        try (TorchGraph graph = new TorchGraph(RUNTIME, DType.FLOAT64)) {
            TorchValue x = graph.leaf(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 1, 2, 3, 4), true);
            TorchValue i = graph.leaf(Tensor.indices(Shape.of(2), 1, 1), false);
            TorchValue y = graph.apply(Ops.of("index"), List.of(x, i, i), apply.attributes());
            TorchValue z = graph.apply(
                    Ops.of("embedding"),
                    List.of(i, x),
                    Ops.of("embedding").signature().defaults());
            assertThat(graph.value(y)).isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(2), 4, 4));
            assertThat(graph.value(z)).isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 3, 4, 3, 4));
            graph.backward(y, Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2));
            assertThat(graph.gradient(x)).contains(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 0, 0, 0, 3));
        }
    }
}
