package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.gradtwin.report.draw.NodeDrawing;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.scalar.nn.MLP;
import org.junit.jupiter.api.Test;

/**
 * The notebook's section "Neural network": modules with parameters, neurons, layers and the multi-layer perceptron
 * {@code MLP(n_in=1, n_outs=[2, 2, 1])}, its printed form and its call.
 */
class NeuralNetworkTest {
    private final MLP model = new MLP(1, new int[] {2, 2, 1}, Activation.RELU, 42);

    @Test
    void thePrintedForm() {
        assertThat(model).hasToString("MLP[Layer[relu(1), relu(1)], Layer[relu(2), relu(2)], Layer[linear(2)]]");
        assertThat(new MLP(3, new int[] {2, 1}, Activation.TANH, 42))
                .hasToString("MLP[Layer[tanh(3), tanh(3)], Layer[linear(2)]]");
    }

    @Test
    void parametersLieNeuronByNeuronWeightsBeforeBias() {
        assertThat(model.parameters()).hasSize(2 * (1 + 1) + 2 * (2 + 1) + (2 + 1));
        assertThat(model.layers().get(0).neuron(1).weights())
                .containsExactly(model.parameters().get(2));
        assertThat(model.layers().get(0).neuron(1).bias())
                .isEqualTo(model.parameters().get(3));
        assertThat(Arrays.stream(model.parameters().data())).allMatch(value -> 0 <= value && value < 1);
    }

    /** With all weights 1 and biases 1: 1 + 1 = 2, 2 + 2 + 1 = 5, 5 + 5 + 1 = 11; the last neuron has no relu. */
    @Test
    void theCall() {
        double[] ones = new double[model.parameters().size()];
        Arrays.fill(ones, 1);
        model.parameters().setData(ones);
        assertThat(model.forward(List.of(Node.of(1))).data()).containsExactly(11);
        assertThat(model.forward(List.of(Node.of(-3))).data()).containsExactly(1 + 1 + 1);
        ones[ones.length - 1] = -20;
        model.parameters().setData(ones);
        assertThat(model.forward(List.of(Node.of(1))).data()).containsExactly(10 - 20);
    }

    /** The prediction that the notebook prints: its weights are Python's random numbers after random.seed(42), row by row. */
    @Test
    void theCallThatTheNotebookPrints() {
        model.parameters()
                .setData(
                        0.6394267984578837,
                        0,
                        0.025010755222666936,
                        0,
                        0.27502931836911926,
                        0.22321073814882275,
                        0,
                        0.7364712141640124,
                        0.6766994874229113,
                        0,
                        0.8921795677048454,
                        0.08693883262941615,
                        0);
        assertThat(model.forward(List.of(Node.of(1))).data()).containsExactly(0.20429304314825944);
    }

    @Test
    void zeroGradForgetsTheParametersGradients() {
        model.forward(NodeRun.constants(1)).get(0).backward();
        assertThat(Arrays.stream(model.parameters().grad())).anyMatch(gradient -> gradient != 0);
        model.zeroGrad();
        assertThat(model.parameters().grad()).containsOnly(0);
    }

    @Test
    void theFigure() {
        double[] halves = new double[model.parameters().size()];
        Arrays.setAll(halves, i -> 0.5 + i / 8.0);
        model.parameters().setData(halves);
        Figures.drawing("mlp", NodeDrawing.of(model.forward(List.of(Node.of(1))).get(0)));
    }

    /** The second network of the section on benchmarking: 41,204 leaves and 801 results in nine boxes. */
    @Test
    void theFigureOfALargeNetwork() {
        int[] outputs = {200, 200, 1};
        MLP large = new MLP(3, outputs, Activation.RELU, Initialization.kaimingUniform(42));
        NodeRun x = NodeRun.constants(1, -1, 0.5);
        Node y = large.forward(x).get(0);
        y.backward();
        Figures.drawing("mlp-collapsed", NodeDrawing.collapsed(y, Map.of(y, "y")));
    }
}
