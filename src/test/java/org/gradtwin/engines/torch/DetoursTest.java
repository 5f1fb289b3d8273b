package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where PyTorch's own call is refused or reads the wrong memory, the twin takes another way to the same numbers; see truth.md. */
class DetoursTest {
    private static final Tolerance NEAR = new Tolerance(1e-12, 1e-15, "some roundings");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            y = instance_norm(x).movedim(1, -1)      | 1 2 2 3
            y = instance_norm(x, weight=b).movedim(1, -1) | 1 2 3 2
            y = instance_norm(x).movedim(1, -1)      | 2 2 2 3
            y = group_norm(x, 2, None, b)            | 2 4 3
            y = group_norm(x, 2, b, b)               | 2 4 3
            y = group_norm(x, 2)                     | 2 4 3
            y = nll_loss(x.transpose(2, 3), t)       | 2 3 2 4
            y = nll_loss(x.transpose(2, 3), t, reduction='none') | 2 3 2 4
            """)
    void leadToTheTruth(String text, String sizes) {
        Shape shape = Shape.of(
                Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray());
        Program program = Program.parse(text);
        Map<String, Input> inputs = new LinkedHashMap<>(Map.of("x", new Input(distinct(shape), true)));
        if (program.inputs().contains("b")) {
            inputs.put("b", new Input(distinct(Shape.of(shape.dim(1))), true));
        }
        if (program.inputs().contains("t")) {
            Shape targets = Shape.of(shape.dim(0), shape.dim(3), shape.dim(2));
            inputs.put(
                    "t",
                    new Input(
                            Tensor.indices(
                                    targets,
                                    IntStream.range(0, targets.size())
                                            .mapToLong(i -> i % shape.dim(1))
                                            .toArray()),
                            false));
        }
        Map<String, Type> types = new LinkedHashMap<>();
        inputs.forEach((name, input) -> types.put(name, input.type(DType.FLOAT64)));
        Shape result = Objects.requireNonNull(program.infer(types).get("y")).shape();
        Task task = new Task(program, inputs, "y", distinct(result));
        Evaluation truth = Evaluator.evaluate(new ExactEngine(), task, DType.FLOAT64);
        Evaluation twin = Evaluator.evaluate(new TorchEngine(), task, DType.FLOAT64);
        truth.quantities()
                .forEach((quantity, number) -> assertThat(Comparison.of(twin.get(quantity), number, NEAR))
                        .as("%s", quantity)
                        .matches(Comparison::agrees));
    }

    private static Tensor distinct(Shape shape) {
        return Tensor.of(
                DType.FLOAT64,
                shape,
                IntStream.range(0, shape.size())
                        .mapToDouble(i -> i * i % 7 - i / 4.0)
                        .toArray());
    }
}
