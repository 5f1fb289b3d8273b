package org.gradtwin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TaskTest {
    private static final Tensor ONE = Tensor.scalar(DType.FLOAT64, 1);

    private static Input input(double value, boolean requiresGrad) {
        return new Input(Tensor.scalar(DType.FLOAT64, value), requiresGrad);
    }

    private static Task task(String program, Map<String, Input> inputs, String root) {
        return new Task(Program.parse(program), inputs, root, ONE);
    }

    @Test
    void evaluatesEveryNamedQuantityInOrder() {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", input(3, true));
        inputs.put("c", input(2, false));
        inputs.put("u", input(5, true));
        Task task = task("a = x\nb = a*c\nd = c*2\nf = u*u\ny = b*b", inputs, "y");
        Evaluation evaluation = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
        assertThat(evaluation.quantities().keySet().stream().map(Quantity::toString))
                .containsExactly(
                        "value of a",
                        "value of b",
                        "value of d",
                        "value of f",
                        "value of y",
                        "gradient of x",
                        "gradient of u",
                        "gradient of a",
                        "gradient of b",
                        "gradient of f",
                        "gradient of y");
        assertThat(evaluation.get(Quantity.value("y"))).contains(Tensor.scalar(DType.FLOAT64, 36));
        assertThat(evaluation.get(Quantity.grad("b"))).contains(Tensor.scalar(DType.FLOAT64, 12));
        // A statement that is only a name shares the gradient; what the root does not depend on has none.
        assertThat(evaluation.get(Quantity.grad("x"))).contains(Tensor.scalar(DType.FLOAT64, 24));
        assertThat(evaluation.get(Quantity.grad("a"))).contains(Tensor.scalar(DType.FLOAT64, 24));
        assertThat(evaluation.get(Quantity.grad("u"))).isEmpty();
        assertThat(evaluation.get(Quantity.grad("f"))).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluation.get(Quantity.grad("c")))
                .withMessage("no gradient of c was evaluated");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Map<String, Input> inputs = Map.of("x", input(3, true), "c", input(2, false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task("y = x*c", inputs, "z").types(DType.FLOAT64))
                .withMessage("backward of 'z': there is no such name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task("y = c*2", inputs, "y").types(DType.FLOAT64))
                .withMessage("backward of 'y': it depends on nothing that requires a gradient");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task("y = reshape(x, (1,))", inputs, "y").types(DType.FLOAT64))
                .withMessage("backward of 'y': the cotangent () is not of its shape (1,)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Input(Tensor.indices(Shape.of(1), 0), true))
                .withMessage("int64 indices cannot require a gradient");
    }

    @Test
    void refusalNamesTheLine() {
        Task wrong = task("a = x*2\nb = a[3]", Map.of("x", input(1, true)), "b");
        Optional<EvaluationException> refusal = Evaluator.refusal(new ScalarEngine(), wrong, DType.FLOAT64);
        assertThat(refusal).isPresent();
        assertThat(refusal.get().line()).isEqualTo(2);
        Task right = task("a = x*2", Map.of("x", input(1, true)), "a");
        assertThat(Evaluator.refusal(new ScalarEngine(), right, DType.FLOAT64)).isEmpty();
    }

    @Test
    void anEnginesFailureNamesTheLine() {
        Input t = new Input(Tensor.indices(Shape.of(1), 7), false);
        Input x = new Input(Tensor.full(DType.FLOAT64, Shape.of(3), 1), true);
        Task task = new Task(
                Program.parse(List.of("a = x*2", "b = a[t]")),
                Map.of("x", x, "t", t),
                "b",
                Tensor.full(DType.FLOAT64, Shape.of(1), 1));
        assertThatExceptionOfType(EvaluationException.class)
                .isThrownBy(() -> Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64))
                .satisfies(e -> assertThat(e.line()).isEqualTo(2));
    }

    @Test
    void inputsAreCopied() {
        Map<String, Input> inputs = new LinkedHashMap<>(Map.of("x", input(1, true)));
        Task task = task("y = x*2", inputs, "y");
        inputs.clear();
        assertThat(task.inputs()).containsOnlyKeys("x");
    }
}
