package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.matrix.Graph;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.report.draw.ProgramDrawing;
import org.gradtwin.report.draw.Trace;
import org.gradtwin.scalar.NoGrad;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.MLP;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The notebook's section "Appendix: Testing with autograd": the derivative of a scalar, the product of a vector with the
 * Jacobian of a vector, and evaluation without a graph.
 */
class AutogradTest {

    /** y = xᵀx for x = (0, 1, 2, 3): ∂y/∂x = 2x. Before backward there is no gradient at all. */
    @Test
    void scalars() {
        Graph graph = new Graph(Precision.FLOAT32);
        double[] values = {0, 1, 2, 3};
        Matrix x = graph.leaf(Shape.of(4), values, true);
        assertThat(x.grad()).isNull();

        Matrix y = x.reshape(1, -1).matmul(x);
        y.backward();

        assertThat(y.values()).containsExactly(0 + 1 + 4 + 9);
        assertThat(x.grad())
                .containsExactly(Arrays.stream(values).map(each -> 2 * each).toArray());
    }

    /** y = (x₀, x₁): y.backward(v) gives v·J with the Jacobian J = ∂y/∂x written by hand. */
    @Test
    void vectors() {
        double[] v = {0.25, -3};
        double[][] jacobian = {
            {1, 0, 0, 0},
            {0, 1, 0, 0},
        };
        Graph graph = new Graph(Precision.FLOAT32);
        Matrix x = graph.leaf(Shape.of(4), new double[] {0.1, 0.9, 0.4, 0.7}, true);
        Matrix y = x.indexSelect(0, 0, 1);
        y.backward(v);

        assertThat(x.grad()).containsExactly(product(v, jacobian)).containsExactly(0.25, -3, 0, 0);
    }

    /** The same where J is full: y = tanh(W·x), J = diag(1 − y²)·W. */
    @Test
    void vectorsWithAFullJacobian() {
        double[][] w = {{0.5, -0.25, 1}, {2, 0.125, -0.75}};
        double[] v = {1.5, -0.5};
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(Shape.of(3), new double[] {0.3, -0.2, 0.6}, true);
        Matrix y = graph.constant(Shape.of(2, 3), 0.5, -0.25, 1, 2, 0.125, -0.75)
                .matmul(x)
                .tanh();
        y.backward(v);

        double[][] jacobian = new double[2][3];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                jacobian[i][j] = (1 - Math.pow(y.values()[i], 2)) * w[i][j];
            }
        }
        double[] expected = product(v, jacobian);
        double[] actual = Objects.requireNonNull(x.grad());
        for (int j = 0; j < 3; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(8 * 0x1p-53));
        }
    }

    /** v·J: Σ over i of v[i]·J[i][j]. */
    private static double[] product(double[] v, double[]... jacobian) {
        double[] product = new double[jacobian[0].length];
        for (int i = 0; i < v.length; i++) {
            for (int j = 0; j < product.length; j++) {
                product[j] += v[i] * jacobian[i][j];
            }
        }
        return product;
    }

    static Stream<Engine> engines() {
        return Stream.of(new ScalarEngine(), new MatrixEngine(), new TorchEngine());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void everyEngineAgreesWithTheRecordedNumbers(Engine engine) {
        for (String name : new String[] {"squared-norm", "squared-norm-scalar", "vector-jacobian"}) {
            assertThat(Verifier.trials(engine, "notebook/" + name).toList())
                    .hasSize(2)
                    .allSatisfy(Trial::requirePass)
                    .allSatisfy(
                            trial -> assertThat(trial.checks()).allMatch(check -> check.verdict() == Verdict.AGREE));
        }
    }

    /** Without gradients the values are the same, and nothing is recorded: 0 operations instead of one an op. */
    @SuppressWarnings("try") // the scope works by being open
    @Test
    void noGrad() {
        MLP model = new MLP(3, new int[] {4, 1}, Activation.TANH, 42);
        NodeRun x = NodeRun.constants(0.5, -1, 2);
        Node recorded = model.forward(x).get(0);
        // Four weighted sums, four tanh, one weighted sum.
        assertThat(Trace.of(recorded).nodes())
                .filteredOn(node -> !node.isLeaf())
                .hasSize(4 + 4 + 1);
        Node y;
        try (NoGrad scope = NoGrad.open()) {
            y = model.forward(x).get(0);
        }
        assertThat(Trace.of(y).nodes()).containsExactly(y);
        assertThat(y.data()).isEqualTo(recorded.data());
        assertThat(y.requiresGrad()).isFalse();
        assertThat(y.parents()).isEmpty();
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix w = graph.leaf(Shape.of(2), new double[] {1, 2}, true);
        assertThat(w.square().requiresGrad()).isTrue();
        assertThat(graph.noGrad(w::square).requiresGrad()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"squared-norm", "vector-jacobian"})
    void theFigure(String name) {
        Task task = Notebook.recorded("notebook/" + name).task();
        Evaluation evaluation = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
        assertThat(evaluation.get(Quantity.grad("x"))).isPresent();
        Figures.drawing(name, ProgramDrawing.of(task, evaluation));
    }
}
