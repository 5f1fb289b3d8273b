package org.gradtwin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine owes besides numbers: refusals, names that the root does not depend on, aliases, threads. */
class EngineContractTest {
    private static final Tensor X = matrix(2, 3, 0.5, -1.25, 2, -0.75, 1.5, 0.25);
    private static final Tensor W = matrix(2, 3, 1.5, 0.5, -0.25, 2.25, -1, 0.75);
    private static final Tensor V = Tensor.of(DType.FLOAT64, Shape.of(3), 0.75, -0.5, 1.25);
    private static final Tensor ROWS = Tensor.indices(Shape.of(2), 1, 0);
    private static final Map<String, Input> INPUTS = inputs();

    private static Map<String, Input> inputs() {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", new Input(X, true));
        inputs.put("w", new Input(W, true));
        inputs.put("v", new Input(V, true));
        inputs.put("c", new Input(V, false));
        inputs.put("i", new Input(ROWS, false));
        inputs.put("far", new Input(Tensor.indices(Shape.of(2), 0, 3), false));
        inputs.put("farther", new Input(Tensor.indices(Shape.of(2), 0, 1L << 32), false));
        inputs.put("negative", new Input(Tensor.indices(Shape.of(2), -1, 0), false));
        inputs.put("empty", new Input(matrix(0, 3), true));
        return inputs;
    }

    private static Tensor matrix(int rows, int cols, double... values) {
        return Tensor.of(DType.FLOAT64, Shape.of(rows, cols), values);
    }

