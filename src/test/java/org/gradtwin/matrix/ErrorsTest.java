package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What does not fit is refused in one line that carries the numbers. */
class ErrorsTest {
    private static Matrix ones(Graph graph, int... shape) {
        Shape sizes = Shape.of(shape);
        return graph.leaf(sizes, new double[sizes.size()], true);
    }

    private static Arguments row(String message, Consumer<Graph> use) {
        return Arguments.of(message, use);
    }

    private static Stream<Arguments> misuses() {
        return Stream.of(
                row(
                        "matmul (2, 3) @ (4, 5): inner sizes 3 and 4 differ",
                        g -> ones(g, 2, 3).matmul(ones(g, 4, 5))),
                row(
                        "matmul (2,) @ (3,): inner sizes 2 and 3 differ",
                        g -> ones(g, 2).matmul(ones(g, 3))),
                row("matmul () @ (3,): a number is no matrix", g -> ones(g).matmul(ones(g, 3))),
                row(
                        "(2, 3) and (2,) do not broadcast: sizes 3 and 2 differ in dimension 1",
                        g -> ones(g, 2, 3).add(ones(g, 2))),
                row(
                        "(0, 3) and (2, 3) do not broadcast: sizes 0 and 2 differ in dimension 0",
                        g -> ones(g, 0, 3).div(ones(g, 2, 3))),
                row(
                        "mul (2,) and (2,): operands of two graphs",
                        g -> ones(g, 2).mul(ones(new Graph(Precision.FLOAT64), 2))),
                row(
                        "cross_entropy (2, 3) and (3,): operands of two graphs",
                        g -> Losses.crossEntropy(
                                ones(g, 2, 3),
                                new int[] {0, 1},
                                new Graph(Precision.FLOAT64).leaf(Shape.of(3), new double[3], false),
                                -100,
                                0,
                                Reduction.MEAN)),
                row(
                        "(65536, 65536) has more than 2^31 - 1 elements",
                        g -> ones(g, 65536, 0).matmul(ones(g, 0, 65536))),
                row(
                        "(65536, 65536) has more than 2^31 - 1 elements",
                        g -> ones(g, 65536, 1).add(ones(g, 1, 65536))),
                row(
                        "(50000, 50000) has more than 2^31 - 1 elements",
                        g -> new DenseLayer(1, 50000, Activation.NONE, Precision.FLOAT32).forward(new double[50000])),
                row(
                        "dim 2 is out of range for (2, 3): expected -2 to 1",
                        g -> ones(g, 2, 3).sum(Axes.of(2))),
                row("dim 0 appears twice in [0, -2]", g -> ones(g, 2, 3).mean(Axes.of(0, -2))),
                row("dim 1 is out of range for (): expected -1 to 0", g -> ones(g).softmax(1)),
                row(
                        "amax (0, 3): no elements to choose from",
                        g -> ones(g, 0, 3).amax(Axes.of(0))),
                row("amin (0,): no elements to choose from", g -> ones(g, 0).amin(Axes.ALL)),
                row(
                        "reshape (2, 3) to (4,): 6 elements into 4",
                        g -> ones(g, 2, 3).reshape(4)),
                row(
                        "reshape (2, 3) to [4, -1]: 6 elements leave no whole size for -1",
                        g -> ones(g, 2, 3).reshape(4, -1)),
                row(
                        "reshape (6,) to [-1, -1]: only one size can be -1",
                        g -> ones(g, 6).reshape(-1, -1)),
                row(
                        "index 2 is out of range for dimension 0 of (2, 3)",
                        g -> ones(g, 2, 3).indexSelect(0, 2)),
                row(
                        "index -4 is out of range for dimension 1 of (2, 3)",
                        g -> ones(g, 2, 3).indexSelect(-1, 0, -4)),
                row("index_select: a number has no dimension to choose along", g -> ones(g).indexSelect(0, 0)),
                row("2 positions for (3,) with 3 elements", g -> ones(g, 3).take(Shape.of(3), 0, 1)),
                row(
                        "position 6 is out of range for (2, 3) with 6 elements",
                        g -> ones(g, 2, 3).take(Shape.of(2), 0, 6)),
                row(
                        "position -1 is out of range for (2, 3) with 6 elements",
                        g -> ones(g, 2).scatterAdd(Shape.of(2, 3), 0, -1)),
                row(
                        "permute (2, 3): [0, -2] does not name each dimension once",
                        g -> ones(g, 2, 3).permute(0, -2)),
                row(
                        "permute (2, 3): [1] does not name each dimension once",
                        g -> ones(g, 2, 3).permute(1)),
                row("(2, 3) does not broadcast to (3,)", g -> ones(g, 2, 3).expand(Shape.of(3))),
                row(
                        "where: the mask must be bool, but is int64",
                        g -> ones(g, 2).maskedFill(Tensor.indices(Shape.of(2), 0, 1), 1)),
                row(
                        "(2, 7) and (5, 1) do not broadcast: sizes 2 and 5 differ in dimension 0",
                        g -> ones(g, 2, 7, 3, 4).matmul(ones(g, 5, 1, 4, 1))),
                row(
                        "cat (2, 3) and (2, 4) along dim 0: the other sizes differ",
                        g -> Matrix.cat(List.of(ones(g, 2, 3), ones(g, 2, 4)), 0)),
                row("cat: numbers have no dimension to join along", g -> Matrix.cat(List.of(ones(g)), 0)),
                row(
                        "linear (5, 3) with weight (2, 4): input sizes 3 and 4 differ",
                        g -> Layers.linear(ones(g, 5, 3), ones(g, 2, 4), null)),
                row(
                        "linear: bias (3,) for an output (5, 1)",
                        g -> Layers.linear(ones(g, 5, 3), ones(g, 1, 3), ones(g, 3))),
                row(
                        "embedding: index -1 is out of range for dimension 0 of (4, 3)",
                        g -> Layers.embedding(Tensor.indices(Shape.of(1), -1), ones(g, 4, 3), null)),
                row(
                        "embedding: index 4 is out of range for dimension 0 of (4, 3)",
                        g -> Layers.embedding(Tensor.indices(Shape.of(1), 4), ones(g, 4, 3), null)),
                row(
                        "layer_norm (2, 3): normalized_shape (2,) is not how the shape ends",
                        g -> Layers.layerNorm(ones(g, 2, 3), Shape.of(2), null, null, 1e-5)),
                row(
                        "layer_norm: weight (2,), expected (3,)",
                        g -> Layers.layerNorm(ones(g, 2, 3), Shape.of(3), ones(g, 2), null, 1e-5)),
                row(
                        "cross_entropy (2, 3): target 3 is out of range for 3 classes",
                        g -> Losses.crossEntropy(ones(g, 2, 3), 0, 3)),
                row("nll_loss (2, 3): 1 targets instead of 2", g -> Losses.nllLoss(ones(g, 2, 3), 0)),
                row(
                        "cross_entropy (2, 3): weight (2,) for 3 classes",
                        g -> Losses.crossEntropy(
                                ones(g, 2, 3),
                                new int[] {0, 1},
                                g.constant(Shape.of(2), 1, 1),
                                -100,
                                0,
                                Reduction.SUM)),
                row(
                        "cross_entropy: weight cannot require a gradient",
                        g -> Losses.crossEntropy(ones(g, 2, 3), new int[] {0, 1}, ones(g, 3), -100, 0, Reduction.SUM)),
                row(
                        "nll_loss: weight cannot require a gradient",
                        g -> Losses.nllLoss(ones(g, 2, 3), new int[] {0, 1}, ones(g, 3), -100, Reduction.SUM)),
                row(
                        "binary_cross_entropy_with_logits: weight cannot require a gradient",
                        g -> Losses.binaryCrossEntropyWithLogits(
                                ones(g, 2), g.constant(Shape.of(2), 1, 0), ones(g, 2), null, Reduction.SUM)),
                row(
                        "binary_cross_entropy_with_logits: pos_weight cannot require a gradient",
                        g -> Losses.binaryCrossEntropyWithLogits(
                                ones(g, 2), g.constant(Shape.of(2), 1, 0), null, ones(g, 2), Reduction.SUM)),
                row(
                        "cross_entropy: label_smoothing must be between 0 and 1, but is 1.5",
                        g -> Losses.crossEntropy(ones(g, 1, 3), new int[] {0}, null, -100, 1.5, Reduction.SUM)),
                row(
                        "huber_loss: delta must be positive, but is 0.0",
                        g -> Losses.huberLoss(ones(g, 2), ones(g, 2), 0, Reduction.SUM)),
                row(
                        "binary_cross_entropy_with_logits: target (2,) for input (1, 2)",
                        g -> Losses.binaryCrossEntropyWithLogits(ones(g, 1, 2), ones(g, 2), null, null, Reduction.SUM)),
                row("leaf (2,): 3 values for 2 elements", g -> g.leaf(Shape.of(2), new double[3], true)),
                row(
                        "(1, 1, 1, 1, 1, 1, 1, 1, 1) has 9 dimensions, more than 8",
                        g -> ones(g, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
                row(
                        "clamp: at least one of min and max must be given",
                        g -> ones(g, 2).clamp(null, null)),
                row(
                        "backward: (2,) has 2 elements, a cotangent is needed",
                        g -> ones(g, 2).exp().backward()),
                row(
                        "backward: cotangent of 3 elements for (2,) with 2",
                        g -> ones(g, 2).exp().backward(1, 1, 1)),
                row("item: (2,) has 2 elements", g -> ones(g, 2).item()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misuses")
    void refused(String message, Consumer<Graph> use) {
        Graph graph = new Graph(Precision.FLOAT64);
        assertThatIllegalArgumentException().isThrownBy(() -> use.accept(graph)).withMessage(message);
    }
}
