package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every gradient to the central difference of the value, Richardson-extrapolated from two step widths, with a
 * random cotangent: a second opinion that does not come from PyTorch.
 */
class GradientPropertyTest {
    private static final int[][] MATRIX = {{3, 4}};
    private static final int[][] STRETCHED = {{3, 4}, {1, 4}};
    private static final double STEP = 1e-3;

    /** A function of leaves whose elements lie in [low, high). */
    private record Property(
            String name, int[][] shapes, double low, double high, Function<List<Matrix>, Matrix> function) {}

    private static Property unary(String name, double low, double high, Function<Matrix, Matrix> function) {
        return new Property(name, MATRIX, low, high, x -> function.apply(x.get(0)));
    }

    private static Property cube(String name, Function<Matrix, Matrix> function) {
        return new Property(name, new int[][] {{2, 3, 2}}, -2, 2, x -> function.apply(x.get(0)));
    }

    private static List<Property> properties() {
        int[] targets = {2, 0, -100};
        return List.of(
                new Property("add", STRETCHED, -2, 2, x -> x.get(0).add(x.get(1))),
                new Property("sub", STRETCHED, -2, 2, x -> x.get(1).sub(x.get(0))),
                new Property("mul", STRETCHED, -2, 2, x -> x.get(0).mul(x.get(1))),
                new Property("div", STRETCHED, 0.5, 2, x -> x.get(1).div(x.get(0))),
                new Property("pow", STRETCHED, 0.5, 2, x -> x.get(0).pow(x.get(1))),
                new Property(
                        "shared", MATRIX, -1, 1, x -> x.get(0).mul(x.get(0)).mul(x.get(0))),
                new Property(
                        "matmul",
                        new int[][] {{3, 4}, {4, 2}},
                        -2,
                        2,
                        x -> x.get(0).matmul(x.get(1))),
                new Property("gram", MATRIX, -2, 2, x -> x.get(0).transpose().matmul(x.get(0))),
                new Property(
                        "cat",
                        STRETCHED,
                        -2,
                        2,
                        x -> Matrix.cat(List.of(x.get(1), x.get(0)), 0).square()),
                new Property(
                        "linear",
                        new int[][] {{3, 4}, {2, 4}, {2}},
                        -2,
                        2,
                        x -> Layers.linear(x.get(0), x.get(1), x.get(2))),
                new Property(
                        "layer_norm",
                        new int[][] {{3, 4}, {4}, {4}},
                        -2,
                        2,
                        x -> Layers.layerNorm(x.get(0), Shape.of(4), x.get(1), x.get(2), 1e-1)),
                new Property("mse_loss", STRETCHED, -2, 2, x -> Losses.mseLoss(x.get(0), x.get(1), Reduction.MEAN)),
                new Property(
                        "binary_cross_entropy_with_logits",
                        new int[][] {{3, 4}, {3, 4}},
                        -3,
                        3,
                        x -> Losses.binaryCrossEntropyWithLogits(x.get(0), x.get(1), null, null, Reduction.SUM)),
                new Property(
                        "huber_loss",
                        new int[][] {{3, 4}, {3, 4}},
                        -2,
                        2,
                        x -> Losses.huberLoss(x.get(0).mul(x.get(0)), x.get(1), 10, Reduction.NONE)),
                unary("neg", -2, 2, Matrix::neg),
                unary("pow 3", -2, 2, x -> x.pow(3)),
                unary("pow -1.5", 0.5, 2, x -> x.pow(-1.5)),
                unary("square", -2, 2, Matrix::square),
                unary("reciprocal", 0.5, 2, Matrix::reciprocal),
                unary("abs", 0.5, 2, Matrix::abs),
                unary("exp", -2, 2, Matrix::exp),
                unary("expm1", -2, 2, Matrix::expm1),
                unary("log", 0.5, 2, Matrix::log),
                unary("log1p", -0.5, 2, Matrix::log1p),
                unary("sqrt", 0.5, 2, Matrix::sqrt),
                unary("rsqrt", 0.5, 2, Matrix::rsqrt),
                unary("sin", -4, 4, Matrix::sin),
                unary("cos", -4, 4, Matrix::cos),
                unary("tanh", -2, 2, Matrix::tanh),
                unary("erf", -2, 2, Matrix::erf),
                unary("sigmoid", -4, 4, Matrix::sigmoid),
                unary("silu", -4, 4, Activations::silu),
                unary("gelu", -3, 3, x -> Activations.gelu(x, false)),
                unary("gelu tanh", -3, 3, x -> Activations.gelu(x, true)),
                unary("softplus", -3, 3, x -> Activations.softplus(x, 2, 20)),
                unary("elu left", -3, -0.5, x -> Activations.elu(x, 0.7)),
                unary("leaky_relu left", -3, -0.5, x -> Activations.leakyRelu(x, 0.2)),
                unary("reshape", -2, 2, x -> x.reshape(-1).square()),
                unary("transpose", -2, 2, x -> x.transpose().square()),
                unary(
                        "index",
                        -2,
                        2,
                        x -> x.indexSelect(0, 2, 0, 2).indexSelect(-1, 0, 2).square()),
                unary("pairs", -2, 2, x -> x.take(Shape.of(3), 9, 9, 3).square()),
                unary("sum", -2, 2, x -> x.square().sum(Axes.of(0))),
                unary("mean", -2, 2, x -> x.square().mean(Axes.of(1).keeping())),
                unary("prod", 0.5, 2, x -> x.prod(Axes.of(1))),
                unary("prod of all", -2, 2, x -> x.prod(Axes.ALL)),
                unary("var", -2, 2, x -> x.var(Axes.of(0), 1)),
                unary("var of all", -2, 2, x -> x.var(Axes.ALL, 0)),
                unary("logsumexp", -2, 2, x -> x.logsumexp(Axes.of(1))),
                unary("softmax", -2, 2, x -> x.softmax(0)),
                unary("log_softmax", -2, 2, x -> x.logSoftmax(1)),
                unary(
                        "embedding",
                        -2,
                        2,
                        x -> Layers.embedding(Tensor.indices(Shape.of(3), 1, 1, 2), x, null)
                                .square()),
                cube("permute", x -> x.permute(2, 0, 1).square()),
                cube("expand", x -> x.expand(Shape.of(4, 2, 3, 2)).square()),
                cube("take", x -> x.take(Shape.of(2, 1, 2), 5, 5, 0, 11).square()),
                cube(
                        "scatterAdd",
                        x -> x.scatterAdd(Shape.of(2, 2), 0, 1, 1, 3, 3, 3, 0, 1, 3, 3, 1, 0)
                                .square()),
                cube(
                        "where",
                        x -> Matrix.where(
                                Tensor.bools(Shape.of(3, 1), true, false, true), x.square(), x.sum(Axes.of(0)))),
                cube("masked_fill", x -> x.square().maskedFill(Tensor.bools(Shape.of(2), false, true), 3)),
                cube("cumsum", x -> x.cumsum(1).square()),
                cube("sum over 0 and 2", x -> x.square().sum(Axes.of(0, 2))),
                cube("var over 0 and 2", x -> x.var(Axes.of(0, 2), 1)),
                cube("prod over 2 and 0", x -> x.prod(Axes.of(2, 0).keeping())),
                cube("logsumexp over 0 and 2", x -> x.logsumexp(Axes.of(-1, 0))),
                cube("softmax in the middle", x -> x.softmax(1)),
                cube("log_softmax in the middle", x -> x.logSoftmax(-2)),
                new Property(
                        "mul stretches both",
                        new int[][] {{2, 1, 3, 1}, {2, 1, 2}},
                        -2,
                        2,
                        x -> x.get(0).mul(x.get(1))),
                new Property(
                        "matmul of batches",
                        new int[][] {{2, 1, 2, 3}, {2, 3, 2}},
                        -2,
                        2,
                        x -> x.get(0).matmul(x.get(1))),
                new Property(
                        "matmul of a vector and a batch",
                        new int[][] {{3}, {2, 3, 2}},
                        -2,
                        2,
                        x -> x.get(0).matmul(x.get(1))),
                new Property(
                        "layer_norm over two dimensions",
                        new int[][] {{2, 2, 3}, {2, 3}, {2, 3}},
                        -2,
                        2,
                        x -> Layers.layerNorm(x.get(0), Shape.of(2, 3), x.get(1), x.get(2), 1e-1)),
                new Property(
                        "cross_entropy of rank 3",
                        new int[][] {{2, 3, 2}},
                        -2,
                        2,
                        x -> Losses.crossEntropy(
                                x.get(0),
                                new int[] {2, -100, 0, 1},
                                x.get(0).graph().constant(Shape.of(3), 0.5, 2, 1),
                                -100,
                                0.2,
                                Reduction.MEAN)),
                unary("nll_loss", -2, 2, x -> Losses.nllLoss(x, 3, 1, 1)),
                unary(
                        "cross_entropy",
                        -2,
                        2,
                        x -> Losses.crossEntropy(
                                x, targets, x.graph().constant(Shape.of(4), 0.5, 2, 1, 3), -100, 0.2, Reduction.MEAN)));
    }