    static Stream<Engine> engines() {
        return Stream.of(new ScalarEngine(), new MatrixEngine());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                        "y = x @ w",
                        "y = x + x.T",
                        "y = v.T",
                        "y = x[2]",
                        "y = v[0, 0]",
                        "y = x[far]",
                        "y = x[farther]",
                        "y = reshape(x, (4, 2))",
                        "y = cat((x, v))",
                        "y = cat((x, x.T), dim=1)",
                        "y = sum(x, dim=2)",
                        "y = mean(x, dim=(0, 0))",
                        "y = amax(empty, dim=0)",
                        "y = softmax(x, dim=-3)",
                        "y = clamp(x)",
                        "y = linear(x, w, v)",
                        "y = linear(x, w.T)",
                        "y = embedding(far, x)",
                        "y = embedding(farther, x)",
                        "y = embedding(negative, x)",
                        "y = layer_norm(x, (2,))",
                        "y = layer_norm(x, (3,), weight=x)",
                        "y = mse_loss(x, x.T)",
                        "y = huber_loss(x, w, delta=0)",
                        "y = nll_loss(x, far)",
                        "y = nll_loss(x, farther)",
                        "y = nll_loss(x, negative)",
                        "y = nll_loss(x, i, weight=v)",
                        "y = cross_entropy(x, far, ignore_index=0)",
                        "y = cross_entropy(x, i, weight=v)",
                        "y = cross_entropy(x, i, label_smoothing=1.5)",
                        "y = binary_cross_entropy_with_logits(x, w.T)",
                        "y = binary_cross_entropy_with_logits(v, c, weight=x)",
                        "y = binary_cross_entropy_with_logits(x, w, weight=v)",
                        "y = binary_cross_entropy_with_logits(x, w, pos_weight=v)")
                .flatMap(line -> engines().map(engine -> Arguments.of(engine.name(), line, engine)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refused")
    void refusesWhatPyTorchRefuses(String name, String line, Engine engine) {
        Optional<EvaluationException> refusal =
                Evaluator.refusal(engine, task("a = x * 2\n" + line, "y", 1), DType.FLOAT64);

        assertThat(refusal).as(name).isPresent();
        assertThat(refusal.orElseThrow().line()).isEqualTo(2);
        assertThat(refusal.orElseThrow()).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void toleratesWhatPyTorchTolerates(Engine engine) {
        String program = """
                a = cross_entropy(x, far, ignore_index=3)
                b = nll_loss(x, negative, weight=c, ignore_index=-1)
                y = a + b""";
        assertThat(Evaluator.refusal(engine, task(program, "y", 1), DType.FLOAT64))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void tellsNoDependenceFromZero(Engine engine) {
        Evaluation evaluation = Evaluator.evaluate(
                engine, task("a = x * 0\nb = exp(w)\nd = v[1:2]\ny = sum(a) + sum(d)", "y", 1), DType.FLOAT64);

        assertThat(gradient(evaluation, "x")).containsOnly(0);
        assertThat(gradient(evaluation, "a")).containsOnly(1);
        assertThat(gradient(evaluation, "v")).containsExactly(0, 1, 0);
        assertThat(gradient(evaluation, "d")).containsExactly(1);
        assertThat(evaluation.get(Quantity.grad("w"))).isEmpty();
        assertThat(evaluation.get(Quantity.grad("b"))).isEmpty();
        assertThat(evaluation.get(Quantity.grad("empty"))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void givesAnUnusedElementAZeroThatMeetsInfinityAsNaN(Engine engine) {
        Map<String, Input> inputs = Map.of("p", new Input(Tensor.of(DType.FLOAT64, Shape.of(2), 2, 0), true));
        Task task = new Task(Program.parse("a = log(p)\ny = a[0]"), inputs, "y", Tensor.scalar(DType.FLOAT64, 1));

        assertThat(gradient(Evaluator.evaluate(engine, task, DType.FLOAT64), "p"))
                .containsExactly(0.5, Double.NaN);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aNameForANameIsTheSameValue(Engine engine) {
        Evaluation evaluation =
                Evaluator.evaluate(engine, task("a = v\nb = a * 2\nd = b\ny = sum(a * d + d)", "y", 1), DType.FLOAT64);

        assertThat(gradient(evaluation, "a")).containsExactly(gradient(evaluation, "v"));
        assertThat(gradient(evaluation, "d")).containsExactly(gradient(evaluation, "b"));
        assertThat(gradient(evaluation, "b")).containsExactly(1.75, 0.5, 2.25);
        assertThat(gradient(evaluation, "v")).containsExactly(5, 0, 7);
    }

    /** A view's gradient is that of what was computed from the view, not of the tensor that it shares elements with. */
    @ParameterizedTest
    @MethodSource("engines")
    void aViewHasAGradientOfItsOwn(Engine engine) {
        Evaluation evaluation = Evaluator.evaluate(
                engine,
                task(
                        "a = v[0:2]\nb = reshape(v, (3, 1))\nd = cat((a, c))\ny = sum(a) + sum(b * 2) + sum(d * 5) + sum(v * 7)",
                        "y",
                        1),
                DType.FLOAT64);

        assertThat(gradient(evaluation, "a")).containsExactly(6, 6);
        assertThat(gradient(evaluation, "b")).containsExactly(2, 2, 2);
        assertThat(gradient(evaluation, "d")).containsExactly(5, 5, 5, 5, 5);
        assertThat(gradient(evaluation, "v")).containsExactly(15, 15, 9);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void anInputMayBeTheRoot(Engine engine) {
        Task task = new Task(Program.parse("a = v * 2"), INPUTS, "v", V);
        Evaluation evaluation = Evaluator.evaluate(engine, task, DType.FLOAT64);

        assertThat(gradient(evaluation, "v")).containsExactly(0.75, -0.5, 1.25);
        assertThat(evaluation.get(Quantity.grad("a"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void computesTheSameInSeveralThreads(int threads) throws Exception {
        Task task = task("h = tanh(x @ w.T)\ns = softmax(h @ w, dim=1)\ny = sum(s * x)", "y", 1);
        for (Engine engine : engines().toList()) {
            Map<Quantity, Optional<Tensor>> expected =
                    Evaluator.evaluate(engine, task, DType.FLOAT64).quantities();
            ExecutorService executor = Executors.newFixedThreadPool(threads);
            try {
                List<Future<Evaluation>> results = new ArrayList<>();
                Callable<Evaluation> one = () -> Evaluator.evaluate(engine, task, DType.FLOAT64);
                for (int i = 0; i < 40; i++) {
                    results.add(executor.submit(one));
                }
                for (Future<Evaluation> result : results) {
                    assertThat(result.get().quantities()).isEqualTo(expected);
                }
            } finally {
                executor.shutdown();
            }
        }
    }

    /** Graphs that are open at once in one thread do not meet, and a refusal leaves nothing behind. */
    @ParameterizedTest
    @MethodSource("engines")
    void graphsNest(Engine engine) throws Exception {
        Task task = task("y = sum(x * w)", "y", 1);
        Map<Quantity, Optional<Tensor>> expected =
                Evaluator.evaluate(engine, task, DType.FLOAT64).quantities();
        try (Graph<?> outer = engine.newGraph(DType.FLOAT64)) {
            outer.leaf(X, true);
            assertThat(Evaluator.refusal(engine, task("y = x @ w", "y", 1), DType.FLOAT64))
                    .isPresent();
            assertThat(Evaluator.evaluate(engine, task, DType.FLOAT64).quantities())
                    .isEqualTo(expected);
        }
    }

    @Test
    void theScalarEngineComputesInFloat64Only() {
        Engine engine = new ScalarEngine();
        assertThat(engine.dtypes()).containsExactly(DType.FLOAT64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.newGraph(DType.FLOAT32))
                .withMessageContaining("float32");
        assertThat(new MatrixEngine().dtypes()).containsExactlyInAnyOrder(DType.FLOAT32, DType.FLOAT64);
        assertThatIllegalArgumentException().isThrownBy(() -> new MatrixEngine().newGraph(DType.INT64));
    }

    private static Task task(String program, String root, double cotangent) {
        return new Task(Program.parse(program), INPUTS, root, Tensor.scalar(DType.FLOAT64, cotangent));
    }

    private static double[] gradient(Evaluation evaluation, String name) {
        return evaluation.get(Quantity.grad(name)).orElseThrow().toDoubles();
    }
}
