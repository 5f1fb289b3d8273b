package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
    private static List<String> lines(String program) {
        Map<String, Type> inputs = new LinkedHashMap<>();
        Program parsed = Program.parse(program);
        parsed.inputs().forEach(name -> inputs.put(name, new Type(DType.FLOAT64, Shape.of(2, 3), true)));
        return Expansion.of(parsed, inputs, DType.FLOAT64)
                .map(expanded ->
                        expanded.statements().stream().map(Statement::toString).toList())
                .orElse(List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            y = exp(x) + x                   |
            y = mean(x, dim=1)               | #0 = sum(x, dim=1); #1 = #0/3.0; y = #1
            y = mean(mean(x, dim=1) * x.T)   | #0 = sum(x, dim=1); #1 = #0/3.0
            """)
    void definitionsStandInTheirOpsPlace(String program, String expected) {
        assertThat(String.join("; ", lines(program))).startsWith(expected == null ? "" : expected);
        assertThat(lines(program).isEmpty()).isEqualTo(expected == null);
    }

    @Test
    void linesAndNamesStay() {
        Program program = Program.parse("h = mean(x, dim=1)\ny = sum(h*h)");
        Program expanded = Expansion.of(
                        program, Map.of("x", new Type(DType.FLOAT64, Shape.of(2, 3), true)), DType.FLOAT64)
                .orElseThrow();
        assertThat(expanded.statements()).extracting(Statement::line).isSorted().endsWith(2);
        assertThat(expanded.statements())
                .extracting(Statement::name)
                .contains("h")
                .endsWith("y");
        assertThat(expanded.ops()).doesNotContain(Ops.of("mean"));
    }

    /** The definition of var takes its mean for a constant, which is right for the slope and wrong for the curvature. */
    @Test
    void whatHasAGradientOfItsOwnStays() {
        assertThat(lines("y = var(x, dim=1)")).isEmpty();
        assertThat(lines("y = var(x, dim=1) + mean(x, dim=1)")).first().isEqualTo("#0 = var(x, dim=1)");
    }

    @Test
    void theExpandedProgramIsTheSameFunction() {
        int expanded = 0;
        for (NamedCase named : FixtureSet.bundled().cases()) {
            FixtureCase given = named.given();
            if (given.refusal().isEmpty() && given.dtypes().contains(DType.FLOAT64)) {
                Task task = given.task();
                Optional<Program> other = Expansion.of(task.program(), task.inputTypes(DType.FLOAT64), DType.FLOAT64);
                expanded += other.isPresent() ? 1 : 0;
                other.ifPresent(program -> requireAgreement(named, program));
            }
        }
        assertThat(expanded).isGreaterThan(100);
    }

    private static void requireAgreement(NamedCase named, Program program) {
        FixtureCase given = named.given();
        Task task = given.task();
        Evaluation evaluation = Evaluator.evaluate(
                new ScalarEngine(), new Task(program, task.inputs(), task.root(), task.cotangent()), DType.FLOAT64);
        given.tolerances(DType.FLOAT64).forEach((quantity, tolerance) -> {
            Optional<Tensor> number = evaluation.get(quantity);
            Optional<Tensor> twin = given.expected(DType.FLOAT64).get(quantity);
            Comparison comparison = Comparison.of(number, twin, tolerance);
            // Where PyTorch is off, the truth will do.
            Optional<Tensor> truth = given.truth(DType.FLOAT64, quantity).or(() -> twin);
            assertThat(comparison.agrees()
                            || Comparison.of(number, truth, tolerance).agrees())
                    .as("%s: %s, %s", named.name(), quantity, comparison)
                    .isTrue();
        });
    }
}
