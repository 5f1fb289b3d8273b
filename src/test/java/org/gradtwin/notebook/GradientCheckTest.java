package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.matrix.Activation;
import org.gradtwin.matrix.Axes;
import org.gradtwin.matrix.DenseLayer;
import org.gradtwin.matrix.Graph;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.matrix.SoftmaxCrossEntropy;
import org.gradtwin.report.CompareTable;
import org.gradtwin.report.CompareTable.Row;
import org.gradtwin.report.CompareTable.Sum;
import org.gradtwin.report.draw.HeatMap;
import org.gradtwin.report.draw.Plot;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The notebook's section "Gradient checking": the cross entropy of a batch of B = 32 rows of d = 128 features in N = 27
 * classes, z = x @ w + b and y = tanh(z). The gradients come from autograd, from the closed form, from a graph of scalars
 * and from PyTorch, and every one is held against the numbers that PyTorch left in fixtures/notebook/gradient-check.json.
 */
class GradientCheckTest {
    private static final int B = 32;
    private static final int N = 27;
    private static final int D = 128;

    private static FixtureCase recorded(String id) {
        return Notebook.recorded("notebook/" + id);
    }

    private static Tensor input(String id, DType dtype, String name) {
        return Objects.requireNonNull(recorded(id).task().inputs().get(name)).in(dtype);
    }

    private static int[] targets(String id) {
        return Notebook.targets(recorded(id));
    }

    private static Precision precision(DType dtype) {
        return Precision.valueOf(dtype.name());
    }

    @Test
    void theBatchHasTheNotebooksSizes() {
        assertThat(input("gradient-check", DType.FLOAT32, "x").shape()).isEqualTo(Shape.of(B, D));
        assertThat(input("gradient-check", DType.FLOAT32, "w").shape()).isEqualTo(Shape.of(D, N));
        assertThat(input("gradient-check", DType.FLOAT32, "b").shape()).isEqualTo(Shape.of(N));
        assertThat(Arrays.stream(targets("gradient-check"))).hasSize(B).allMatch(t -> 0 <= t && t < N);
    }

