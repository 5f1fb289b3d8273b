package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engines.torch.BlockNetwork.Pass;
import org.gradtwin.engines.torch.BlockNetwork.Phi;
import org.gradtwin.engines.torch.RoundingBound.Bounded;
import org.gradtwin.matrix.Activation;
import org.gradtwin.matrix.DenseLayer;
import org.gradtwin.matrix.Precision;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.MLP;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks built twice from the same weights: of {@link DenseLayer}s, and of scalar nodes as an {@link MLP}, each beside
 * DJL's {@code SequentialBlock} of {@code Linear}. The outputs and the gradients of the inputs, of all weights and of all
 * biases are compared, for a random cotangent, within what rounding can do.
 */
class NetworkTwinTest {

    /**
     * A network and a batch.
     *
     * @param sizes the inputs, then the outputs of each layer
     * @param hidden the activation of all layers but the last
     * @param last the activation of the last
     */
    record Case(int[] sizes, Phi hidden, Phi last, int batch, DType dtype, long seed) {
        List<RoundingBound.Layer> layers(Random random) {
            List<RoundingBound.Layer> layers = new ArrayList<>();
            for (int k = 1; k < sizes.length; k++) {
                double scale = Math.sqrt(3.0 / sizes[k - 1]);
                layers.add(new RoundingBound.Layer(
                        matrix(random, sizes[k - 1], sizes[k], scale),
                        matrix(random, 1, sizes[k], 0.5)[0],
                        k == sizes.length - 1 ? last : hidden));
            }
            return layers;
        }

        /** Uniform on [−scale, scale), rounded to the type, so that both sides start from the same numbers. */
        double[][] matrix(Random random, int rows, int columns, double scale) {
            double[][] matrix = new double[rows][columns];
            for (double[] row : matrix) {
                Arrays.setAll(row, j -> dtype.round(scale * (2 * random.nextDouble() - 1)));
            }
            return matrix;
        }

        @Override
        public String toString() {
            return Arrays.toString(sizes) + " " + hidden + " then " + last + ", batch " + batch + ", "
                    + dtype.torchName() + ", seed " + seed;
        }
    }

    /** Depths 1 to 5, widths 1 to 64, batches 1 to 33, every activation hidden and last. */
    private static Stream<Case> shapes(DType dtype) {
        List<Case> cases = new ArrayList<>();
        int[][] sizes = {{3, 1}, {1, 8, 4, 1}, {5, 7, 3}, {16, 33, 17, 9}, {4, 6, 5, 6, 7, 2}, {64, 40, 10}};
        int[] batches = {1, 4, 7, 33, 2, 16};
        for (int i = 0; i < sizes.length; i++) {
            for (Phi hidden : Phi.values()) {
                Phi last = Phi.values()[(i + hidden.ordinal()) % Phi.values().length];
                cases.add(new Case(sizes[i], hidden, last, batches[i], dtype, 100L + i));
            }
        }
        return cases.stream();
    }

    static Stream<Case> dense() {
        return Stream.of(DType.FLOAT32, DType.FLOAT64).flatMap(NetworkTwinTest::shapes);
    }

    /** What the scalar engine's networks are: float64, relu or tanh or nothing, the last layer linear. */
    static Stream<Case> scalar() {
        return shapes(DType.FLOAT64)
                .filter(each -> each.hidden() != Phi.SIGMOID)
                .map(each -> new Case(each.sizes(), each.hidden(), Phi.NONE, each.batch(), each.dtype(), each.seed()));
    }

    @ParameterizedTest
    @MethodSource("dense")
    void denseLayers(Case given) {
        Experiment experiment = new Experiment(given);
        List<DenseLayer> network = new ArrayList<>();
        double[] y = flat(experiment.x);
        for (RoundingBound.Layer layer : experiment.layers) {
            DenseLayer dense = new DenseLayer(
                    layer.w().length,
                    layer.b().length,
                    Activation.valueOf(layer.activation().name()),
                    Precision.valueOf(given.dtype().name()));
            dense.assign(flat(layer.w()), layer.b());
            network.add(dense);
            y = dense.forward(y);
        }
        double[] gradient = flat(experiment.cotangent);
        for (int k = network.size() - 1; k >= 0; k--) {
            gradient = network.get(k).backward(gradient);
        }
        experiment.compare(
                y,
                gradient,
                network.stream().map(DenseLayer::weightGradient).toList(),
                network.stream().map(DenseLayer::biasGradient).toList());
    }

