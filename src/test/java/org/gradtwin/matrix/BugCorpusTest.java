package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real gradient bugs of other libraries, by their number in the corpus, at the inputs that trigger them. The expected
 * gradients are worked out by hand; each is exact in both formats.
 */
class BugCorpusTest {
    private static final double INF = Double.POSITIVE_INFINITY;

    /** A leaf, a function of it, the cotangent, and the gradient of the leaf. */
    private record Case(
            String name, int[] shape, double[] x, Function<Matrix, Matrix> function, double[] g, double[] expected) {}

    private static double[] row(double... numbers) {
        return numbers;
    }

    private static int[] of(int... shape) {
        return shape;
    }

    private static Matrix constant(Matrix x, int[] shape, double... values) {
        return x.graph().constant(Shape.of(shape), values);
    }

    private static List<Case> cases() {
        return List.of(
                new Case(
                        "M01 diamond on an intermediate",
                        of(1),
                        row(3),
                        x -> {
                            Matrix y = x.mul(x);
                            return y.mul(y).add(y);
                        },
                        row(1),
                        row(114)),
                new Case(
                        "M02 two ops use one value", of(1), row(0), x -> x.exp().add(x.sin()), row(1), row(2)),
                new Case(
                        "M03 the same slice twice",
                        of(3),
                        row(1, 2, 3),
                        x -> x.indexSelect(0, 1, 2).add(x.indexSelect(0, 1, 2)),
                        row(1, 5),
                        row(0, 2, 10)),
                new Case(
                        "M04 both operands the same",
                        of(1),
                        row(3),
                        x -> x.mul(x).mul(x),
                        row(1),
                        row(27)),
                new Case(
                        "M10 bias of one row under a batch",
                        of(1, 2),
                        row(1, 2),
                        x -> constant(x, of(3, 2), 0, 0, 0, 0, 0, 0).add(x),
                        row(1, 2, 3, 4, 5, 6),
                        row(9, 12)),
                new Case(
                        "M10 bias of one column under a batch",
                        of(2, 1),
                        row(1, 2),
                        x -> constant(x, of(2, 3), 0, 0, 0, 0, 0, 0).sub(x),
                        row(1, 2, 3, 4, 5, 6),
                        row(-6, -15)),
                new Case(
                        "M12 reduction over dim 1",
                        of(2, 2),
                        row(1, 2, 3, 4),
                        x -> x.sum(Axes.of(1)),
                        row(5, 7),
                        row(5, 5, 7, 7)),
                new Case(
                        "M13 tall",
                        of(3, 2),
                        row(1, 2, 3, 4, 5, 6),
                        Matrix::transpose,
                        row(1, 2, 3, 4, 5, 6),
                        row(1, 4, 2, 5, 3, 6)),
                new Case(
                        "M14 matmul with m, k, n all different, left",
                        of(1, 2),
                        row(1, 2),
                        x -> x.matmul(constant(x, of(2, 3), 1, 2, 3, 4, 5, 6)),
                        row(1, 10, 100),
                        row(321, 654)),
                new Case(
                        "M14 matmul with m, k, n all different, right",
                        of(2, 3),
                        row(1, 2, 3, 4, 5, 6),
                        x -> constant(x, of(1, 2), 2, 3).matmul(x),
                        row(1, 10, 100),
                        row(2, 20, 200, 3, 30, 300)),
                new Case(
                        "M15 transposed left operand",
                        of(2, 3),
                        row(1, 2, 3, 4, 5, 6),
                        x -> constant(x, of(2, 1), 2, 3).transpose().matmul(x),
                        row(1, 10, 100),
                        row(2, 20, 200, 3, 30, 300)),
                new Case(
                        "M16 empty end of a slice",
                        of(2),
                        row(1, 2),
                        x -> x.indexSelect(0, 0, 1),
                        row(3, 4),
                        row(3, 4)),
                new Case(
                        "M17 stride 2 over an odd length",
                        of(5),
                        row(1, 2, 3, 4, 5),
                        x -> x.indexSelect(0, 0, 2, 4),
                        row(1, 2, 3),
                        row(1, 0, 2, 0, 3)),
                new Case(
                        "M18 repeated indices add up",
                        of(3),
                        row(1, 2, 3),
                        x -> x.indexSelect(0, 2, 2, 0, 2),
                        row(1, 2, 4, 8),
                        row(4, 0, 11)),
                new Case("M22 x ** 0", of(3), row(0, 2, -2), x -> x.pow(0), row(1, 1, 1), row(0, 0, 0)),
                new Case("M23 x ** 3 of a negative", of(2), row(-2, 0), x -> x.pow(3), row(1, 1), row(12, 0)),
                new Case(
                        "M24 0 ** y",
                        of(4),
                        row(0, 0.25, 1, 2),
                        x -> constant(x, of(4), 0, 0, 0, 0).pow(x),
                        row(1, 1, 1, 1),
                        row(0, 0, 0, 0)),
                new Case(
                        "M24 x ** y for x = 0",
                        of(4),
                        row(0, 0, 0, 0),
                        x -> x.pow(constant(x, of(4), 0, 1, 2, 0.5)),
                        row(1, 1, 1, 1),
                        row(0, 1, 0, INF)),
                new Case(
                        "M27 second operand of a difference",
                        of(1),
                        row(3),
                        x -> constant(x, of(1), 1).sub(x),
                        row(2),
                        row(-2)),
                new Case(
                        "M30 equal elements share the gradient of amax",
                        of(4),
                        row(2, 2, 2, 2),
                        x -> x.amax(Axes.ALL),
                        row(1),
                        row(0.25, 0.25, 0.25, 0.25)),
                new Case(
                        "M31 equal operands share the gradient of maximum",
                        of(2),
                        row(1, 3),
                        x -> x.maximum(constant(x, of(2), 1, 3)),
                        row(1, 2),
                        row(0.5, 1)),
                new Case(
                        "M32 borders of clamp",
                        of(4),
                        row(-1, 1, -1.5, 1.5),
                        x -> x.clamp(-1.0, 1.0),
                        row(1, 1, 1, 1),
                        row(1, 1, 0, 0)),
                new Case("M33 relu at zero", of(3), row(0, -0.0, 0x1p-149), Matrix::relu, row(1, 1, 1), row(0, 0, 1)),
                new Case("M34 abs at zero", of(2), row(0, -0.0), Matrix::abs, row(1, 1), row(0, 0)),
                new Case(
                        "M36 variance of a constant row",
                        of(3),
                        row(2, 2, 2),
                        x -> x.var(Axes.ALL, 1),
                        row(1),
                        row(0, 0, 0)),
                new Case(
                        "M37 product with one zero",
                        of(3),
                        row(2, 0, 3),
                        x -> x.prod(Axes.of(0)),
                        row(1),
                        row(0, 6, 0)),
                new Case(
                        "M37 product with two zeros",
                        of(3),
                        row(0, 0, 3),
                        x -> x.prod(Axes.of(0)),
                        row(1),
                        row(0, 0, 0)),
                new Case(
                        "M39 infinity in a table that is not looked up",
                        of(2, 1),
                        row(INF, 1),
                        x -> Layers.embedding(Tensor.indices(Shape.of(2), 1, 1), x, null),
                        row(1, 2),
                        row(0, 3)),
                new Case("M41 softmax of ±1000", of(2), row(1000, -1000), x -> x.softmax(0), row(1, 2), row(0, 0)),
                new Case(
                        "M41 log_softmax of ±1000",
                        of(2),
                        row(1000, -1000),
                        x -> x.logSoftmax(0),
                        row(0, 1),
                        row(-1, 1)),
                new Case(
                        "M43 masked entries of logsumexp",
                        of(3),
                        row(-INF, 5, -INF),
                        x -> x.logsumexp(Axes.ALL),
                        row(2),
                        row(0, 2, 0)),
                new Case(
                        "M45 smoothing and an ignored row",
                        of(2, 2),
                        row(0, 0, 7, -7),
                        x -> Losses.crossEntropy(x, of(0, -100), null, -100, 0.5, Reduction.SUM),
                        row(1),
                        row(-0.25, 0.25, 0, 0)),
                new Case(
                        "M46 the mean is over the weights of the rows that count",
                        of(3, 2),
                        row(-1, -2, -3, -4, -5, -6),
                        x -> Losses.nllLoss(x, of(0, 1, -100), constant(x, of(2), 1, 3), -100, Reduction.MEAN),
                        row(1),
                        row(-0.25, 0, 0, -0.75, 0, 0)),
                new Case(
                        "M48 weight and bias of layer_norm not swapped",
                        of(2),
                        row(1, 1),
                        x -> Layers.layerNorm(
                                constant(x, of(2, 2), 1, -1, -1, 1), Shape.of(2), x, constant(x, of(2), 0, 0), 0),
                        row(1, 2, 4, 8),
                        row(-3, 6)),
                new Case(
                        "M50 layer_norm depends on x through mean and variance",
                        of(1, 2),
                        row(1, -1),
                        x -> Layers.layerNorm(x, Shape.of(2), null, null, 0),
                        row(1, 5),
                        row(0, 0)),
                new Case("M51 mean of two", of(2), row(1, 2), x -> x.mean(Axes.ALL), row(1), row(0.5, 0.5)));
    }

