package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The closed forms (3) to (7) against the tape, at the sizes of the notebook's batched check. */
class ClosedFormTest {
    private static final int BATCH = 32;
    private static final int CLASSES = 27;
    private static final int FEATURES = 128;

    private static Stream<Arguments> variants() {
        return Stream.of(Kernels.plain(), Kernels.best())
                .flatMap(kernels -> Stream.of(Precision.values())
                        .flatMap(precision -> Stream.of(Activation.values())
                                .map(activation -> Arguments.of(kernels.name(), precision, activation, kernels))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("variants")
    void agreeWithTheTape(String name, Precision precision, Activation activation, Kernels kernels) {
        Random random = new Random(7);
        double[] x = random.doubles((long) BATCH * FEATURES, -1, 1).toArray();
        double[] w = random.doubles((long) FEATURES * CLASSES, -0.25, 0.25).toArray();
        double[] b = random.doubles(CLASSES, -1, 1).toArray();
        int[] targets = random.ints(BATCH, 0, CLASSES).toArray();
        DenseLayer layer = new DenseLayer(FEATURES, CLASSES, activation, precision, kernels);
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(CLASSES, Reduction.MEAN, precision, kernels);
        layer.assign(w, b);

        // Twice, so that the second pass runs on used buffers.
        double value = 0;
        double[] dx = {};
        for (int pass = 0; pass < 2; pass++) {
            value = loss.forward(layer.forward(x), targets);
            dx = layer.backward(loss.backward());
        }

        Graph graph = new Graph(precision, kernels);
        Matrix xs = graph.leaf(Shape.of(BATCH, FEATURES), x, true);
        Matrix ws = graph.leaf(Shape.of(FEATURES, CLASSES), w, true);
        Matrix bs = graph.leaf(Shape.of(CLASSES), b, true);
        Matrix z = xs.matmul(ws).add(bs);
        Matrix y = switch (activation) {
            case NONE -> z;
            case RELU -> z.relu();
            case TANH -> z.tanh();
            case SIGMOID -> z.sigmoid();
        };
        Matrix expected = Losses.crossEntropy(y, targets);
        expected.backward();
        double epsilon = precision == Precision.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
        assertClose("loss", new double[] {value}, expected.values(), 8 * epsilon);
        assertClose("z", layer.preactivationGradient(), Objects.requireNonNull(z.grad()), 8 * epsilon);
        assertClose("x", dx, Objects.requireNonNull(xs.grad()), 8 * epsilon);
        assertClose("w", layer.weightGradient(), Objects.requireNonNull(ws.grad()), 8 * epsilon);
        assertClose("b", layer.biasGradient(), Objects.requireNonNull(bs.grad()), 8 * epsilon);
    }

    /** Relative to the largest element of the tensor: sums cancel. */
    private static void assertClose(String name, double[] actual, double[] expected, double bound) {
        assertThat(actual).hasSameSizeAs(expected);
        double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < actual.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]) <= bound * scale)
                    .as("%s[%d]: %s and %s", name, i, actual[i], expected[i])
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfTheLogitGradientSumToZero(Precision precision) {
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(CLASSES, Reduction.SUM, precision);
        loss.forward(new Random(3).doubles(2 * CLASSES, -3, 3).toArray(), 4, 20);
        double[] gradient = loss.backward();
        double epsilon = precision == Precision.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
        for (int row = 0; row < 2; row++) {
            double sum =
                    Arrays.stream(gradient, row * CLASSES, (row + 1) * CLASSES).sum();
            assertThat(Math.abs(sum)).isLessThanOrEqualTo(4 * epsilon);
        }
        assertThat(gradient[4]).isNegative();
        assertThat(gradient[CLASSES + 20]).isNegative();
    }

    @Test
    void largeLogitsNeitherOverflowNorUnderflow() {
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(2, Reduction.SUM, Precision.FLOAT64);
        assertThat(loss.forward(new double[] {1000, -1000}, 1)).isEqualTo(2000);
        assertThat(loss.backward()).containsExactly(1, -1);
        assertThat(loss.forward(new double[] {1000, -1000}, 0)).isZero();
        assertThat(loss.backward()).containsExactly(0, 0);
    }

    @Test
    void meanIsTheSumOverTheBatch() {
        double[] logits = {1, 2, 3, 0, -1, 4};
        SoftmaxCrossEntropy mean = new SoftmaxCrossEntropy(3, Reduction.MEAN, Precision.FLOAT64);
        SoftmaxCrossEntropy sum = new SoftmaxCrossEntropy(3, Reduction.SUM, Precision.FLOAT64);
        assertThat(mean.forward(logits, 0, 2)).isEqualTo(sum.forward(logits, 0, 2) / 2);
        double[] halved = Arrays.stream(sum.backward()).map(g -> g / 2).toArray();
        assertThat(mean.backward()).containsExactly(halved);
    }

    @Test
    void misuseIsRefused() {
        DenseLayer layer = new DenseLayer(3, 2, Activation.TANH, Precision.FLOAT64);
        assertThatIllegalStateException().isThrownBy(() -> layer.backward(new double[2]));
        assertThatIllegalStateException().isThrownBy(layer::weightGradient);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.forward(new double[4]))
                .withMessage("dense layer: 4 values are no whole number of rows of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.assign(new double[6], new double[3]))
                .withMessage("dense layer [3, 2]: bias of 3 values, expected 2");
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(3, Reduction.MEAN, Precision.FLOAT64);
        assertThatIllegalStateException().isThrownBy(loss::backward);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.forward(new double[3], 3))
                .withMessage("softmax cross entropy: target 3 is none of the 3 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.forward(new double[4], 0))
                .withMessage("softmax cross entropy: 4 logits and 1 targets for 3 classes");
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkGivesTheBitsOfItsLayersByHand(Precision precision) {
        Random random = new Random(5);
        int[] sizes = {6, 9, 4, 3};
        List<DenseLayer> together = layers(precision, new Random(6), sizes);
        List<DenseLayer> byHand = layers(precision, new Random(6), sizes);
        DenseNetwork network = new DenseNetwork(together, new SoftmaxCrossEntropy(3, Reduction.MEAN, precision));
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(3, Reduction.MEAN, precision);
        // Batches of other sizes, and parameters that move.
        for (int batch : new int[] {5, 5, 2, 7}) {
            double[] x = random.doubles((long) batch * 6, -1, 1).toArray();
            int[] targets = random.ints(batch, 0, 3).toArray();
            double[] y = x;
            for (DenseLayer layer : byHand) {
                y = layer.forward(y);
            }
            assertThat(network.forward(x, targets)).isEqualTo(loss.forward(y, targets));
            network.backward();
            double[] gradient = loss.backward();
            for (int i = byHand.size() - 1; i >= 0; i--) {
                gradient = byHand.get(i).backward(gradient);
            }
            assertThat(network.inputGradient()).containsExactly(gradient);
            for (int i = 0; i < byHand.size(); i++) {
                assertThat(together.get(i).weightGradient())
                        .containsExactly(byHand.get(i).weightGradient());
                assertThat(together.get(i).biasGradient())
                        .containsExactly(byHand.get(i).biasGradient());
                byHand.get(i).descend(0.1);
            }
            network.descend(0.1);
        }
        assertThat(together.get(0).weight()).containsExactly(byHand.get(0).weight());
        assertThat(together.get(0).weight())
                .isNotEqualTo(layers(precision, new Random(6), sizes).get(0).weight());
    }

    private static List<DenseLayer> layers(Precision precision, Random random, int... sizes) {
        List<DenseLayer> layers = new ArrayList<>();
        for (int i = 0; i + 1 < sizes.length; i++) {
            Activation activation = Activation.values()[i % Activation.values().length];
            DenseLayer layer = new DenseLayer(sizes[i], sizes[i + 1], activation, precision);
            layer.assign(
                    random.doubles((long) sizes[i] * sizes[i + 1], -1, 1).toArray(),
                    random.doubles(sizes[i + 1], -1, 1).toArray());
            layers.add(layer);
        }
        return layers;
    }

    @Test
    void misuseOfANetworkIsRefused() {
        DenseLayer layer = new DenseLayer(3, 2, Activation.TANH, Precision.FLOAT64);
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(2, Reduction.MEAN, Precision.FLOAT64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseNetwork(List.of(), loss))
                .withMessage("dense network of 0 layers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseNetwork(List.of(layer, layer), loss))
                .withMessage("dense network: layer 0 gives 2 outputs in FLOAT64, and the next takes 3 in FLOAT64");
        DenseLayer square = new DenseLayer(2, 2, Activation.TANH, Precision.FLOAT64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseNetwork(List.of(square, square), loss))
                .withMessage("dense network: layers 0 and 1 are the same object: each must have its own");
        SoftmaxCrossEntropy other = new SoftmaxCrossEntropy(2, Reduction.MEAN, Precision.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseNetwork(List.of(layer), other))
                .withMessage("dense network: layer 0 gives 2 outputs in FLOAT64, and the loss takes 2 in FLOAT32");
        DenseNetwork network = new DenseNetwork(List.of(layer), loss);
        assertThatIllegalStateException().isThrownBy(network::backward);
        assertThatIllegalStateException().isThrownBy(network::inputGradient);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.forward(new double[4], 0))
                .withMessage("dense network: 4 values and 1 targets for rows of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.forward(new double[3], 2))
                .withMessage("softmax cross entropy: target 2 is none of the 2 classes");
        network.forward(new double[3], 1);
        network.backward();
        network.descend(0.1);
        assertThatIllegalStateException().isThrownBy(network::backward);
        network.forward(new double[3], 1);
        network.backward();
        layer.forward(new double[6]);
        assertThatIllegalStateException().isThrownBy(network::inputGradient);
        assertThatIllegalStateException().isThrownBy(() -> network.descend(0.1));
        network.forward(new double[3], 1);
        loss.forward(new double[2], 1);
        assertThatIllegalStateException()
                .isThrownBy(network::backward)
                .withMessage("dense network: the loss was used since the latest forward");
        DenseLayer empty = new DenseLayer(0, 2, Activation.TANH, Precision.FLOAT64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseNetwork(List.of(empty), loss))
                .withMessage("dense network: layer 0 has no inputs");
        network.forward(new double[3], 1);
        layer.assign(new double[6], new double[2]);
        assertThatIllegalStateException()
                .isThrownBy(network::backward)
                .withMessage("dense network: layer 0 was used or changed since the latest forward");
    }

    @ParameterizedTest
    @EnumSource
    void descendingLowersTheLoss(Precision precision) {
        DenseLayer layer = new DenseLayer(2, 3, Activation.NONE, precision);
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(3, Reduction.MEAN, precision);
        double[] x = {1, 0, 0, 1, -1, -1};
        double before = loss.forward(layer.forward(x), 0, 1, 2);
        for (int step = 0; step < 20; step++) {
            layer.backward(loss.backward());
            layer.descend(0.5);
            loss.forward(layer.forward(x), 0, 1, 2);
        }
        assertThat(before).isCloseTo(Math.log(3), org.assertj.core.data.Offset.offset(1e-6));
        assertThat(loss.forward(layer.forward(x), 0, 1, 2)).isLessThan(before / 3);
    }
}
