package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The twin's subscripts pick what those of Python's PyTorch pick, {@code subscripts.py} says of which. */
class SubscriptsTest {
    private static final TorchRuntime RUNTIME = TorchRuntime.get();

    @ParameterizedTest
    @CsvFileSource(resources = "subscripts.tsv", delimiter = '\t', emptyValue = "")
    void picksAsPython(String line, String x, String tensors, String picked) {
        assertThat(pick(line, x, tensors == null ? "" : tensors)).isEqualTo(picked);
    }

    private static String pick(String line, String x, String given) {
        Apply apply = (Apply)
                Program.parse(List.of("y = " + line)).statements().get(0).expr();
        Map<String, Tensor> tensors = new HashMap<>();
        for (String text : given.split(" ")) {
            if (!text.isEmpty()) {
                int values = text.indexOf('[');
                tensors.put(
                        text.substring(0, 1),
                        Tensor.indices(
                                shape(text.substring(1, values)),
                                numbers(text.substring(values))
                                        .mapToLong(Long::parseLong)
                                        .toArray()));
            }
        }
        Shape shape = shape(x.substring(1));
        tensors.put(
                "x",
                Tensor.of(
                        DType.FLOAT64,
                        shape,
                        IntStream.range(0, shape.size()).asDoubleStream().toArray()));
        try (TorchGraph graph = new TorchGraph(RUNTIME, DType.FLOAT64)) {
            List<TorchValue> operands = new ArrayList<>();
            for (Expr operand : apply.operands()) {
                operands.add(graph.leaf(Objects.requireNonNull(tensors.get(String.valueOf(operand))), false));
            }
            Tensor result = graph.value(graph.apply(Ops.of("index"), operands, apply.attributes()));
            return result.shape() + " "
                    + Arrays.toString(Arrays.stream(result.toDoubles())
                            .mapToLong(d -> (long) d)
                            .toArray());
        } catch (IllegalArgumentException e) {
            return "refused";
        }
    }

    private static Shape shape(String text) {
        return Shape.of(numbers(text).mapToInt(Integer::parseInt).toArray());
    }

    private static Stream<String> numbers(String text) {
        return Stream.of(text.substring(1, text.length() - 1).split(",")).filter(n -> !n.isEmpty());
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
            TorchValue z = graph.apply(Ops.of("embedding"), List.of(i, x), Attributes.NONE);
            assertThat(graph.value(y)).isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(2), 4, 4));
            assertThat(graph.value(z)).isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 3, 4, 3, 4));
            graph.backward(y, Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2));
            assertThat(graph.gradient(x)).contains(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 0, 0, 0, 3));
        }
    }
}