    private static Stream<Arguments> propertiesTimesSeeds() {
        return properties().stream().flatMap(p -> Stream.of(1, 2, 3).map(seed -> Arguments.of(p.name(), seed, p)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("propertiesTimesSeeds")
    void gradientIsTheDifferenceQuotient(String name, int seed, Property property) {
        Random random = new Random(seed);
        List<double[]> inputs = new ArrayList<>();
        for (int[] shape : property.shapes()) {
            inputs.add(random.doubles(Arrays.stream(shape).reduce(1, (a, b) -> a * b), property.low(), property.high())
                    .toArray());
        }
        Graph graph = new Graph(Precision.FLOAT64);
        List<Matrix> leaves = leaves(graph, property, inputs);
        Matrix root = property.function().apply(leaves);
        double[] cotangent = random.doubles(root.values().length, 0.5, 2).toArray();
        root.backward(cotangent);

        for (int i = 0; i < inputs.size(); i++) {
            double[] gradient = Objects.requireNonNull(leaves.get(i).grad());
            for (int j = 0; j < gradient.length; j++) {
                double near = quotient(property, inputs, cotangent, i, j, STEP);
                double far = quotient(property, inputs, cotangent, i, j, 2 * STEP);
                double expected = (4 * near - far) / 3;
                assertThat(Math.abs(gradient[j] - expected) <= 1e-8 * Math.max(1, Math.abs(expected)))
                        .as("%s, input %d [%d]: gradient %s, difference quotient %s", name, i, j, gradient[j], expected)
                        .isTrue();
            }
        }
    }

    private static double quotient(
            Property property, List<double[]> inputs, double[] cotangent, int i, int j, double step) {
        double[] input = inputs.get(i);
        double before = input[j];
        input[j] = before + step;
        double above = weighted(property, inputs, cotangent);
        input[j] = before - step;
        double below = weighted(property, inputs, cotangent);
        input[j] = before;
        return (above - below) / (2 * step);
    }

    private static double weighted(Property property, List<double[]> inputs, double[] cotangent) {
        Graph graph = new Graph(Precision.FLOAT64);
        double[] values =
                property.function().apply(leaves(graph, property, inputs)).values();
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * cotangent[i];
        }
        return sum;
    }

    private static List<Matrix> leaves(Graph graph, Property property, List<double[]> inputs) {
        List<Matrix> leaves = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            leaves.add(graph.leaf(Shape.of(property.shapes()[i]), inputs.get(i), true));
        }
        return leaves;
    }
}