    @ParameterizedTest
    @MethodSource("scalar")
    void scalarNetwork(Case given) {
        Experiment experiment = new Experiment(given);
        int[] outputs = Arrays.copyOfRange(given.sizes(), 1, given.sizes().length);
        var activation = given.hidden() == Phi.NONE
                ? org.gradtwin.scalar.nn.Activation.LINEAR
                : org.gradtwin.scalar.nn.Activation.valueOf(given.hidden().name());
        MLP network = new MLP(given.sizes()[0], outputs, activation, 1);
        network.parameters()
                .setData(experiment.layers.stream()
                        .flatMap(layer -> IntStream.range(0, layer.b().length)
                                .mapToObj(j -> IntStream.rangeClosed(0, layer.w().length)
                                        .mapToDouble(i -> i == layer.w().length ? layer.b()[j] : layer.w()[i][j])
                                        .toArray()))
                        .flatMapToDouble(Arrays::stream)
                        .toArray());
        List<NodeRun> x = Arrays.stream(experiment.x).map(NodeRun::leaves).toList();
        List<Node> y = x.stream().flatMap(row -> network.forward(row).stream()).toList();
        Node.backward(y, flat(experiment.cotangent));

        double[] gradients = network.parameters().grad();
        List<double[]> dw = new ArrayList<>();
        List<double[]> db = new ArrayList<>();
        int position = 0;
        for (RoundingBound.Layer layer : experiment.layers) {
            int inputs = layer.w().length;
            int units = layer.b().length;
            double[] weights = new double[inputs * units];
            double[] biases = new double[units];
            for (int j = 0; j < units; j++) {
                for (int i = 0; i < inputs; i++) {
                    weights[i * units + j] = gradients[position++];
                }
                biases[j] = gradients[position++];
            }
            dw.add(weights);
            db.add(biases);
        }
        experiment.compare(
                y.stream().mapToDouble(Node::data).toArray(),
                x.stream().flatMapToDouble(row -> Arrays.stream(row.grad())).toArray(),
                dw,
                db);
    }

    private static double[] flat(double[]... matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /** A case with its numbers: what goes in, what PyTorch makes of it, and how far rounding reaches. */
    private static final class Experiment {
        private final Case given;
        private final List<RoundingBound.Layer> layers;
        private final double[][] x;
        private final double[][] cotangent;

        Experiment(Case given) {
            this.given = given;
            Random random = new Random(given.seed());
            int[] sizes = given.sizes();
            layers = given.layers(random);
            x = given.matrix(random, given.batch(), sizes[0], 1);
            cotangent = given.matrix(random, given.batch(), sizes[sizes.length - 1], 1);
        }

        private Tensor tensor(double[]... matrix) {
            return Tensor.of(given.dtype(), Shape.of(matrix.length, matrix[0].length), flat(matrix));
        }

        private Pass twin() {
            List<BlockNetwork.Layer> torch = layers.stream()
                    .map(layer -> new BlockNetwork.Layer(
                            tensor(RoundingBound.transpose(layer.w())),
                            Tensor.of(given.dtype(), Shape.of(layer.b().length), layer.b()),
                            layer.activation()))
                    .toList();
            try (BlockNetwork network = new BlockNetwork(torch, given.dtype())) {
                return network.run(tensor(x), tensor(cotangent));
            }
        }

        /** Weights and their gradients as (inputs, outputs). */
        void compare(double[] y, double[] dx, List<double[]> dw, List<double[]> db) {
            Pass twin = twin();
            RoundingBound bound = new RoundingBound(given.dtype().unitRoundoff());
            requireClose("y", y, twin.y().toDoubles(), bound.forward(layers, x));
            assertThat(bound.nearestKink())
                    .as("no relu is where rounding decides; take another seed")
                    .isPositive();
            Bounded gradient = RoundingBound.exact(cotangent);
            for (int k = layers.size() - 1; k >= 0; k--) {
                List<Bounded> bounds = bound.backward(layers, k, gradient);
                gradient = bounds.get(0);
                requireClose("w" + (k + 1), dw.get(k), inputsFirst(twin.dw().get(k)), bounds.get(1));
                requireClose("b" + (k + 1), db.get(k), twin.db().get(k).toDoubles(), bounds.get(2));
            }
            requireClose("x", dx, twin.dx().toDoubles(), gradient);
        }

        private static double[] inputsFirst(Tensor weight) {
            double[][] rows = new double[weight.shape().rows()][weight.shape().last()];
            for (int i = 0; i < weight.size(); i++) {
                rows[i / rows[0].length][i % rows[0].length] = weight.get(i);
            }
            return flat(RoundingBound.transpose(rows));
        }

        private void requireClose(String name, double[] actual, double[] expected, Bounded bound) {
            double[] allowed =
                    Arrays.stream(flat(bound.error())).map(each -> 2 * each).toArray();
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            assertThat(Arrays.stream(allowed).max().orElseThrow())
                    .as("%s: an error of 5 %% of the largest element would be noticed", name)
                    .isLessThan(0.05 * largest);
            assertThat(actual).as(name).hasSameSizeAs(expected).hasSameSizeAs(allowed);
            for (int i = 0; i < actual.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i]) <= allowed[i])
                        .as("%s[%d]: %s, PyTorch has %s, allowed %s", name, i, actual[i], expected[i], allowed[i])
                        .isTrue();
            }
        }
    }
}
