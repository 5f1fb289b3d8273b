package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShrinkerTest {
    private static final ProgramGenerator GENERATOR = new ProgramGenerator(new ScalarEngine());

    /** A bug in one op shows wherever the op occurs: what is left is that op alone, on as little as it takes. */
    @ParameterizedTest
    @ValueSource(
            strings = {"tanh", "mul", "matmul", "sum", "cat", "index", "linear", "softmax", "nll_loss", "embedding"})
    void aBugInAnOpShrinksToThatOp(String id) {
        Op op = Ops.of(id);
        Predicate<Task> fails = task -> task.program().ops().contains(op);
        int found = 0;
        for (long seed = 0; seed < 400 && found < 3; seed++) {
            Task task = GENERATOR.generate(seed);
            if (fails.test(task)) {
                found++;
                Task small = new Shrinker(fails).shrink(task);
                assertThat(small.program().ops())
                        .as("seed %s: %s", seed, small.program())
                        .containsExactly(op);
                assertThat(small.program().statements()).hasSize(1);
                assertThat(small.inputs().values())
                        .as("seed %s: %s %s", seed, small.program(), small.inputs())
                        .allSatisfy(input -> assertThat(input.value().size()).isLessThanOrEqualTo(3));
            }
        }
        assertThat(found).isEqualTo(3);
    }

    /** Needs two ops and a gradient above a bound: a fault of values, not of the text alone. */
    @Test
    void keepsWhatTheFailureNeeds() {
        Predicate<Task> fails = task ->
                task.program().ops().containsAll(Set.of(Ops.of("tanh"), Ops.of("mul"))) && largestGradient(task) > 0.01;
        int found = 0;
        for (long seed = 0; seed < 1000 && found < 3; seed++) {
            Task task = GENERATOR.generate(seed);
            if (fails.test(task)) {
                found++;
                Task small = new Shrinker(fails).shrink(task);
                assertThat(fails.test(small)).isTrue();
                assertThat(small.program().ops()).containsExactlyInAnyOrder(Ops.of("tanh"), Ops.of("mul"));
                assertThat(Complexity.of(small).ops()).isEqualTo(2);
            }
        }
        assertThat(found).isEqualTo(3);
    }

    private static double largestGradient(Task task) {
        Evaluation evaluation = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
        double largest = 0;
        for (Map.Entry<Quantity, Optional<Tensor>> entry :
                evaluation.quantities().entrySet()) {
            if (entry.getKey().kind() == Quantity.Kind.GRAD && entry.getValue().isPresent()) {
                for (double x : entry.getValue().get().toDoubles()) {
                    largest = Math.max(largest, Math.abs(x));
                }
            }
        }
        return largest;
    }

    /** A fault that needs a size and a value. */
    @Test
    void shrinksShapesAndValues() {
        Task task = new Task(
                Program.parse("h = tanh(x)*x + y\nz = sum(h*h, dim=1, keepdim=True) - y\nw = z*2"),
                Map.of(
                        "x",
                                new Input(
                                        Tensor.of(DType.FLOAT64, Shape.of(2, 3), 0.25, 2.5, -1.75, 1.5, -0.5, 1.25),
                                        true),
                        "y", new Input(Tensor.of(DType.FLOAT64, Shape.of(2, 1), 0.125, 1.125), true)),
                "w",
                Tensor.of(DType.FLOAT64, Shape.of(2, 1), 0.5, 2.5));
        Predicate<Task> fails = candidate -> {
            Input x = candidate.inputs().get("x");
            return x != null && x.value().size() > 1 && x.value().get(1) > 2;
        };
        Task small = new Shrinker(fails).shrink(task);
        assertThat(Complexity.of(small).ops()).isZero();
        assertThat(small.inputs()).containsOnlyKeys("x");
        Tensor x = small.inputs().get("x").value();
        assertThat(x.size()).isEqualTo(2);
        assertThat(x.toDoubles()).containsExactly(1, 2.5);
        assertThat(small.cotangent()).isEqualTo(Tensor.full(DType.FLOAT64, x.shape(), 1));
    }

    @Test
    void stopsAtTheLimit() {
        Task task = GENERATOR.generate(3);
        int[] asked = {0};
        new Shrinker(candidate -> asked[0]++ >= 0, 5).shrink(task);
        assertThat(asked[0]).isLessThanOrEqualTo(6);
    }

    @Test
    void refusesATaskThatDoesNotFail() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Shrinker(task -> false).shrink(GENERATOR.generate(1)))
                .withMessage("the task does not fail: there is nothing to shrink");
    }

    @Test
    void theSmallestTaskOfAll() {
        Task small = new Shrinker(task -> true).shrink(GENERATOR.generate(11));
        assertThat(small.program().lines()).hasSize(1);
        assertThat(Complexity.of(small).ops()).isZero();
        assertThat(List.copyOf(small.inputs().values()).get(0).value().size()).isLessThanOrEqualTo(1);
    }
}
