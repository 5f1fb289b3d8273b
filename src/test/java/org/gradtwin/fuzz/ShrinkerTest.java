package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
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
    private static final ScalarEngine ENGINE = new ScalarEngine();
    private static final ProgramGenerator GENERATOR = new ProgramGenerator(ENGINE);

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
                Task small = new Shrinker(ENGINE, fails).shrink(task);
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
                Task small = new Shrinker(ENGINE, fails).shrink(task);
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
        Task small = new Shrinker(ENGINE, fails).shrink(task);
        assertThat(Complexity.of(small).ops()).isZero();
        assertThat(small.inputs()).containsOnlyKeys("x");
        Tensor x = small.inputs().get("x").value();
        assertThat(x.size()).isEqualTo(2);
        assertThat(x.toDoubles()).containsExactly(1, 2.5);
        assertThat(small.cotangent()).isEqualTo(Tensor.full(DType.FLOAT64, x.shape(), 1));
    }

    private static Task task(String program, Map<String, Tensor> values, Tensor cotangent) {
        Map<String, Input> inputs = new TreeMap<>();
        values.forEach(
                (name, value) -> inputs.put(name, new Input(value, value.dtype().isFloating())));
        return new Task(Program.parse(program), inputs, "y", cotangent);
    }

    /** 1, 2, 3, … */
    private static Tensor counting(int... dims) {
        Shape shape = Shape.of(dims);
        return Tensor.of(
                DType.FLOAT64,
                shape,
                IntStream.rangeClosed(1, shape.size()).mapToDouble(i -> i).toArray());
    }

    /** Fails where an op gives those numbers, as values or gradients. */
    private static Task smallest(Task task, String op, double... numbers) {
        return new Shrinker(ENGINE, candidate -> {
                    if (!candidate.program().ops().contains(Ops.of(op))) {
                        return false;
                    }
                    Set<Double> told = new HashSet<>();
                    Evaluator.evaluate(ENGINE, candidate, DType.FLOAT64)
                            .quantities()
                            .values()
                            .forEach(tensor -> tensor.ifPresent(
                                    value -> Arrays.stream(value.toDoubles()).forEach(told::add)));
                    return Arrays.stream(numbers).allMatch(told::contains);
                })
                .shrink(task);
    }

    private static int elements(Task task) {
        return task.inputs().values().stream()
                .mapToInt(input -> input.value().size())
                .sum();
    }

    @Test
    void anInputStandsForAnother() {
        Task task = task("y = x @ x0", Map.of("x", counting(2, 3), "x0", counting(3, 2)), counting(2, 2));
        Task small = smallest(task, "matmul");
        assertThat(small.program().lines()).containsExactly("y = x0 @ x0");
        assertThat(elements(small)).isEqualTo(1);
    }

    @Test
    void anInputKeepsTheValueOfWhatItStandsFor() {
        Task task = task(
                "y = x[..., ::2]*x0",
                Map.of("x", counting(8), "x0", Tensor.full(DType.FLOAT64, Shape.of(4), 3)),
                counting(4));
        Task small = smallest(task, "mul", 15);
        assertThat(small.program().ops()).containsExactly(Ops.of("mul"));
        assertThat(elements(small)).isEqualTo(2);
        assertThat(small.inputs().values())
                .extracting(input -> input.value().get(0))
                .containsExactlyInAnyOrder(5.0, 3.0);
    }

    /** What is true or false cannot be an input. */
    @Test
    void aConditionIsNoInput() {
        Task task = task("y = where(x > 2, x*x, -x)", Map.of("x", counting(3)), counting(3));
        Task small = smallest(task, "where");
        assertThat(small.program().lines()).hasSize(1);
        assertThat(Complexity.of(small).ops()).isEqualTo(2);
        assertThat(elements(small)).isEqualTo(1);
    }

    @Test
    void theCotangentIsCutLikeTheInputs() {
        Task small = smallest(
                task("y = -x", Map.of("x", Tensor.full(DType.FLOAT64, Shape.of(7, 3), 2)), counting(7, 3)),
                "neg",
                -11,
                -12);
        assertThat(elements(small)).isEqualTo(2);
        assertThat(small.cotangent().toDoubles()).containsExactly(11, 12);
    }

    @Test
    void whatLiesBetweenGoes() {
        Task small = smallest(task("y = -x", Map.of("x", counting(500)), counting(500)), "neg", -90, -400);
        assertThat(elements(small)).isEqualTo(2);
    }

    /** Three gates of three: 9 and 3 become 3 and 1 together. */
    @Test
    void sizesThatBelongTogetherShrinkTogether() {
        Map<String, Tensor> inputs = new TreeMap<>(Map.of("x", counting(4, 3), "h", counting(4, 3)));
        inputs.putAll(Map.of("w", counting(9, 3), "v", counting(9, 3), "b", counting(9)));
        Task small = smallest(task("y = gru_cell(x, h, w, v, b, b)", inputs, counting(4, 3)), "gru_cell");
        assertThat(elements(small)).isLessThanOrEqualTo(4 + 3);
    }

    /** The mean over nothing is no number; the sum is one, and needs one row less. */
    @Test
    void anotherReductionMayNeedLess() {
        Task task = task(
                "y = cross_entropy(x, t, ignore_index=0)",
                Map.of("x", counting(3, 2), "t", Tensor.indices(Shape.of(3), 0, 1, 0)),
                Tensor.scalar(DType.FLOAT64, 1));
        Task small = new Shrinker(ENGINE, candidate -> {
                    Input targets = candidate.inputs().get("t");
                    return candidate.program().toString().contains("ignore_index=0")
                            && targets != null
                            && targets.value().getLong(0) == 0
                            && Evaluator.attempt(ENGINE, candidate, DType.FLOAT64)
                                    .evaluation()
                                    .quantities()
                                    .getOrDefault(Quantity.value("y"), Optional.empty())
                                    .filter(value -> Double.isFinite(value.get(0)))
                                    .isPresent();
                })
                .shrink(task);
        assertThat(small.program().lines()).containsExactly("y = cross_entropy(x, t, ignore_index=0, reduction='sum')");
        assertThat(elements(small)).isEqualTo(2);
    }

    @Test
    void stopsAtTheLimit() {
        Task task = GENERATOR.generate(3);
        int[] asked = {0};
        new Shrinker(ENGINE, candidate -> asked[0]++ >= 0, 5).shrink(task);
        assertThat(asked[0]).isLessThanOrEqualTo(6);
    }

    @Test
    void refusesATaskThatDoesNotFail() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Shrinker(ENGINE, task -> false).shrink(GENERATOR.generate(1)))
                .withMessage("the task does not fail: there is nothing to shrink");
    }

    @Test
    void theSmallestTaskOfAll() {
        Task small = new Shrinker(ENGINE, task -> true).shrink(GENERATOR.generate(11));
        assertThat(small.program().lines()).hasSize(1);
        assertThat(Complexity.of(small).ops()).isZero();
        assertThat(List.copyOf(small.inputs().values()).get(0).value().size()).isLessThanOrEqualTo(1);
    }
}