    /** The four ways in which the corpus writes the loss, in both types. */
    static Stream<Arguments> losses() {
        return Stream.of("", "-naive", "-confident", "-sum")
                .flatMap(form -> Stream.of(DType.FLOAT32, DType.FLOAT64)
                        .map(dtype -> Arguments.of("gradient-check" + form, dtype)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("losses")
    void autograd(String id, DType dtype) {
        Graph graph = new Graph(precision(dtype));
        Map<String, Matrix> names = new LinkedHashMap<>();
        for (String name : List.of("x", "w", "b")) {
            boolean requiresGrad = recorded(id).inputs().get(name).requiresGrad();
            Tensor value = input(id, dtype, name);
            names.put(name, graph.leaf(value.shape(), value.toDoubles(), requiresGrad));
        }
        Matrix z = get(names, "x").matmul(get(names, "w")).add(get(names, "b"));
        Matrix y = z.tanh();
        names.put("z", z);
        names.put("y", y);
        int[] t = targets(id);
        Matrix loss = switch (id) {
            case "gradient-check" -> Losses.crossEntropy(y, t);
            case "gradient-check-naive" -> {
                int[] positions =
                        IntStream.range(0, B).map(row -> row * N + t[row]).toArray();
                Matrix p = y.softmax(1).take(Shape.of(B), positions);
                names.put("p", p);
                yield p.log().mean(Axes.ALL).neg();
            }
            case "gradient-check-confident" -> {
                Matrix s = y.mul(graph.constant(8));
                names.put("s", s);
                yield Losses.crossEntropy(s, t);
            }
            default -> Losses.crossEntropy(y, t, null, Losses.IGNORE_INDEX, 0, Reduction.SUM);
        };
        names.put("loss", loss);
        loss.backward();

        requireAgreement(id, dtype, names.keySet().stream().flatMap(name -> {
            Matrix matrix = get(names, name);
            return Stream.of(
                    Map.entry(Quantity.value(name), matrix.values()),
                    Map.entry(Quantity.grad(name), Objects.requireNonNullElse(matrix.grad(), new double[0])));
        }));
    }

    private static Matrix get(Map<String, Matrix> names, String name) {
        return Objects.requireNonNull(names.get(name), name);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("losses")
    void closedForm(String id, DType dtype) {
        requireAgreement(id, dtype, closedForm(id, dtype, id.endsWith("sum") ? Reduction.SUM : Reduction.MEAN));
    }

    /** Equations (7), (3), (4), (5) and (6), in this order: the way backward goes. */
    private static Stream<Map.Entry<Quantity, double[]>> closedForm(String id, DType dtype, Reduction reduction) {
        double scale = id.endsWith("confident") ? 8 : 1;
        Tensor x = input(id, dtype, "x");
        DenseLayer layer = new DenseLayer(x.shape().last(), N, Activation.TANH, precision(dtype));
        layer.assign(input(id, dtype, "w").toDoubles(), input(id, dtype, "b").toDoubles());
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(N, reduction, precision(dtype));

        double[] y = layer.forward(x.toDoubles());
        double[] s = times(scale, y);
        double value = loss.forward(s, targets(id));
        double[] ds = loss.backward();
        double[] dy = times(scale, ds);
        double[] dx = layer.backward(dy);

        return Stream.of(
                Map.entry(Quantity.value("y"), y),
                Map.entry(Quantity.value("s"), s),
                Map.entry(Quantity.value("loss"), new double[] {value}),
                Map.entry(Quantity.grad("s"), ds),
                Map.entry(Quantity.grad("y"), dy),
                Map.entry(Quantity.grad("z"), layer.preactivationGradient()),
                Map.entry(Quantity.grad("x"), dx),
                Map.entry(Quantity.grad("w"), layer.weightGradient()),
                Map.entry(Quantity.grad("b"), layer.biasGradient()));
    }

    private static double[] times(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

    /** Compares what the case has numbers for; there must be a value and a gradient among it. */
    private static void requireAgreement(String id, DType dtype, Stream<Map.Entry<Quantity, double[]>> results) {
        int[] compared = new int[2];
        results.forEach(result -> {
            Optional<Tensor> expected = recorded(id).expected(dtype).getOrDefault(result.getKey(), Optional.empty());
            expected.ifPresent(tensor -> {
                Comparison comparison = compare(id, dtype, result.getKey(), result.getValue());
                assertThat(comparison.agrees())
                        .as("%s in %s: %s", result.getKey(), dtype.torchName(), comparison)
                        .isTrue();
                compared[result.getKey().kind().ordinal()]++;
            });
        });
        assertThat(compared[0]).as("values compared").isGreaterThanOrEqualTo(2);
        assertThat(compared[1]).as("gradients compared").isGreaterThanOrEqualTo(3);
    }

    private static Comparison compare(String id, DType dtype, Quantity quantity, double[] actual) {
        FixtureCase recorded = recorded(id);
        Tensor expected =
                Objects.requireNonNull(recorded.expected(dtype).get(quantity)).orElseThrow();
        return Comparison.of(
                Tensor.of(dtype, expected.shape(), actual),
                expected,
                Objects.requireNonNull(recorded.tolerances(dtype).get(quantity)));
    }

    static Stream<Arguments> engines() {
        return Stream.of(new ScalarEngine(), new MatrixEngine(), new TorchEngine())
                .map(engine -> Arguments.of(engine.name(), engine));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void everyEngine(String name, Engine engine) {
        List<Trial> trials = Verifier.trials(engine, "notebook/gradient-check*").toList();
        assertThat(trials).hasSize(4 * 2);
        for (Trial trial : trials) {
            trial.requirePass();
            assertThat(trial.checks()).isNotEmpty().allMatch(check -> check.verdict() == Verdict.AGREE);
        }
    }

    /** What the recorded tolerances notice: the equations with one part left out. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void aWrongEquationIsNoticed(DType dtype) {
        Map<Quantity, double[]> sums = new LinkedHashMap<>();
        closedForm("gradient-check", dtype, Reduction.SUM).forEach(e -> sums.put(e.getKey(), e.getValue()));
        for (String name : List.of("y", "z", "x", "w", "b")) {
            Quantity quantity = Quantity.grad(name);
            double[] withoutBatch = Objects.requireNonNull(sums.get(quantity));
            assertThat(compare("gradient-check", dtype, quantity, withoutBatch).agrees())
                    .as("%s without the 1/B of (7)", quantity)
                    .isFalse();
            assertThat(compare("gradient-check", dtype, quantity, times(-1.0 / B, withoutBatch))
                            .agrees())
                    .as("%s with the sign turned", quantity)
                    .isFalse();
        }
        double[] dy = times(1.0 / B, Objects.requireNonNull(sums.get(Quantity.grad("y"))));
        assertThat(compare("gradient-check", dtype, Quantity.grad("z"), dy).agrees())
                .as("(3) without the derivative of tanh")
                .isFalse();
    }

    private static CompareTable table(Engine engine, DType dtype) {
        Trial trial = Verifier.trials(engine, "notebook/gradient-check")
                .filter(each -> each.dtype() == dtype)
                .findFirst()
                .orElseThrow();
        return CompareTable.of(trial).orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void theCompareTable(String name, Engine engine) {
        CompareTable float32 = table(engine, DType.FLOAT32);
        CompareTable float64 = table(engine, DType.FLOAT64);
        assertThat(float32.rows()).extracting(Row::name).containsExactly("y", "z", "x", "w", "b");
        assertThat(float64.rows()).extracting(Row::name).containsExactly("y", "z", "x", "w", "b");
        assertThat(float64.rows()).allMatch(Row::approx);
        assertThat(float32.rows()).allMatch(row -> row.maxdiff() <= allowed(DType.FLOAT32, row.name()));
        assertThat(float64.rows()).allMatch(row -> row.maxdiff() <= allowed(DType.FLOAT64, row.name()));
    }

    /** What the recorded tolerance allows at the largest element. */
    private static double allowed(DType dtype, String name) {
        FixtureCase recorded = recorded("gradient-check");
        double[] expected = Objects.requireNonNull(recorded.expected(dtype).get(Quantity.grad(name)))
                .orElseThrow()
                .toDoubles();
        return Objects.requireNonNull(recorded.tolerances(dtype).get(Quantity.grad(name)))
                .allowed(Arrays.stream(expected).map(Math::abs).max().orElseThrow());
    }

    @Test
    void theCompareTableSeesWhatItShould() {
        Tensor expected = Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2);
        assertThat(Row.of("y", expected, expected)).isEqualTo(new Row("y", true, true, 0));
        assertThat(Row.of("y", Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2 + 0x1p-20), expected))
                .isEqualTo(new Row("y", false, true, 0x1p-20));
        assertThat(Row.of("y", Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2.5), expected))
                .isEqualTo(new Row("y", false, false, 0.5));
        Row nan = Row.of("y", Tensor.of(DType.FLOAT64, Shape.of(2), 1, Double.NaN), expected);
        assertThat(nan.exact() || nan.approx()).isFalse();
        assertThat(Double.isNaN(nan.maxdiff())).isTrue();
    }

    /** y.grad.sum(dim=1).abs().mean(): the probabilities of a row sum to 1, and the target takes 1 away. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void theRowsOfTheLogitsGradientSumToZero(String name, Engine engine) {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            Sum sum = table(engine, dtype).sums().get(0);
            assertThat(sum.name()).isEqualTo("y");
            // N roundings of terms of at most 1/B each.
            double bound = N * dtype.unitRoundoff() / B;
            assertThat(sum.actual()).isLessThanOrEqualTo(bound);
            assertThat(sum.expected()).isLessThanOrEqualTo(bound);
        }
        assertThat(Sum.of(Tensor.of(DType.FLOAT64, Shape.of(2, 2), 1, -1, 2, -5), 1))
                .isEqualTo(1.5);
    }

    /** The gradient of the logits times B beside minus the one-hot targets. */
    @Test
    void theFigure() {
        FixtureCase recorded = recorded("gradient-check");
        Tensor gradient = Objects.requireNonNull(
                        recorded.expected(DType.FLOAT32).get(Quantity.grad("y")))
                .orElseThrow();
        double[] scaled = times(B, gradient.toDoubles());
        int[] t = targets("gradient-check");
        double[] oneHot = new double[B * N];
        for (int row = 0; row < B; row++) {
            oneHot[row * N + t[row]] = -1;
            for (int column = 0; column < N; column++) {
                // Only the target's logit lowers the loss when it grows.
                assertThat(scaled[row * N + column] < 0).isEqualTo(column == t[row]);
            }
        }
        Figures.plot(
                "logit-gradient",
                Plot.row(
                        "Gradient of the logits and targets",
                        List.of(
                                new HeatMap("B · ∂L/∂Y", "B", "N", Tensor.of(DType.FLOAT32, Shape.of(B, N), scaled)),
                                new HeatMap("−δ", "B", "N", Tensor.of(DType.FLOAT32, Shape.of(B, N), oneHot)))));
    }
}
