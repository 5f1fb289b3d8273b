package org.gradtwin.engines.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.gradtwin.check.Comparison;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactEngineTest {
    private static Evaluation evaluate(DType dtype, double cotangent, String line, double... x) {
        Map<String, Input> inputs = Map.of("x", new Input(Tensor.of(dtype, Shape.of(x.length), x), true));
        Task task = new Task(Program.parse(List.of(line)), inputs, "y", Tensor.scalar(dtype, cotangent));
        return Evaluator.evaluate(new ExactEngine(), task, dtype);
    }

    private static double[] gradient(Evaluation evaluation) {
        return evaluation.get(Quantity.grad("x")).orElseThrow().toDoubles();
    }

    /** Each place where PyTorch is off, with the truth. */
    @Test
    void twoEqualHugeNumbersShareTheGradientOfTheirLogsumexp() {
        assertThat(gradient(evaluate(DType.FLOAT64, 1, "y = logsumexp(x, 0)", 1e16, 1e16)))
                .containsExactly(0.5, 0.5);
    }

    @Test
    void theSquareOfAHugeNumberHasASlope() {
        assertThat(gradient(evaluate(DType.FLOAT32, -0.5, "y = sum(square(x))", (float) -3e38)))
                .containsExactly((float) 3e38);
    }

    @Test
    void theVarianceDividesByCountMinusCorrection() {
        double[] gradient =
                gradient(evaluate(DType.FLOAT64, 1, "y = var(x, dim=(), correction=-2)", 1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertThat(gradient[0]).isEqualTo(-8.0 / 11, within(1e-15));
    }

    /** Without a range 0 times e¹⁰⁰⁰ is 0. */
    @Test
    void itIsNotAskedWhatLeavesTheRangeOfEveryType() {
        assertThat(Verifier.trials(new ExactEngine(), "composition/masked-overflow"))
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial.skipped()).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "op/tanh-*",
                "op/softmax-*",
                "op/nll-loss-*",
                "op/matmul-*",
                "op/prod-*",
                "op/layer-norm-*",
                "op/?*elu-special",
                "op/elu-*",
                "op/clamp-*",
                "op/?in-points",
                "op/cos-points",
                "op/eq-*",
                "op/ne-indices",
                "op/?*lu-wild",
                "op/*loss-special",
                "op/pow-*",
                "op/cat-legacy-*",
                "composition/zero-*"
            })
    void itsGradientsAreThoseOfPyTorch(String cases) {
        List<NamedCase> selected = FixtureSet.bundled(cases).select(cases).stream()
                .filter(named -> named.given().refusal().isEmpty()
                        && named.given().dtypes().contains(DType.FLOAT64))
                .filter(named -> !named.name().endsWith("-many"))
                .toList();
        assertThat(selected).isNotEmpty();
        for (NamedCase named : selected) {
            Evaluation evaluation =
                    Evaluator.evaluate(new ExactEngine(), named.given().task(), DType.FLOAT64);
            named.given()
                    .tolerances(DType.FLOAT64)
                    .forEach((quantity, tolerance) -> assertThat(Comparison.of(
                                            evaluation.get(quantity),
                                            named.given()
                                                    .expected(DType.FLOAT64)
                                                    .get(quantity),
                                            tolerance)
                                    .agrees())
                            .as("%s, %s", named.name(), quantity)
                            .isTrue());
        }
    }
}
