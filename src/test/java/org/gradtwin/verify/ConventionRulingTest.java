package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an engine's numbers a convention explains, where the matrix engine stands for PyTorch. */
class ConventionRulingTest {
    private static final String ABS = "y = sum(abs(x))";

    private static Task task(String program, String x) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", input(x));
        inputs.put("w", input("0 0 -2"));
        return new Task(Program.parse(List.of(program.split("; "))), inputs, "y", Tensor.scalar(DType.FLOAT64, 1));
    }

    private static Input input(String numbers) {
        return new Input(tensor(DType.FLOAT64, Shape.of(3), numbers), true);
    }

    private static Tensor tensor(DType dtype, Shape shape, String numbers) {
        return Tensor.of(
                        DType.FLOAT64,
                        shape,
                        Arrays.stream(numbers.split(" "))
                                .mapToDouble(Double::parseDouble)
                                .toArray())
                .to(dtype);
    }

    private static Check check(
            Quantity quantity, Optional<Tensor> expected, Optional<Tensor> actual, Tolerance tolerance) {
        Comparison comparison = Comparison.of(actual, expected, tolerance);
        return new Check(
                "op/a",
                "own",
                Check.Against.PYTORCH,
                expected.orElseThrow().dtype(),
                quantity,
                expected,
                actual,
                comparison,
                tolerance,
                comparison.agrees() ? Verdict.AGREE : Verdict.DISAGREE,
                null);
    }

    /** The checks of an engine that answers as the matrix engine, but for {@code grad x = 1 2 3, value y = 4}. */
    private static List<Check> checks(Task task, DType dtype, String answers, Tolerance tolerance) {
        Map<String, String> own = new LinkedHashMap<>();
        for (String answer : answers.split(", ")) {
            own.put(answer.split(" = ")[0], answer.split(" = ")[1]);
        }
        List<Check> checks = new ArrayList<>();
        Evaluator.evaluate(new MatrixEngine(), task, dtype).quantities().forEach((quantity, tensor) -> {
            String numbers = own.remove(quantity.kind().key() + " " + quantity.name());
            Optional<Tensor> actual =
                    numbers == null ? tensor : tensor.map(right -> tensor(dtype, right.shape(), numbers));
            if (tensor.isPresent()) {
                checks.add(check(quantity, tensor, actual, tolerance));
            }
        });
        assertThat(own).isEmpty();
        return checks;
    }

    private static String ruled(Engine twin, Task task, DType dtype, List<Check> checks) {
        return String.join(
                ", ",
                Conventions.applied(twin, task, dtype, checks).stream()
                        .filter(check -> check.verdict() != Verdict.AGREE)
                        .map(check -> check.quantity().kind().key() + " "
                                + check.quantity().name() + " "
                                + check.verdict().key() + " " + check.reason())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            y = sum(abs(x))                | -1 0 2  | grad x = -1 1 1                  | grad x convention abs at 0: gradient 1
            y = sum(abs(x))                | -1 0 2  | grad x = -1 -1 1                 | grad x convention abs at 0: gradient -1
            y = sum(abs(x))                | -1 0 2  | grad x = -1 2 1                  | grad x disagree null
            y = sum(abs(x))                | -1 0 2  | grad x = -1 1 1.5                | grad x disagree null
            y = sum(abs(x))                | -1 3 2  | grad x = -1 -1 1                 | grad x disagree null
            y = sum(abs(x))                | -1 0 2  | value y = 4                      | value y disagree null
            y = sum(exp(x))                | -1 0 2  | grad x = 1 1 1                   | grad x disagree null
            y = sum(abs(x))                | NaN 0 2 | grad x = 1 -1 1                  | grad x convention abs at 0: gradient -1; abs at NaN: gradient 1
            y = sum(abs(x)) + sum(relu(w)) | -1 0 2  | grad x = -1 1 1, grad w = 1 1 0  | grad x convention abs at 0: gradient 1; relu at 0: gradient 1, grad w convention abs at 0: gradient 1; relu at 0: gradient 1
            y = sum(abs(x)) + sum(relu(w)) | -1 0 2  | grad w = 0.5 0.5 0               | grad w convention relu at 0: gradient 0.5
            y = sum(abs(x)) + sum(relu(w)) | -1 0 2  | grad x = -1 1 1, grad w = 9 9 0  | grad x convention abs at 0: gradient 1, grad w disagree null
            y = sum(abs(x)) + sum(abs(w))  | -1 0 2  | grad x = -1 1 1                  | grad x disagree null
            y = sum(abs(x)) + sum(abs(w))  | -1 0 2  | grad x = -1 1 1, grad w = 1 1 -1 | grad x convention abs at 0: gradient 1, grad w convention abs at 0: gradient 1
            y = l1_loss(x, w)              | -1 0 2  | grad x = -0.3333333333333333 0.3333333333333333 0.3333333333333333, grad w = 0.3333333333333333 -0.3333333333333333 -0.3333333333333333 | grad x convention abs at 0: gradient 1, grad w convention abs at 0: gradient 1
            y = l1_loss(x, w) + relu(w[0]) | -1 0 2  | grad w = 1.3333333333333333 0 -0.3333333333333333                                                                                       | grad w convention relu at 0: gradient 1
            """)
    void aConventionExplainsWhatItChangesAndNothingElse(String program, String x, String answers, String ruling) {
        Task task = task(program, x);
        List<Check> checks = checks(task, DType.FLOAT64, answers, ByHand.TOLERANCE);
        assertThat(ruled(new MatrixEngine(), task, DType.FLOAT64, checks)).isEqualTo(ruling);
    }

    /** Of a fault beside a kink, the worst is not the kink's: but where the engine answers as PyTorch at another one, that is a fault too. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -1 0 2  | grad x = -1 1 1.5   | 1 of 3 elements, worst at [2]: 1.0 expected, but was 1.5, 2.3e+15 ulp
            -1 0 2  | grad x = -1 9 1     | 1 of 3 elements, worst at [1]: 0.0 expected, but was 9.0, 9 abs
            0 0 2   | grad x = 1 1 1.5    | 1 of 3 elements, worst at [2]: 1.0 expected, but was 1.5, 2.3e+15 ulp
            0 0 2   | grad x = 1 9 1.5    | 2 of 3 elements, worst at [1]: 0.0 expected, but was 9.0, 9 abs
            0 0 2   | grad x = 1 0 1.5    | 2 of 3 elements, worst at [0]: 0.0 expected, but was 1.0, 1 abs
            NaN 0 2 | grad x = 1 1 1.5    | 1 of 3 elements, worst at [2]: 1.0 expected, but was 1.5, 2.3e+15 ulp
            """)
    void theWorstElementIsOneThatNoConventionExcuses(String x, String answers, String words) {
        Task task = task(ABS, x);
        List<Check> checks = checks(task, DType.FLOAT64, answers, ByHand.TOLERANCE);
        assertThat(Conventions.applied(new MatrixEngine(), task, DType.FLOAT64, checks))
                .filteredOn(Check::failsGate)
                .extracting(FailureMessage::inALine)
                .containsExactly(words);
    }

    /** In units in the last place: sixteen at a kink, where formulas differ, none elsewhere, unless the tolerance allows more. */
    @ParameterizedTest
    @CsvSource({
        "FLOAT64, 0, 1, 15, 0, convention",
        "FLOAT64, 0, 1, 17, 0, disagree",
        "FLOAT64, 0, 1, 0, 1, disagree",
        "FLOAT64, 1e-14, 1, 0, 1, convention",
        "FLOAT64, 1e-14, 1, 40, 0, convention",
        "FLOAT64, 1e-14, 1, 50, 0, disagree",
        "FLOAT32, 0, 1, 15, 0, convention",
        "FLOAT32, 0, 1, 17, 0, disagree"
    })
    void aConventionsOwnRoundingIsAllowed(
            DType dtype, double rtol, double slope, int atTheKink, int elsewhere, String verdict) {
        double ulp = dtype == DType.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
        String answer = "grad x = -1 " + (slope + atTheKink * ulp) + " " + (1 + elsewhere * ulp);
        Task task = task(ABS, "-1 0 2");
        List<Check> checks = checks(task, dtype, answer, new Tolerance(rtol, 0, "by hand"));
        assertThat(ruled(new MatrixEngine(), task, dtype, checks)).startsWith("grad x " + verdict);
    }

    @Test
    void whereNothingIsOffNothingIsAsked() {
        Task task = task(ABS, "-1 0 2");
        List<Check> checks = checks(task, DType.FLOAT64, "value y = 3", ByHand.TOLERANCE);
        assertThat(Conventions.applied(failing(new IllegalStateException("asked")), task, DType.FLOAT64, checks))
                .isSameAs(checks);
    }

    /** What cannot be compared with a convention is left as it is. */
    @Test
    void whatHasNoNumbersStaysAsItIs() {
        Task task = task(ABS, "-1 0 2");
        List<Check> checks = new ArrayList<>(checks(task, DType.FLOAT64, "grad x = -1 1 1", ByHand.TOLERANCE));
        Check broken = Check.uncompared("op/a", "own", DType.FLOAT64, Quantity.grad("y"), Verdict.DISAGREE, "it threw");
        checks.add(broken);
        checks.add(check(
                Quantity.grad("x"),
                Optional.of(tensor(DType.FLOAT64, Shape.of(3), "-1 0 1")),
                Optional.of(tensor(DType.FLOAT64, Shape.of(1, 3), "-1 0 1")),
                ByHand.TOLERANCE));
        assertThat(ruled(new MatrixEngine(), task, DType.FLOAT64, checks))
                .isEqualTo("grad x convention abs at 0: gradient 1, grad y disagree it threw, grad x disagree null");
    }

    /**
     * PyTorch as it is; which ops there are; each answer of them alone; and together those that change something here: of x at 0, not of
     * w, which is at no kink. Then the same by definitions.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            y = sum(abs(x)) + sum(relu(w + 1))  | grad x = -1 -1 1 | 1 + 1 + 9 + 1
            y = sum(abs(x)) + sum(relu(w + 1))  | grad x = -1 1 1  | 1 + 1 + 9 + 2
            y = sum(abs(x)) + sum(relu(w + 1))  | grad x = -1 9 1  | 1 + 1 + 9 + 2 + 1 + 9 + 2
            y = l1_loss(x, w, reduction='sum')  | grad x = -1 -1 1, grad w = 1 1 -1 | 1 + 1 + 1 + 5 + 1
            """)
    void answersThatChangeNothingAreNotCombined(String program, String answer, String evaluations) {
        Task task = task(program, "-1 0 2");
        List<Check> checks = checks(task, DType.FLOAT64, answer, ByHand.TOLERANCE);
        AtomicInteger asked = new AtomicInteger();
        Engine counted = new GivenEngine("twin", dtype -> {
            asked.incrementAndGet();
            return new MatrixEngine().newGraph(dtype);
        });
        Conventions.applied(counted, task, DType.FLOAT64, checks);
        assertThat(asked)
                .hasValue(Stream.of(evaluations.split(" \\+ "))
                        .mapToInt(Integer::parseInt)
                        .sum());
    }

    /** Of x it explains nothing, and of w it cannot tell that nothing contradicts. */
    @ParameterizedTest
    @CsvSource({"-1 0 2", "0 0 -2"})
    void aTwinWithoutAGradientExplainsNothing(String without) {
        Task task = task("y = sum(abs(x)) + sum(w)", "-1 0 2");
        List<Check> checks = checks(task, DType.FLOAT64, "grad x = -1 1 1", ByHand.TOLERANCE);
        Tensor of = tensor(DType.FLOAT64, Shape.of(3), without);
        Engine none = new GivenEngine("twin", dtype -> withoutGradient(of, new MatrixEngine().newGraph(dtype)));
        assertThat(ruled(none, task, DType.FLOAT64, checks)).isEqualTo("grad x disagree null");
        assertThat(Conventions.by(none).name()).isEqualTo("twin");
    }

    private static <V> Graph<V> withoutGradient(Tensor of, Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public Optional<Tensor> gradient(V value) {
                return graph.value(value).equals(of) ? Optional.empty() : graph.gradient(value);
            }
        };
    }

    private static Engine failing(RuntimeException thrown) {
        return new GivenEngine("twin", dtype -> failing(new MatrixEngine().newGraph(dtype), thrown));
    }

    private static <V> Graph<V> failing(Graph<V> graph, RuntimeException thrown) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                throw thrown;
            }
        };
    }

    @Test
    void aTwinThatDoesNotAnswerExplainsNothing() {
        Task task = task(ABS, "-1 0 2");
        List<Check> checks = checks(task, DType.FLOAT64, "grad x = -1 1 1", ByHand.TOLERANCE);
        for (RuntimeException thrown : List.of(
                new IllegalStateException("broken"),
                new UnsupportedOpException(Ops.of("abs"), "no"),
                new EngineUnavailableException("gone"))) {
            assertThat(ruled(failing(thrown), task, DType.FLOAT64, checks))
                    .as("%s", thrown)
                    .isEqualTo("grad x disagree null");
        }
    }
}
