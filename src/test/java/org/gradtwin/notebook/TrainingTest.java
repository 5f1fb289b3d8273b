package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.fixture.SplitMix64;
import org.gradtwin.report.draw.XyPlot;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.scalar.nn.MLP;
import org.gradtwin.train.Architecture;
import org.gradtwin.train.DataLoader;
import org.gradtwin.train.Dataset;
import org.gradtwin.train.Loss;
import org.gradtwin.train.Metrics;
import org.gradtwin.train.SGD;
import org.gradtwin.train.ScalarNetwork;
import org.gradtwin.train.Trainer;
import org.junit.jupiter.api.Test;

/**
 * The notebook's section "Training the network!": N = 500 noisy samples of y = x² + 0.5·noise on [−1, 5], a data loader, the
 * squared error, gradient descent with one sample a step, the curve of the loss and the learned function. The notebook
 * trains for 1000 epochs at the rate 0.0001; here it is 50 at 0.001, which is enough to see it learn. The verb {@code train}
 * goes all the way, and its test shows that it reaches the noise.
 */
class TrainingTest {
    private static final int N = 500;
    private static final int EPOCHS = 50;
    private static final double RATE = 1e-3;
    private static final double[] X = new double[N];
    private static final double[] Y = new double[N];

    static {
        SplitMix64 noise = new SplitMix64(42);
        for (int i = 0; i < N; i++) {
            X[i] = -1 + 6.0 * i / (N - 1);
            Y[i] = X[i] * X[i] + 0.5 * noise.bell();
        }
    }

    @Test
    void theDataSet() {
        assertThat(X[0]).isEqualTo(-1);
        assertThat(X[N - 1]).isEqualTo(5);
        double[] noise = new double[N];
        Arrays.setAll(noise, i -> Y[i] - X[i] * X[i]);
        double mean = Arrays.stream(noise).average().orElseThrow();
        double variance =
                Arrays.stream(noise).map(e -> (e - mean) * (e - mean)).average().orElseThrow();
        // Six standard deviations of the estimates from 500 samples.
        assertThat(Math.abs(mean)).isLessThan(6 * 0.5 / Math.sqrt(N));
        assertThat(Math.abs(variance - 0.25)).isLessThan(6 * 0.25 * Math.sqrt(2.0 / N));
    }

    @Test
    void theDataLoaderGivesEverySampleOnceAnEpochInAnotherOrder() {
        DataLoader loader = new DataLoader(N, 1, 42);
        List<Integer> first = order(loader);
        List<Integer> second = order(loader);
        assertThat(loader.batches()).isEqualTo(N);
        assertThat(first).hasSize(N).doesNotHaveDuplicates().isNotEqualTo(second);
        assertThat(second).containsExactlyInAnyOrderElementsOf(first);
    }

    private static List<Integer> order(DataLoader loader) {
        return loader.epoch().stream().map(batch -> batch[0]).toList();
    }

    /** One step by hand: (ŷ − y)², backward, p := p − ε·∂ℓ/∂p, zero_grad. */
    @Test
    void oneStepOfGradientDescent() {
        MLP model = new MLP(1, new int[] {8, 4, 1}, Activation.TANH, 42);
        double[] before = model.parameters().data();
        Node loss = model.forward(NodeRun.constants(2)).get(0).minus(4).pow(2);
        loss.backward();
        double[] gradients = model.parameters().grad();
        for (Node p : model.parameters()) {
            p.setData(p.data() - RATE * p.grad());
        }
        model.zeroGrad();

        double[] expected = new double[before.length];
        Arrays.setAll(expected, i -> before[i] - RATE * gradients[i]);
        assertThat(model.parameters().data()).containsExactly(expected);
        assertThat(model.forward(NodeRun.constants(2)).get(0).minus(4).pow(2).data())
                .isLessThan(loss.data());

        // The optimizer and the trainer do the same, to the last bit.
        ScalarNetwork network = new ScalarNetwork(
                new Architecture(1, new int[] {8, 4, 1}, Activation.TANH), Initialization.uniform(42));
        Dataset one = Dataset.regression(1, new double[] {2}, 1, new double[] {4});
        double value =
                new Trainer(network, one, Loss.SQUARED_ERROR, new SGD(network.blocks(), SGD.Options.of(RATE))).step(0);
        assertThat(value).isEqualTo(loss.data());
        assertThat(network.predict(new double[] {2}))
                .containsExactly(model.forward(NodeRun.constants(2)).get(0).data());
    }

    @Test
    void theNetworkLearns() {
        ScalarNetwork network = new ScalarNetwork(
                new Architecture(1, new int[] {8, 4, 1}, Activation.TANH), Initialization.uniform(42));
        Dataset data = Dataset.regression(1, X, 1, Y);
        double before = Metrics.meanSquaredError(network, data);
        Trainer trainer =
                new Trainer(network, data, Loss.SQUARED_ERROR, new SGD(network.blocks(), SGD.Options.of(RATE)));
        trainer.train(new DataLoader(N, 1, 42), EPOCHS, (epoch, mean) -> {});
        double[] history = trainer.history();
        double after = Metrics.meanSquaredError(network, data);

        assertThat(history).hasSize(EPOCHS * N);
        // The noise alone is 0.25.
        assertThat(before).isGreaterThan(50);
        assertThat(after).isBetween(0.2, 1.0);

        double[] mean = XyPlot.movingAverage(history, N);
        double[] step = new double[EPOCHS * 10];
        double[] loss = new double[step.length];
        for (int i = 0; i < step.length; i++) {
            int at = (i + 1) * N / 10 - 1;
            step[i] = at + 1;
            loss[i] = mean[at];
        }
        assertThat(loss[loss.length - 1]).isLessThan(loss[0] / 20);
        double floor = IntStream.range(0, N)
                .mapToDouble(i -> Math.pow(Y[i] - X[i] * X[i], 2))
                .average()
                .orElseThrow();
        Figures.plot(
                "loss-curve",
                new XyPlot("The loss while training", "step", "squared error")
                        .line("mean of 500", step, loss)
                        .line("noise alone", new double[] {0, step[step.length - 1]}, new double[] {floor, floor})
                        .log(false, true));
        Figures.plot("data-set", new XyPlot("The data set", "x", "y").points("data", X, Y));
        Figures.plot(
                "fit",
                new XyPlot("The data and the model", "x", "y")
                        .points("data", X, Y)
                        .line("model", X, network.predict(X)));
    }
}
