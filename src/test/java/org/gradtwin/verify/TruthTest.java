package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.language.Program;
import org.gradtwin.readme.Pages;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where PyTorch is off, the truth passes too, and a failure says who is off. */
class TruthTest {
    private static final Path PAGE = Path.of("src", "docs", "truth.md");
    private static final Path FILE = Path.of("fixtures", "op", "square.json");

    @Test
    @Tag("pages")
    void thePageShowsWhatTheFixturesRecord() throws IOException {
        FixtureSet set = FixtureSet.bundled();
        Pages.require(PAGE, Truths.text(set));
        set.cases()
                .forEach(named -> named.given()
                        .expectation()
                        .ifPresent(expectation -> expectation
                                .truth()
                                .forEach((dtype, truths) -> truths.forEach((quantity, truth) -> assertThat(
                                                Truth.of(named.given().task(), quantity, dtype))
                                        .as("%s, %s", named.name(), quantity)
                                        .hasValue(truth)))));
    }

    @Test
    void aFailureSaysWhoIsOff() {
        Trial trial =
                Verifier.trials(new WrongTanh(), "op/tanh-matrix").findFirst().orElseThrow();
        Check check =
                trial.checks().stream().filter(Check::failsGate).findFirst().orElseThrow();

        assertThat(trial.message(check).orElseThrow())
                .containsPattern("\n  truth      [-0-9.e]+ in 50 digits: PyTorch is (exact|[0-9.]+ ulp off),"
                        + " wrong-tanh is [0-9.e+]+ (ulp|abs) off\n");
    }

    /** The gradient is −1.1e38, of which a float can have 7 digits. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            -1.1e38,   -Infinity, true
            -1.2e38,   -Infinity, false
            NaN,       -Infinity, true
            -Infinity, -1.11e38,  false
            -1.1e38,   -1.12e38,  true
            -1.12e38,  -1.1e38,   false
            """)
    void anEngineIsExcusedWherePyTorchAloneIsOffOrNoneHasTheNumber(float engine, float pytorch, boolean excused) {
        Task task = new Task(
                Program.parse("y = x * t"),
                Map.of(
                        "x", new Input(Tensor.scalar(DType.FLOAT64, 1), true),
                        "t", new Input(Tensor.scalar(DType.FLOAT64, (float) -1.1e38), false)),
                "y",
                Tensor.scalar(DType.FLOAT64, 1));
        assertThat(Truth.excuse(
                                task,
                                gradient("own", engine),
                                gradient("pytorch", pytorch),
                                Map.of(Quantity.grad("x"), new Tolerance(1e-6, 0, "rounding")))
                        .isPresent())
                .isEqualTo(excused);
    }

    private static Evaluation gradient(String engine, float of) {
        return new Evaluation(
                engine, DType.FLOAT32, Map.of(Quantity.grad("x"), Optional.of(Tensor.scalar(DType.FLOAT32, of))));
    }

    /** That costs the more, the more there is to compute. */
    @ParameterizedTest
    @CsvSource({"64, true", "65, false"})
    void thatIsAskedOfSmallTasksAlone(int elements, boolean asked) {
        Map<String, Input> inputs = Map.of("x", new Input(Tensor.full(DType.FLOAT64, Shape.of(elements), 0.5), true));
        Task task = new Task(Program.parse(List.of("y = sum(x)")), inputs, "y", Tensor.scalar(DType.FLOAT64, 1));
        Check check = ByHand.check("op/a", "own", DType.FLOAT64, Quantity.value("y"), 32.5);
        Discrepancy worst = Objects.requireNonNull(
                Objects.requireNonNull(check.comparison()).worst());
        assertThat(Truth.inWords(task, check, worst))
                .isEqualTo(
                        asked
                                ? Optional.of(
                                        "32.0 in 50 digits: the recorded PyTorch is 4.4e+15 ulp off, own is 7e+13 ulp off")
                                : Optional.empty());
    }

    private static List<Check> inFloat32(Engine engine) {
        return Verifier.trials(engine, "op/square-special")
                .filter(trial -> trial.dtype() == DType.FLOAT32)
                .flatMap(trial -> trial.checks().stream())
                .filter(check -> check.quantity().equals(Quantity.grad("x")))
                .toList();
    }

    @Test
    void whoAgreesWithTheTruthOrWithPyTorchPasses() {
        assertThat(inFloat32(new ExactEngine())).hasSize(2).allSatisfy(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.AGREE);
            assertThat(check.reason()).startsWith("truth: ");
        });
        assertThat(inFloat32(new MatrixEngine())).hasSize(2).allSatisfy(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.AGREE);
            assertThat(check.reason()).isNull();
        });
        assertThat(inFloat32(new GivenEngine("off", dtype -> off(new ExactEngine().newGraph(dtype)))))
                .hasSize(2)
                .allMatch(Check::failsGate);
    }

    /** Right but for one element. */
    private static <V> Graph<V> off(Graph<V> graph) {
        return new ForwardingGraph<>(graph) {
            @Override
            public Optional<Tensor> gradient(V value) {
                return graph.gradient(value).map(tensor -> {
                    double[] elements = tensor.toDoubles();
                    elements[elements.length - 1] *= 1.001;
                    return Tensor.of(tensor.dtype(), tensor.shape(), elements);
                });
            }
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "Infinity", 3e+38, 5.5 | "Infinity", "Infinity", 5.5 | is within its tolerance of this: take it out
            3e+38, 5.5             | 5.5                         | the shape is (9,), that of 'expect' (10,)
            "grad": {"x": ["NaN"   | "grad": {"z": ["NaN"        | 'expect' has no gradient of z in float32
            """)
    void aTruthThatSaysNothingIsRefused(String right, String wrong, String problem) throws IOException {
        String text = Files.readString(FILE);
        int at = text.indexOf("\"truth\"");
        String broken = text.substring(0, at) + text.substring(at).replaceFirst(Pattern.quote(right), wrong);

        assertThatExceptionOfType(FixtureException.class)
                .isThrownBy(() -> FixtureReader.read(broken.getBytes(StandardCharsets.UTF_8), "square.json"))
                .withMessageContaining(problem);
    }
}
