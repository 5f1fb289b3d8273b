package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Objects;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of a tape: which gradients exist, when a graph is consumed, what a reset keeps. */
class GraphTest {
    private static final Shape PAIR = Shape.of(2);

    @Test
    void gradientIsAbsentWithoutDependenceAndZeroWithout() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(PAIR, new double[] {-1, -2}, true);
        Matrix unused = graph.leaf(PAIR, new double[] {1, 2}, true);
        Matrix constant = graph.constant(PAIR, 3, 4);
        Matrix deadEnd = unused.mul(x);
        Matrix dead = x.relu();
        dead.mul(constant).sum(Axes.ALL).backward();

        assertThat(x.grad()).containsExactly(0, 0);
        assertThat(dead.grad()).containsExactly(3, 4);
        assertThat(unused.grad()).isNull();
        assertThat(deadEnd.grad()).isNull();
        assertThat(constant.grad()).isNull();
    }

    @Test
    void valueWithAChildThatDoesNotLeadToTheRootStillGetsItsGradient() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(PAIR, new double[] {1, 2}, true);
        Matrix y = x.square();
        Matrix ignored = y.exp();
        y.sum(Axes.ALL).backward();
        assertThat(x.grad()).containsExactly(2, 4);
        assertThat(ignored.grad()).isNull();
    }

    @Test
    void diamondPassesEveryEdgeOnce() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(Shape.SCALAR, new double[] {3}, true);
        Matrix y = x.mul(x);
        Matrix z = y.add(y).mul(y);
        z.backward();
        // z = 2x⁴
        assertThat(y.grad()).containsExactly(36);
        assertThat(x.grad()).containsExactly(216);
    }

    @Test
    void gradientOfTheRootIsTheCotangent() {
        Graph graph = new Graph(Precision.FLOAT32);
        Matrix x = graph.leaf(PAIR, new double[] {1, 2}, true);
        Matrix y = x.exp();
        y.backward(0.5, -0.0);
        assertThat(y.grad()).containsExactly(0.5, -0.0);
    }

    @Test
    void secondBackwardIsRefused() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(PAIR, new double[] {1, 2}, true);
        Matrix y = x.sum(Axes.ALL);
        y.backward();
        assertThatIllegalStateException().isThrownBy(y::backward).withMessageContaining("consumed");
        assertThat(x.grad()).containsExactly(1, 1);
    }

    @Test
    void backwardFromAConstantIsRefused() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix y = graph.constant(2).exp();
        assertThatIllegalStateException().isThrownBy(y::backward).withMessageContaining("requires a gradient");
    }

    @Test
    void noGradRecordsNothing() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(PAIR, new double[] {1, 2}, true);
        Matrix y = graph.noGrad(x::square);
        assertThat(y.requiresGrad()).isFalse();
        x.mul(y).sum(Axes.ALL).backward();
        assertThat(x.grad()).containsExactly(1, 4);
    }

    @Test
    void forgottenValueIsRefused() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(PAIR, new double[] {1, 2}, true);
        graph.reset();
        assertThatIllegalStateException().isThrownBy(x::exp).withMessageContaining("(2,)");
        assertThatIllegalStateException().isThrownBy(x::values);
        assertThatIllegalStateException().isThrownBy(x::grad);
    }

    @ParameterizedTest
    @EnumSource
    void stepsOverOneTapeDescendTheLoss(Precision precision) {
        Graph graph = new Graph(precision);
        Matrix w = graph.leaf(PAIR, new double[] {1, -2}, true);
        int mark = graph.mark();
        double loss = 0;
        for (int step = 0; step < 3; step++) {
            Matrix square = w.square().sum(Axes.ALL);
            loss = square.item();
            square.backward();
            // Gradients do not pile up: w -= 0.25 · 2w halves w.
            w.descend(0.25);
            graph.reset(mark);
            assertThat(w.grad()).isNull();
        }
        assertThat(loss).isEqualTo(5.0 / 16);
        assertThat(w.values()).containsExactly(0.125, -0.25);
    }

    @Test
    void reusedBuffersGiveTheSameBitsAsFreshOnes() {
        Graph graph = new Graph(Precision.FLOAT64);
        double[] first = everything(graph);
        for (int i = 0; i < 3; i++) {
            graph.reset();
            graph.leaf(Shape.of(3, 3), new double[] {9, 9, 9, 9, 9, 9, 9, 9, 9}, true)
                    .exp()
                    .sum(Axes.ALL)
                    .backward();
            graph.reset();
            assertThat(everything(graph)).isEqualTo(first);
        }
    }

    /** A gradient through ops of every group, in arrays of few sizes, so that they are exchanged. */
    private static double[] everything(Graph graph) {
        Matrix x = graph.leaf(Shape.of(3, 3), new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, true);
        Matrix w = graph.leaf(Shape.of(3), new double[] {0.5, 0.25, -1}, true);
        Matrix y = Layers.layerNorm(x.matmul(x.transpose()), Shape.of(3), w, w, 1e-5);
        Matrix z = Matrix.cat(List.of(y.softmax(1), y.indexSelect(0, 0, 0, 2).tanh()), 0);
        Matrix loss = Losses.crossEntropy(z.mul(z), 0, 1, 2, 0, 1, 2)
                .add(z.var(Axes.ALL, 1))
                .add(y.prod(Axes.of(1)).logsumexp(Axes.ALL))
                .add(y.amax(Axes.of(0)).sum(Axes.ALL));
        loss.backward();
        return Objects.requireNonNull(x.grad());
    }

    @Test
    void longChainNeedsNoStack() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(Shape.SCALAR, new double[] {1}, true);
        Matrix y = x;
        for (int i = 0; i < 200_000; i++) {
            y = y.neg();
        }
        y.backward();
        assertThat(x.grad()).containsExactly(1);
    }

    @Test
    void float32ArithmeticIsFloatArithmetic() {
        Graph graph = new Graph(Precision.FLOAT32);
        Matrix x = graph.leaf(Shape.SCALAR, new double[] {0.1}, true);
        assertThat(x.item()).isEqualTo(0.1f);
        assertThat(x.mul(graph.constant(0.1)).item()).isEqualTo(0.1f * 0.1f);
        assertThat(graph.constant(1e30).square().item()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(graph.constant(Shape.of(3), 1 << 24, 1, -(1 << 24))
                        .sum(Axes.ALL)
                        .item())
                .isEqualTo(0);
    }
}
