package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Differentiation.Gradients;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DifferentiationTest {
    private static Type type(int... dims) {
        return new Type(DType.FLOAT64, Shape.of(dims), true);
    }

    private static Type constant(int... dims) {
        return new Type(DType.FLOAT64, Shape.of(dims), false);
    }

    private static Gradients gradients(Map<String, Type> inputs, String root, String... lines) {
        Program program = Program.parse(List.of(lines));
        Map<String, Type> all = new LinkedHashMap<>(inputs);
        Type type = program.infer(inputs).get(root);
        all.put("v", new Type(DType.FLOAT64, type == null ? Shape.SCALAR : type.shape(), false));
        return Differentiation.of(program, all, root, "v");
    }

    private static List<String> lines(Gradients gradients) {
        return gradients.program().lines();
    }

    @Test
    void everyUseAddsToTheGradientOnce() {
        Gradients gradients = gradients(Map.of("x", type(3)), "y", "y = x * tanh(x)");
        assertThat(lines(gradients))
                .containsExactly(
                        "_1 = tanh(x)",
                        "y = x*_1",
                        "_2 = v*_1",
                        "_3 = v*x",
                        "_4 = _1*_1",
                        "_5 = 1 - _4",
                        "_6 = _3*_5",
                        "_7 = _2 + _6");
        assertThat(gradients.names()).containsEntry("x", "_7").containsEntry("y", "v");
    }

    @Test
    void whatBroadcastingStretchedIsSummedBack() {
        assertThat(lines(gradients(Map.of("a", type(2, 3), "b", type(3), "c", type(2, 1)), "y", "y = a + b + c")))
                .containsSequence("_2 = sum(v, dim=(1,), keepdim=True)")
                .contains("_3 = sum(v, dim=(0,), keepdim=True)", "_4 = reshape(_3, shape=(3,))");
    }

    @Test
    void nothingPassesConstantsAndWhatIsDetachedOrAside() {
        Gradients gradients = gradients(
                Map.of("x", type(2), "c", constant(2)), "y", "d = detach(x)", "aside = exp(x)", "y = x * d * c");
        assertThat(gradients.names()).containsOnlyKeys("x", "y");
        assertThat(lines(gradients))
                .containsExactly("d = detach(x)", "aside = exp(x)", "_1 = x*d", "y = _1*c", "_2 = v*c", "_3 = _2*d");
    }

    @Test
    void anOpWithoutAFormulaIsDifferentiatedByItsDefinition() {
        assertThat(lines(gradients(Map.of("x", type(2)), "y", "y = relu(x)")))
                .containsExactly(
                        "y = relu(x)", "_1 = x == 0", "_3 = x < 0", "_6 = where(_1, 0, v)", "_7 = where(_3, 0, _6)");
    }

    @Test
    void whatMovesInStepsPassesZeros() {
        assertThat(lines(gradients(Map.of("x", type(2)), "y", "y = x * floor(x)")))
                .contains("_5 = where(_4, 0.0, 0.0)", "_6 = _2 + _5");
    }

    @Test
    void aPrimitiveWithoutAFormulaIsRefusedByItsName() {
        Program program = Program.parse(List.of("y = sum(linalg.cholesky(x))", "g = grad(y, x)"));
        assertThatExceptionOfType(NoFormulaException.class)
                .isThrownBy(() -> Differentiation.expand(program, Map.of("x", type(2, 2))))
                .withMessage("cholesky: its gradient has no formula in the language")
                .satisfies(e -> assertThat(e.op().id()).isEqualTo("cholesky"));
    }

    @Test
    void whatIsAddedGetsTheGradientOfItsPlaces() {
        Program program = Program.parse(List.of("y = index_add(a, 0, i, x)"));
        Map<String, Type> inputs = new LinkedHashMap<>(Map.of("a", type(3), "x", type(2), "v", constant(3)));
        inputs.put("i", new Type(DType.INT64, Shape.of(2), false));
        Gradients gradients = Differentiation.of(program, inputs, "y", "v");
        Map<String, Type> types = gradients.program().infer(inputs);
        assertThat(gradients.names()).containsEntry("a", "v").containsKey("x");
        assertThat(types.get(gradients.names().get("x")).shape()).isEqualTo(Shape.of(2));
    }

    @Test
    void theGradientOfAGradientIsWrittenOut() {
        Program program = Program.parse(List.of("y = sum(x**3)", "g = grad(y, x)", "gs = sum(g)", "h = grad(gs, x)"));
        Program expanded = Differentiation.expand(program, Map.of("x", type(2)));
        assertThat(expanded.differentiates()).isFalse();
        assertThat(expanded.inputs()).containsExactly("x");
        assertThat(expanded.statements().stream().map(Statement::name)).contains("y", "g", "gs", "h");
        assertThat(expanded.infer(Map.of("x", type(2))).get("h")).isEqualTo(type(2));
    }

    @Test
    void newNamesAreNotThoseOfTheProgram() {
        Gradients gradients = gradients(Map.of("_1", type(2)), "_2", "_2 = _1 * sin(_1)");
        assertThat(gradients.program().statements().stream().map(Statement::name))
                .doesNotHaveDuplicates();
        assertThat(gradients.program().inputs()).containsExactlyInAnyOrder("_1", "v");
    }

    @Test
    void gradientsBetweenAreUndetermined() {
        Program program = Program.parse(
                List.of("h = tanh(x * w)", "c = exp(w)", "y = sum(h * c)", "g = grad(y, x)", "p = sum(g**2)"));
        assertThat(program.undetermined()).containsExactlyInAnyOrder("h", "y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "g = grad(y, x)",
                "g=grad( y,x )",
                "g = torch.autograd.grad(y, x, create_graph=True)[0]",
                "g = autograd.grad(y, x, create_graph = True)[0]",
                "g = grad(y, x, create_graph=True)[0]",
                "g, = torch.autograd.grad(y, x, create_graph=True)",
                "(g,) = torch.autograd.grad(y, [x], create_graph=True)",
                "g = torch.autograd.grad(y, (x,), None, create_graph=True, retain_graph=True)[0]  # (once, more)",
                "g = torch.autograd.grad(inputs=x, outputs=y, create_graph=True, only_inputs=True)[0]",
                "g = grad(y, x)  # the slope",
                "g = grad(y, x,)#",
                "g = torch . autograd.grad(y, x, create_graph=True,) [ 0 ] # PyTorch's own",
                "(g) = grad (y, x)"
            })
    void bothSpellingsAreReadAndOneIsPrinted(String line) {
        Program program = Program.parse(List.of("y = sum(x * x)", line));
        assertThat(program.lines()).containsExactly("y = sum(x*x)", "g = grad(y, x)");
        assertThat(program.inputs()).containsExactly("x");
        assertThat(Program.parse(program.lines())).isEqualTo(program);
    }

    /** What is differentiated is the sum of a value of any shape. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "g = grad(y.sum(), x)",
                "g = grad(torch.sum(y), x)",
                "g = torch.autograd.grad(sum( y ), x, create_graph=True)[0]",
                "g = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)[0]",
                "g = torch.autograd.grad(outputs=y, inputs=x, grad_outputs=torch.ones_like(y), create_graph=True, "
                        + "retain_graph=True, only_inputs=True)[0]"
            })
    void aSumIsDifferentiated(String line) {
        Program program = Program.parse(List.of("y = x * x", line));
        assertThat(program.lines()).containsExactly("y = x*x", "g = grad(y.sum(), x)");
        assertThat(Program.parse(program.lines())).isEqualTo(program);
        assertThat(program).isNotEqualTo(Program.parse(List.of("y = x * x", "g = grad(y, x)")));
        assertThat(program.infer(Map.of("x", type(2))).get("g")).isEqualTo(type(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "g = grad(y)|line 2, column 10: grad takes two names, grad(y, x), and stands alone: go on with its result in another line",
                "g = grad(y, x) * 2|line 2, column 10: grad takes two names, grad(y, x), and stands alone: go on with its result in another line",
                "g = grad(exp(x), x)|line 2, column 10: grad takes two names, grad(y, x), and stands alone: go on with its result in another line",
                "g = grad(y, x, 2, create_graph=True)[0]|line 2, column 10: grad_outputs is torch.ones_like(y) of what is differentiated: sum a product in its place",
                "g = grad(y, x, torch.ones_like(x), create_graph=True)[0]|line 2, column 10: grad_outputs is torch.ones_like(y) of what is differentiated: sum a product in its place",
                "g = grad(y, x, allow_unused=True)|line 2, column 16: grad takes y, x, grad_outputs=torch.ones_like(y), create_graph=True and retain_graph=True",
                "g = grad(y, x, inputs=x)|line 2, column 16: grad takes y, x, grad_outputs=torch.ones_like(y), create_graph=True and retain_graph=True",
                "g = autograd.grad(y, x, create_graph=False)[0]|line 2, column 25: grad takes y, x, grad_outputs=torch.ones_like(y), create_graph=True and retain_graph=True",
                "g, = torch.autograd.grad(y, x, create_graph=True)[0]|line 2, column 26: write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]",
                "g, = grad(y, x)|line 2, column 11: write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]",
                "g = 2 * grad(y, x)|line 2, column 9: there is no function 'grad': it stands alone: give it a line of its own, g = grad(y, x), and go on with g",
                "g = torch.autograd.grad(y, x)[0]|line 2, column 25: write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]",
                "g = torch.autograd.grad(y, x, create_graph=True)|line 2, column 25: write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]",
                "lambda = grad(y, x)|line 2, column 1: 'lambda' is a keyword: no functions: write the formula where it is used",
                "g = grad(y, None)|line 2, column 13: 'None' is a keyword",
                "g = grad(y, x; c)|line 2, column 14: unexpected character ';': one statement a line",
                "g = grad(y, x, # c)|line 2, column 10: grad takes two names, grad(y, x), and stands alone: go on with its result in another line",
                "g, = x|line 2, column 2: a name is missing behind ','",
                "g, h = grad(y, x)|line 2, column 8: there is no function 'grad': it stands alone: give it a line of its own, g = grad(y, x), and go on with g",
                "g = grad(z, x)|line 2, column 1: 'z' is not defined",
                "g = grad(x, x)|line 2, column 1: grad(x, x): 'x' is of shape (2,), not one number: write grad(x.sum(), x)",
                "g = grad(y, c)|line 2, column 1: grad(y, c): 'c' does not require a gradient",
                "g = grad(y, u)|line 2, column 1: grad(y, u): 'y' does not depend on 'u'",
            })
    void whatIsNoGradientIsRefused(String line, String message) {
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse(List.of("y = sum(x * c)", line))
                        .infer(Map.of("x", type(2), "c", constant(2), "u", type(2))))
                .withMessage(message);
    }
}
