package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.ScalarEngine;
import org.gradtwin.engine.Task;
import org.gradtwin.program.Expr;
import org.gradtwin.program.Expr.Apply;
import org.gradtwin.program.Op;
import org.gradtwin.program.Ops;
import org.gradtwin.program.Program;
import org.gradtwin.program.Statement;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;

class ProgramGeneratorTest {
    private static final int SEEDS = 400;
    private static final ProgramGenerator GENERATOR = new ProgramGenerator(new ScalarEngine());

    @Test
    void programsPrintBackAndInferAndEvaluateForSeedsFrom0To399() {
        Set<Op> seen = new LinkedHashSet<>();
        int diamonds = 0;
        int nested = 0;
        int empty = 0;
        int dangling = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Task task = GENERATOR.generate(seed);
            Program program = task.program();
            assertThat(Program.parse(program.lines())).as("seed %s", seed).isEqualTo(program);
            assertThat(task.inputs().keySet()).as("seed %s", seed).isEqualTo(program.inputs());
            assertThat(task.types(DType.FLOAT32).keySet())
                    .isEqualTo(task.types(DType.FLOAT64).keySet());
            Evaluation evaluation = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
            assertThat(Draft.isModerate(evaluation, 1e6, 1e6))
                    .as("seed %s", seed)
                    .isTrue();
            seen.addAll(program.ops());
            List<Statement> statements = program.statements();
            for (String name : task.types(DType.FLOAT64).keySet()) {
                int uses = statements.stream()
                        .mapToInt(s -> Inliner.uses(s.expr(), name))
                        .sum();
                diamonds += uses > 1 ? 1 : 0;
                dangling += uses == 0 && !name.equals(task.root()) ? 1 : 0;
            }
            nested += statements.stream().anyMatch(s -> isNested(s.expr())) ? 1 : 0;
            empty += task.inputs().values().stream().anyMatch(i -> i.value().size() == 0) ? 1 : 0;
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(Ops.all());
        assertThat(diamonds).isGreaterThan(SEEDS / 4);
        assertThat(nested).isGreaterThan(SEEDS / 4);
        assertThat(dangling).isGreaterThan(SEEDS / 20);
        assertThat(empty).isGreaterThan(0);
    }

    private static boolean isNested(Expr expr) {
        return expr instanceof Apply apply && apply.operands().stream().anyMatch(Apply.class::isInstance);
    }

    @Test
    void theSameSeedGivesTheSameTask() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(GENERATOR.generate(seed)).isEqualTo(new ProgramGenerator(new ScalarEngine()).generate(seed));
        }
        assertThat(GENERATOR.generate(0).program())
                .isNotEqualTo(GENERATOR.generate(1).program());
    }

    @Test
    void valuesAreTheSameInBothTypes() {
        for (long seed = 0; seed < 50; seed++) {
            for (Input input : GENERATOR.generate(seed).inputs().values()) {
                if (input.value().dtype().isFloating()) {
                    assertThat(input.in(DType.FLOAT32).toDoubles())
                            .isEqualTo(input.value().toDoubles());
                }
            }
        }
    }

    @Test
    void everyOpIsGeneratedOnItsOwn() {
        for (Op op : Ops.all()) {
            Task task = new ProgramGenerator(new ScalarEngine(), List.of(op), 3).generate(7);
            assertThat(task.program().ops()).contains(op);
        }
    }

    @Test
    void refusesToGenerateNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProgramGenerator(new ScalarEngine(), List.of(), 3))
                .withMessage("a generator needs ops and statements, not 0 and 3");
    }
}
