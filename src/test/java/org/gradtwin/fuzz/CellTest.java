package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellTest {
    /** The root is a scalar; x is 2×3, v has three elements, o one, e none. */
    private static Task task(String program) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        Map.of("x", Shape.of(2, 3), "v", Shape.of(3), "o", Shape.of(1, 1), "e", Shape.of(0))
                .forEach((name, shape) -> inputs.put(name, new Input(Tensor.full(DType.FLOAT64, shape, 1), true)));
        Program parsed = Program.parse(program.replace("; ", "\n"));
        inputs.keySet().retainAll(parsed.inputs());
        String root = parsed.statements().get(parsed.statements().size() - 1).name();
        return new Task(parsed, inputs, root, Tensor.scalar(DType.FLOAT64, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "s = sum(x * v); mul | other a tensor | 2-d, the right operand broadcast | leaf",
                "s = sum(v * x); mul | other a tensor | 1-d, the left operand broadcast | leaf",
                "s = sum(x * 2); mul | other a number | 2-d | leaf",
                "s = sum(x * x); mul | other a tensor | 2-d | leaf, one operand twice",
                "s = sum(x * sin(v)); mul | other a tensor | 2-d, the right operand broadcast | computed, leaf",
                "s = sum(sin(x.T)); sin |  | 2-d | moved",
                "s = sum(sin(o)); sin |  | 2-d, one element | leaf",
                "s = sum(sin(e)); sin |  | 1-d, no elements | leaf",
                "s = sum(mean(x, dim=-1)); mean | dim from the end | 2-d | leaf",
                "s = sum(mean(x, dim=(0, 1))); mean | dim a tuple | 2-d | leaf"
            })
    void aCallIsACellForEachOfItsFeatures(String program, String cell) {
        assertThat(Cell.of(task(program)))
                .contains(cell)
                .allSatisfy(text -> assertThat(Cell.of(text)).hasToString(text));
    }

    @Test
    void aNameForAValueHasItsLayout() {
        assertThat(Cell.of(task("a = x.T; b = sin(a); s = sum(b)")))
                .contains("sin |  | 2-d | moved", "sum | dim=None | 2-d | computed");
    }
}