    private static Stream<Arguments> casesTimesPrecisions() {
        return cases().stream().flatMap(c -> Stream.of(Precision.values()).map(p -> Arguments.of(c.name(), p, c)));
    }

    @ParameterizedTest(name = "{0} ({1})")
    @MethodSource("casesTimesPrecisions")
    void gradientIsRight(String name, Precision precision, Case given) {
        Graph graph = new Graph(precision);
        Matrix x = graph.leaf(Shape.of(given.shape()), given.x(), true);
        given.function().apply(x).backward(given.g());
        double[] gradient = Objects.requireNonNull(x.grad());
        assertThat(gradient).hasSameSizeAs(given.expected());
        for (int i = 0; i < gradient.length; i++) {
            // Equal as numbers: a zero may have either sign.
            assertThat(gradient[i] == given.expected()[i])
                    .as("%s: element %d is %s, expected %s", name, i, gradient[i], given.expected()[i])
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("tails")
    void saturatedDerivativesKeepTheirTails(String name, double x, Function<Matrix, Matrix> function, double expected) {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix leaf = graph.leaf(Shape.SCALAR, row(x), true);
        function.apply(leaf).backward();
        double gradient = Objects.requireNonNull(leaf.grad())[0];
        assertThat(Math.abs(gradient - expected) <= 1e-13 * Math.abs(expected))
                .as("%s at %s: %s, expected %s", name, x, gradient, expected)
                .isTrue();
    }

    private static Stream<Arguments> tails() {
        Function<Matrix, Matrix> sigmoid = Matrix::sigmoid;
        Function<Matrix, Matrix> softplus = x -> Activations.softplus(x, 1, 20);
        Function<Matrix, Matrix> expm1 = Matrix::expm1;
        return Stream.of(
                Arguments.of("M40 sigmoid", -40.0, sigmoid, Math.exp(-40)),
                Arguments.of("M40 sigmoid", -700.0, sigmoid, Math.exp(-700)),
                Arguments.of("M40 softplus", -40.0, softplus, Math.exp(-40)),
                Arguments.of("expm1", -1e-3, expm1, Math.exp(-1e-3)));
    }
}
