package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the twin promises beyond the numbers: probes, cotangents, no dependence, and that it disturbs nothing. */
class TorchGraphTest {
    private static final Shape TWO = Shape.of(2);

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void aProbeKeepsEveryBit(DType dtype) {
        double[] values = {-0.0, 0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Float.MIN_VALUE, -1e-38};
        Tensor given = Tensor.of(dtype, Shape.of(values.length), values);
        try (TorchGraph graph = graph(dtype)) {
            TorchValue probed = graph.retainGrad(graph.leaf(given, false));
            assertThat(graph.value(probed)).isEqualTo(given);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void theGradientOfAValueInTheMiddleIsItsProbes(DType dtype) {
        Evaluation evaluation = evaluate("z = x * x\ny = sum(z * z)", dtype, vector(dtype, 3, -2), 1);

        assertThat(evaluation.get(Quantity.grad("z"))).contains(vector(dtype, 18, 8));
        assertThat(evaluation.get(Quantity.grad("x"))).contains(vector(dtype, 108, -32));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void theCotangentIsTheVectorOfTheProduct(DType dtype) {
        Task task = new Task(
                Program.parse("y = x * x"),
                Map.of("x", new Input(vector(dtype, 3, -2), true)),
                "y",
                vector(dtype, 10, 0.5));

        Evaluation evaluation = Evaluator.evaluate(new TorchEngine(), task, dtype);

        assertThat(evaluation.get(Quantity.grad("x"))).contains(vector(dtype, 60, -2));
        assertThat(evaluation.get(Quantity.grad("y"))).contains(vector(dtype, 10, 0.5));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void noDependenceIsNotZero(DType dtype) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", new Input(vector(dtype, 3, -2), true));
        inputs.put("w", new Input(vector(dtype, 1, 2), true));
        Task task = new Task(Program.parse("u = x * 2\nv = w * 0\ny = sum(v)"), inputs, "y", Tensor.scalar(dtype, 1));

        Evaluation evaluation = Evaluator.evaluate(new TorchEngine(), task, dtype);

        assertThat(evaluation.get(Quantity.grad("x"))).isEmpty();
        assertThat(evaluation.get(Quantity.grad("u"))).isEmpty();
        assertThat(evaluation.get(Quantity.grad("w"))).contains(vector(dtype, 0, 0));
    }

    @Test
    void theRootMayBeAnInput() {
        Evaluation evaluation = evaluate("y = x", DType.FLOAT64, Tensor.scalar(DType.FLOAT64, 3), 7);
        assertThat(evaluation.get(Quantity.grad("x"))).contains(Tensor.scalar(DType.FLOAT64, 7));
    }

    @Test
    void evaluatingAgainGivesTheSameBits() {
        TorchEngine engine = new TorchEngine();
        for (NamedCase one : FixtureSet.bundled().select("op/*-grid*")) {
            Task task = one.given().task();
            assertThat(Evaluator.evaluate(engine, task, DType.FLOAT32).quantities())
                    .as(one.name())
                    .isEqualTo(Evaluator.evaluate(engine, task, DType.FLOAT32).quantities());
        }
    }

    @Test
    void gradientsAreRecordedOnAThreadThatHadThemOff() {
        try (TorchGraph graph = graph(DType.FLOAT64)) {
            TorchValue x = graph.leaf(vector(DType.FLOAT64, 3, -2), true);
            JniUtils.setGradMode(false);
            TorchValue y = graph.apply(Ops.of("expm1"), List.of(x), Attributes.NONE);
            JniUtils.setGradMode(false);
            TorchValue z = graph.apply(Ops.of("square"), List.of(y), Attributes.NONE);
            JniUtils.setGradMode(false);
            graph.backward(z, vector(DType.FLOAT64, 1, 1));
            assertThat(graph.gradient(x)).isPresent();
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    @Test
    void twoGraphsOfOneThreadDoNotDisturbEachOther() {
        TorchGraph first = graph(DType.FLOAT64);
        TorchValue x = first.leaf(vector(DType.FLOAT64, 3, -2), true);
        try (TorchGraph second = graph(DType.FLOAT32)) {
            TorchValue w = second.leaf(vector(DType.FLOAT32, 1, 2), true);
            second.backward(second.apply(Ops.of("square"), List.of(w), Attributes.NONE), vector(DType.FLOAT32, 1, 1));
            assertThat(second.gradient(w)).contains(vector(DType.FLOAT32, 2, 4));
        }
        first.backward(first.apply(Ops.of("square"), List.of(x), Attributes.NONE), vector(DType.FLOAT64, 1, 1));
        assertThat(first.gradient(x)).contains(vector(DType.FLOAT64, 6, -4));
        first.close();
        first.close();
    }

    @Test
    void refusesLeavesOfAnotherType() {
        try (TorchGraph graph = graph(DType.FLOAT64)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> graph.leaf(vector(DType.FLOAT32, 1, 2), false))
                    .withMessage("a float32 leaf in a graph of float64");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new TorchEngine().newGraph(DType.INT64));
    }

    @Test
    void refusesAGradientThatWasNotAskedFor() {
        try (TorchGraph graph = graph(DType.FLOAT64)) {
            TorchValue x = graph.leaf(vector(DType.FLOAT64, 1, 2), false);
            assertThatIllegalArgumentException().isThrownBy(() -> graph.gradient(x));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> graph.backward(x, vector(DType.FLOAT64, 1, 1)))
                    .withMessageContaining("does not require grad");
        }
    }

    @Test
    void indicesComeBackAsTheyWere() {
        Tensor indices = Tensor.indices(TWO, Long.MIN_VALUE, (1L << 53) + 1);
        try (TorchGraph graph = graph(DType.FLOAT32)) {
            assertThat(graph.value(graph.leaf(indices, false))).isEqualTo(indices);
        }
    }

    @Test
    void tellsItsVersions() {
        TorchVersions versions = TorchEngine.versions();
        assertThat(versions.djl()).isEqualTo("0.35.1");
        assertThat(versions.pytorch()).isEqualTo("2.7.1");
        assertThat(versions.threads()).isEqualTo(1);
    }

    private static TorchGraph graph(DType dtype) {
        return (TorchGraph) new TorchEngine().newGraph(dtype);
    }

    private static Tensor vector(DType dtype, double first, double second) {
        return Tensor.of(dtype, TWO, first, second);
    }

    private static Evaluation evaluate(String program, DType dtype, Tensor x, double cotangent) {
        Task task =
                new Task(Program.parse(program), Map.of("x", new Input(x, true)), "y", Tensor.scalar(dtype, cotangent));
        return Evaluator.evaluate(new TorchEngine(), task, dtype);
    }
}
