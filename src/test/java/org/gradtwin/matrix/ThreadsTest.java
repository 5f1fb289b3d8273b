package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A step of training has the same bits for any number of threads: sizes that do not divide evenly, and just split where least is done for
 * an element ({@code RowSplit}), in the layer's output and in its weights.
 */
class ThreadsTest {
    private static final int BATCH = 51;
    private static final int INPUTS = 53;
    private static final int CLASSES = 1301;

    private static Stream<Arguments> graphs() {
        Stream<Kernels> sets =
                Kernels.vectorIsPresent() ? Stream.of(Kernels.plain(), Kernels.vector()) : Stream.of(Kernels.plain());
        return sets.flatMap(kernels ->
                Stream.of(Precision.values()).map(precision -> Arguments.of(kernels.name(), precision, kernels)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("graphs")
    void threadsLeaveTheBitsOfAStepAlone(String name, Precision precision, Kernels kernels) {
        List<double[]> alone = step(precision, kernels.withThreads(1));
        for (int threads : new int[] {2, 5}) {
            List<double[]> together = step(precision, kernels.withThreads(threads));
            for (int i = 0; i < alone.size(); i++) {
                assertThat(together.get(i))
                        .as("%d threads, array %d", threads, i)
                        .isEqualTo(alone.get(i));
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("graphs")
    void andOfTheClosedForms(String name, Precision precision, Kernels kernels) {
        List<double[]> alone = closedForm(precision, kernels.withThreads(1));
        for (int threads : new int[] {2, 5}) {
            List<double[]> together = closedForm(precision, kernels.withThreads(threads));
            for (int i = 0; i < alone.size(); i++) {
                assertThat(together.get(i))
                        .as("%d threads, array %d", threads, i)
                        .isEqualTo(alone.get(i));
            }
        }
    }

    private static List<double[]> step(Precision precision, Kernels kernels) {
        Graph graph = new Graph(precision, kernels);
        Matrix x = graph.leaf(Shape.of(BATCH, INPUTS), uniform(BATCH * INPUTS, 1, 1), true);
        Matrix w = graph.leaf(Shape.of(INPUTS, CLASSES), uniform(INPUTS * CLASSES, 0.1, 2), true);
        Matrix b = graph.leaf(Shape.of(CLASSES), uniform(CLASSES, 1, 3), true);
        Matrix z = x.matmul(w).add(b);
        Matrix y = z.relu().add(z.tanh()).add(z.sigmoid());
        Matrix sums = y.logSoftmax(1).add(y.softmax(1)).add(y.softmax(0)).logsumexp(Axes.of(1));
        double[] weights = uniform(CLASSES, 0.5, 4);
        for (int i = 0; i < weights.length; i++) {
            weights[i] += 0.6;
        }
        Matrix weight = graph.leaf(Shape.of(CLASSES), weights, false);
        int[] targets = new Random(5).ints(BATCH, 0, CLASSES).toArray();
        Matrix smoothed = Losses.crossEntropy(y, targets, weight, targets[0], 0.1, Reduction.MEAN);
        Matrix loss = Losses.crossEntropy(y.reshape(BATCH, CLASSES), targets)
                .add(smoothed)
                .add(sums.mean(Axes.ALL));
        loss.backward();
        List<double[]> arrays = new ArrayList<>(List.of(loss.values(), y.values(), sums.values()));
        for (Matrix value : List.of(x, w, b, z, y)) {
            arrays.add(value.grad());
        }
        w.descend(0.1);
        arrays.add(w.values());
        return arrays;
    }

    private static List<double[]> closedForm(Precision precision, Kernels kernels) {
        DenseLayer layer = new DenseLayer(INPUTS, CLASSES, Activation.RELU, precision, kernels);
        layer.assign(uniform(INPUTS * CLASSES, 0.1, 2), uniform(CLASSES, 1, 3));
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(CLASSES, Reduction.MEAN, precision, kernels);
        double[] y = layer.forward(uniform(BATCH * INPUTS, 1, 1));
        List<double[]> arrays = new ArrayList<>();
        arrays.add(y);
        arrays.add(new double[] {
            loss.forward(y, new Random(5).ints(BATCH, 0, CLASSES).toArray())
        });
        double[] gradient = loss.backward();
        arrays.add(gradient);
        arrays.add(layer.backward(gradient));
        arrays.add(layer.weightGradient());
        arrays.add(layer.biasGradient());
        layer.descend(0.1);
        arrays.add(layer.weight());
        return arrays;
    }

    private static double[] uniform(int count, double scale, long seed) {
        return new Random(seed).doubles(count, -1, 1).map(u -> scale * u).toArray();
    }
}
