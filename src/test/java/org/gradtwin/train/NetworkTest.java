package org.gradtwin.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both engines' networks: the same losses and gradients, the same refusals, the same checkpoints. */
class NetworkTest {
    private static final Architecture ARCHITECTURE = new Architecture(3, new int[] {5, 4, 2}, Activation.TANH);

    @ParameterizedTest
    @EnumSource(Loss.class)
    void enginesAgree(Loss loss) {
        ScalarNetwork scalar = new ScalarNetwork(ARCHITECTURE, Initialization.xavierUniform(3));
        MatrixNetwork matrix = new MatrixNetwork(ARCHITECTURE, DType.FLOAT64);
        Checkpoint.parse(Checkpoint.of(scalar).toJson()).restore(matrix);
        double[] inputs = new SplittableRandom(7).doubles(18, -1, 1).toArray();
        Dataset data = loss.isOfClasses()
                ? Dataset.classification(3, inputs, 0, 1, 1, 0, 1, 0)
                : Dataset.regression(
                        3, inputs, 2, new SplittableRandom(8).doubles(12, -1, 1).toArray());
        int[] batch = {4, 1, 5, 1};
        double expected = scalar.learn(data, batch, loss);
        // A second time: the gradients of a batch replace those of the batch before.
        scalar.learn(data, batch, loss);
        matrix.learn(data, batch, loss);
        assertClose(matrix.learn(data, batch, loss), expected);
        matrix.parameters().forEach((name, block) -> {
            double[] gradients = block.gradients();
            double[] wanted = ((Network) scalar).parameters().get(name).gradients();
            assertThat(gradients).hasSameSizeAs(wanted);
            assertThat(wanted).doesNotContain(0.0);
            for (int i = 0; i < wanted.length; i++) {
                assertClose(gradients[i], wanted[i]);
            }
        });
        double[] predicted = matrix.predict(inputs);
        assertThat(predicted).hasSize(12);
        for (int i = 0; i < 12; i++) {
            assertClose(predicted[i], scalar.predict(inputs)[i]);
        }
    }

    private static void assertClose(double actual, double expected) {
        assertThat(Math.abs(actual - expected) <= 1e-13 * Math.max(1, Math.abs(expected)))
                .as("%s against %s", actual, expected)
                .isTrue();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Dataset classes = Dataset.classification(3, new double[6], 0, 1);
        for (Network network : networks()) {
            assertThatThrownBy(() -> network.learn(classes, new int[] {0}, Loss.SQUARED_ERROR))
                    .hasMessage(
                            "MLP(3, [5, 4, 2], tanh) cannot learn squared_error from samples of 3 features with classes");
            Dataset narrow = Dataset.regression(3, new double[6], 1, new double[2]);
            assertThatThrownBy(() -> network.learn(narrow, new int[] {0}, Loss.MEAN_SQUARED_ERROR))
                    .hasMessage("2 outputs for targets of 1");
        }
        assertThatThrownBy(() -> Dataset.classification(4, new double[6], 0, 1))
                .hasMessage("6 inputs of 4 features with 2 targets");
        Checkpoint other =
                Checkpoint.of(new MatrixNetwork(new Architecture(3, new int[] {2}, Activation.RELU), DType.FLOAT32));
        assertThatThrownBy(() -> other.restore(networks().get(0)))
                .hasMessage("a checkpoint of MLP(3, [2], relu) for MLP(3, [5, 4, 2], tanh)");
        assertThatThrownBy(() -> Checkpoint.parse("{}")).hasMessage("checkpoint: the format is not gradtwin-model-1");
    }

    private static List<Network> networks() {
        return Stream.<Network>of(
                        new ScalarNetwork(ARCHITECTURE, Initialization.xavierUniform(3)),
                        new MatrixNetwork(ARCHITECTURE, DType.FLOAT32))
                .toList();
    }
}
