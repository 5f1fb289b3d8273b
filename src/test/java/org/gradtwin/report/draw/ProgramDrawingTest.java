package org.gradtwin.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Program;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramDrawingTest {
    private static Task task(String program, Map<String, Input> inputs) {
        return new Task(Program.parse(program), inputs, "y", Tensor.scalar(DType.FLOAT64, 1));
    }

    private static final Task TASK = task(
            "z = 2*x + 2 - x\nq = relu(z) + z*tanh(x)\ny = q + q*x",
            Map.of("x", new Input(Tensor.scalar(DType.FLOAT64, -4), true)));

    private static Evaluation evaluate(Task task) {
        return Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
    }

    private static Value value(GraphDrawing drawing, String name) {
        return drawing.nodes().stream()
                .filter(node -> node.id().equals(ProgramDrawing.id(name)))
                .map(Value.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyNameIsABoxEveryOpAJuncture() {
        GraphDrawing drawing = ProgramDrawing.of(TASK, evaluate(TASK));
        assertThat(drawing.nodes().stream().filter(Value.class::isInstance).map(DrawnNode::id))
                .containsExactly("v:x", "v:z", "v:q", "v:y");
        assertThat(drawing.nodes().stream().filter(Juncture.class::isInstance).map(node -> ((Juncture) node).op()))
                .containsExactly("2 *", "+ 2", "-", "relu", "tanh", "*", "+", "*", "+");
        assertThat(value(drawing, "z").fields().subList(0, 3)).containsExactly("z", "() float64", "-2.0");
        assertThat(value(drawing, "y").fields()).last().isEqualTo("grad=1.0");
        assertThat(value(drawing, "z").hint()).isEqualTo("line 1: z = 2*x + 2 - x");
        assertThat(drawing.edges().stream().filter(edge -> edge.from().equals("v:x")))
                .hasSize(4);
    }

    @Test
    void matricesAreSummarized() {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", new Input(Tensor.of(DType.FLOAT64, Shape.of(2, 3), 1, 2, 3, 4, 5, Double.NaN), false));
        inputs.put("w", new Input(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 1, 0.1, -1, 1.0 / 3), true));
        inputs.put("t", new Input(Tensor.indices(Shape.of(2), 0, 1), false));
        inputs.put("u", new Input(Tensor.scalar(DType.FLOAT64, 1), true));
        Task task = task("y = cross_entropy(w, t) + sum(x)", inputs);
        GraphDrawing drawing = ProgramDrawing.of(task, evaluate(task));
        assertThat(value(drawing, "x").fields()).containsExactly("x", "(2, 3) float64", "1.0 … 5.0, 1 not finite");
        assertThat(value(drawing, "w").fields())
                .startsWith("w", "(2, 2) float64", "[[1.0, 0.1], [-1.0, 0.333333]]")
                .hasSize(4);
        assertThat(value(drawing, "t").fields()).containsExactly("t", "(2,) int64", "[0, 1]");
        assertThat(value(drawing, "u").fields()).last().isEqualTo("grad=none");
    }

    @Test
    void differencesAreMarkedInWords() {
        Evaluation right = evaluate(TASK);
        Map<Quantity, Optional<Tensor>> other = new LinkedHashMap<>(right.quantities());
        other.put(Quantity.value("q"), Optional.of(Tensor.scalar(DType.FLOAT64, 7)));
        other.put(Quantity.grad("x"), Optional.empty());
        Evaluation wrong = new Evaluation("wrong", DType.FLOAT64, other);
        GraphDrawing drawing = ProgramDrawing.compare(TASK, right, wrong, (quantity, a, b) -> a.equals(b));
        assertThat(value(drawing, "q").marks()).containsExactly("value differs by 5.0");
        assertThat(value(drawing, "q").fields()).contains("wrong value=7.0");
        assertThat(value(drawing, "x").marks()).containsExactly("gradient differs");
        assertThat(value(drawing, "x").fields()).contains("wrong grad=none");
        assertThat(value(drawing, "z").marks()).isEmpty();
        assertThat(value(drawing.marked(ProgramDrawing.id("q"), "first off"), "q")
                        .marks())
                .containsExactly("value differs by 5.0", "first off");
        assertThat(drawing.description()).endsWith("They differ in 2 of them.");
        assertThat(ProgramDrawing.compare(TASK, right, right, (quantity, a, b) -> a.equals(b))
                        .toSvg())
                .doesNotContain("differs");
    }

    @Test
    void collapsedHasABoxAStatement() {
        GraphDrawing drawing = ProgramDrawing.collapsed(TASK, List.of(evaluate(TASK)), (quantity, a, b) -> true);
        assertThat(drawing.nodes()).allMatch(Value.class::isInstance);
        assertThat(drawing.nodes().stream().map(DrawnNode::id)).containsExactly("v:x", "v:z", "v:q", "v:y");
        assertThat(value(drawing, "q").fields()).first().isEqualTo("q = relu(z) + z*tanh(x)");
        assertThat(value(drawing, "q").fields())
                .endsWith(value(ProgramDrawing.of(TASK, evaluate(TASK)), "q")
                        .fields()
                        .subList(1, 4)
                        .toArray(String[]::new));
        // q and x are read twice by lines 2 and 3: an edge each.
        assertThat(drawing.edges())
                .containsExactly(
                        new GraphDrawing.Edge("v:x", "v:z"),
                        new GraphDrawing.Edge("v:z", "v:q"),
                        new GraphDrawing.Edge("v:x", "v:q"),
                        new GraphDrawing.Edge("v:q", "v:y"),
                        new GraphDrawing.Edge("v:x", "v:y"));
    }

    @Test
    void collapsedShortensLongStatementsAndMarksDifferences() {
        Task task = task("y = x" + " + x*x".repeat(20), Map.of("x", new Input(Tensor.scalar(DType.FLOAT64, 2), true)));
        Evaluation right = evaluate(task);
        Map<Quantity, Optional<Tensor>> other = new LinkedHashMap<>(right.quantities());
        other.put(Quantity.grad("x"), Optional.of(Tensor.scalar(DType.FLOAT64, 81.125)));
        GraphDrawing drawing = ProgramDrawing.collapsed(
                task, List.of(right, new Evaluation("wrong", DType.FLOAT64, other)), (quantity, a, b) -> a.equals(b));
        assertThat(value(drawing, "y").fields().get(0)).hasSize(48).endsWith(" …");
        assertThat(value(drawing, "y").hint()).endsWith("+ x*x");
        assertThat(value(drawing, "y").marks()).isEmpty();
        assertThat(value(drawing, "x").marks()).containsExactly("gradient differs by 0.13");
    }

    @Test
    void outputIsValidAndStable() {
        GraphDrawing drawing = ProgramDrawing.of(TASK, evaluate(TASK));
        assertThat(Svg.parse(drawing.toSvg()).texts("text")).contains("relu", "z", "-2.0");
        assertThat(drawing.toSvg())
                .isEqualTo(ProgramDrawing.of(TASK, evaluate(TASK)).toSvg());
        assertThat(DotText.parse(drawing.toDot()).edges()).hasSameSizeAs(drawing.edges());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a + b; +",
                "a - 2; - 2",
                "2 - a; 2 -",
                "-a; neg",
                "a**2; ** 2",
                "a**-0.5; ** -0.5",
                "2**a; 2 **",
                "a @ b; @",
                "a.T; .T",
                "a[0:2, 1]; [0:2, 1]",
                "a[t]; [t]",
                "relu(a); relu",
                "softmax(a, dim=1); softmax(dim=1)",
                "sum(a, dim=0, keepdim=True); sum(dim=0, keepdim=True)",
                "cat((a, b)); cat",
                "cat((a, b), dim=1); cat(dim=1)",
                "linear(a, b, bias=c); linear",
                "cross_entropy(a, t, weight=c, label_smoothing=0.1); cross_entropy(label_smoothing=0.1)",
                "clamp(a, min=0.0); clamp(min=0.0)",
                "reshape(a, (2, 3)); reshape(shape=(2, 3))",
                "gelu(a, approximate='tanh'); gelu(approximate='tanh')"
            },
            quoteCharacter = '"')
    void label(String expression, String label) {
        Apply apply = (Apply)
                Program.parse(List.of("y = " + expression)).statements().get(0).expr();
        assertThat(OpLabel.of(apply)).isEqualTo(label);
    }
}
