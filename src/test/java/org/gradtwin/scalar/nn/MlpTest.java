package org.gradtwin.scalar.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.gradtwin.scalar.NoGrad;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MlpTest {

    @Test
    void printedFormIsTheNotebooks() {
        MLP model = new MLP(1, new int[] {2, 2, 1}, Activation.RELU, 42);
        assertThat(model).hasToString("MLP[Layer[relu(1), relu(1)], Layer[relu(2), relu(2)], Layer[linear(2)]]");
        assertThat(model.layers().get(0).neuron(1)).hasToString("relu(1)");
    }

    @Test
    void parametersAreCountedAndSharedWithLayersAndNeurons() {
        MLP model = new MLP(3, new int[] {4, 2}, Activation.TANH, 1);
        assertThat(model.parameters()).hasSize(4 * 4 + 2 * 5);
        Layer second = model.layers().get(1);
        second.neuron(1).bias().setData(7);
        assertThat(model.parameters().get(25).data()).isEqualTo(7);
        assertThat(second.parameters().get(9)).isEqualTo(model.parameters().get(25));
        assertThat(second.neuron(1).weights())
                .containsExactlyElementsOf(model.parameters().subList(21, 25));
    }

    @Test
    void wrongSizesAreRefusedWithBothNumbers() {
        MLP model = new MLP(3, new int[] {4, 2}, Activation.TANH, 1);
        NodeRun two = NodeRun.constants(1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.forward(two))
                .withMessage("MLP with 3 inputs was given 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.layers().get(1).forward(two))
                .withMessage("Layer with 4 inputs was given 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.layers().get(1).neuron(0).forward(two))
                .withMessage("Neuron with 4 inputs was given 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MLP(3, new int[] {4, 0}, Activation.TANH, 1))
                .withMessage("layer 2 of 0 neurons");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MLP(3, new int[0], Activation.TANH, 1))
                .withMessage("a network of 0 layers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.affine(NodeRun.leaves(1, 2, 3, 4), 1))
                .withMessage("affine map of 2 nodes to 1 needs 3 parameters, not 4");
    }

    @Test
    void unknownActivationIsRefusedByName() {
        assertThat(Activation.of("tanh")).isEqualTo(Activation.TANH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Activation.of("gelu"))
                .withMessage("unknown activation 'gelu': use relu, tanh or linear");
    }

    @ParameterizedTest(name = "{0}, seed 5")
    @EnumSource(Initialization.Scheme.class)
    void sameSeedGivesTheSameWeightsWithinTheBound(Initialization.Scheme scheme) {
        double[] first = parameters(new Initialization(scheme, 5));
        assertThat(first).containsExactly(parameters(new Initialization(scheme, 5)));
        assertThat(first).isNotEqualTo(parameters(new Initialization(scheme, 6)));
        double bound = switch (scheme) {
            case UNIFORM -> 1;
            case KAIMING_UNIFORM -> Math.sqrt(6.0 / 50);
            case XAVIER_UNIFORM -> Math.sqrt(6.0 / 90);
        };
        double low = scheme == Initialization.Scheme.UNIFORM ? 0 : -bound;
        for (int i = 0; i < first.length; i++) {
            if (i % 51 == 50) {
                assertThat(first[i]).as("bias").isZero();
            } else {
                assertThat(first[i]).isBetween(low, bound);
            }
        }
        double[] sorted = first.clone();
        java.util.Arrays.sort(sorted);
        assertThat(sorted[0]).isLessThan(low + 0.01 * bound);
        assertThat(sorted[sorted.length - 1]).isGreaterThan(0.99 * bound);
    }

    private static double[] parameters(Initialization initialization) {
        return new Layer(50, 40, Activation.RELU, initialization).parameters().data();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void layersAndNeuronsComputeTheSame(long seed) {
        for (Activation activation : Activation.values()) {
            Layer layer = new Layer(37, 5, activation, Initialization.xavierUniform(seed));
            double[] data = Initialization.xavierUniform(seed + 100).parameters(36, 1);
            NodeRun x = NodeRun.leaves(data);
            Node.sum(layer.forward(x)).backward();
            double[] gradients = layer.parameters().grad();
            layer.zeroGrad();
            NodeRun x2 = NodeRun.leaves(data);
            List<Node> outputs = java.util.stream.IntStream.range(0, 5)
                    .mapToObj(j -> layer.neuron(j).forward(x2))
                    .toList();
            Node.sum(outputs).backward();
            assertThat(layer.parameters().grad()).containsExactly(gradients);
            assertThat(x2.grad()).containsExactly(x.grad());
        }
    }

    @Test
    void everyParameterIsReached() {
        MLP model = new MLP(3, new int[] {17, 5, 1}, Activation.TANH, Initialization.xavierUniform(3));
        Node input = Node.of(0.5);
        Node y = model.forward(Collections.nCopies(3, input)).get(0);
        assertThat(model.parameters()).noneMatch(Node::reached);
        y.backward();
        assertThat(model.parameters()).allMatch(Node::reached);
        assertThat(model.parameters().grad()).doesNotContain(0.0);
        assertThat(input.reached()).isTrue();
        model.zeroGrad();
        assertThat(model.parameters()).noneMatch(Node::reached);
        assertThat(input.reached()).isTrue();
    }

    @Test
    void noGradGivesTheSameValues() {
        MLP model = new MLP(3, new int[] {17, 5, 2}, Activation.TANH, Initialization.xavierUniform(3));
        NodeRun x = NodeRun.leaves(1, 2, 3);
        double[] recorded = model.forward(x).data();
        try (NoGrad scope = NoGrad.open()) {
            assertThat(scope).isNotNull();
            NodeRun y = model.forward(x);
            assertThat(y.data()).containsExactly(recorded);
            assertThat(y.get(0).requiresGrad()).isFalse();
        }
    }

    @Test
    void updateDescends() {
        MLP model = new MLP(1, new int[] {8, 1}, Activation.TANH, Initialization.xavierUniform(3));
        double first = Double.NaN;
        double loss = Double.NaN;
        for (int step = 0; step < 200; step++) {
            Node error = model.forward(NodeRun.constants(0.7)).get(0).minus(2).square();
            error.backward();
            model.parameters().update((data, grad, from, to) -> {
                for (int i = from; i < to; i++) {
                    data[i] -= 0.05 * grad[i];
                }
            });
            model.zeroGrad();
            loss = error.data();
            first = step == 0 ? loss : first;
        }
        assertThat(first).isGreaterThan(0.1);
        assertThat(loss).isCloseTo(0, within(1e-9));
    }
}
