package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ops on values of three dimensions and more do what the same ops do on matrices that are cut out of them. */
class RankTest {
    private final Random random = new Random(7);

    private Matrix leaf(Graph graph, Shape shape) {
        return graph.leaf(shape, random.doubles(shape.size(), -2, 2).toArray(), true);
    }

    private void backward(Matrix... results) {
        double[] cotangent = random.doubles(results[0].shape().size(), -2, 2).toArray();
        for (Matrix result : results) {
            result.backward(cotangent);
        }
    }

    private static double[] gradient(Matrix x) {
        return Objects.requireNonNull(x.grad());
    }

    private static void assertClose(double[] actual, double[] expected, Precision precision) {
        double tolerance = precision == Precision.FLOAT32 ? 1e-5 : 1e-14;
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .as("element %d", i)
                    .isCloseTo(expected[i], within(tolerance * (1 + Math.abs(expected[i]))));
        }
    }

    /** Two computations on two graphs from the same leaves give the same values and gradients. */
    private void assertSame(
            Precision precision,
            List<Shape> shapes,
            UnaryOperator<List<Matrix>> one,
            UnaryOperator<List<Matrix>> other) {
        List<double[]> inputs = new ArrayList<>();
        shapes.forEach(shape -> inputs.add(random.doubles(shape.size(), -2, 2).toArray()));
        List<List<double[]>> answers = new ArrayList<>();
        double[] cotangent = {};
        for (UnaryOperator<List<Matrix>> computation : List.of(one, other)) {
            Graph graph = new Graph(precision);
            List<Matrix> leaves = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                leaves.add(graph.leaf(shapes.get(i), inputs.get(i), true));
            }
            Matrix result = computation.apply(leaves).get(0);
            if (cotangent.length == 0) {
                cotangent = random.doubles(result.shape().size(), -2, 2).toArray();
            }
            result.backward(cotangent);
            List<double[]> answer = new ArrayList<>(List.of(result.values()));
            leaves.forEach(leaf -> answer.add(gradient(leaf)));
            answers.add(answer);
        }
        for (int i = 0; i < answers.get(0).size(); i++) {
            assertClose(answers.get(0).get(i), answers.get(1).get(i), precision);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void permutingThereAndBackIsNothing(Precision precision) {
        Graph graph = new Graph(precision);
        Matrix x = leaf(graph, Shape.of(2, 3, 1, 4, 2));
        Matrix there = x.permute(3, 0, -1, 2, 1);
        Matrix back = there.permute(1, 4, 3, 0, 2);
        assertThat(there.shape()).isEqualTo(Shape.of(4, 2, 2, 1, 3));
        for (int i = 0; i < there.shape().size(); i++) {
            int[] at = there.shape().index(i);
            int from = (((at[1] * 3 + at[4]) + at[3]) * 4 + at[0]) * 2 + at[2];
            assertThat(there.values()[i]).isEqualTo(x.values()[from]);
        }
        assertThat(back.values()).isEqualTo(x.values());
        double[] cotangent =
                random.ints(x.shape().size(), -9, 9).asDoubleStream().toArray();
        back.backward(cotangent);
        assertThat(x.grad()).isEqualTo(cotangent);
    }

    private static Stream<List<Shape>> products() {
        return Stream.of(
                List.of(Shape.of(3, 2, 4), Shape.of(3, 4, 5)),
                List.of(Shape.of(2, 1, 2, 4), Shape.of(3, 4, 5)),
                List.of(Shape.of(2, 4), Shape.of(3, 2, 4, 1)),
                List.of(Shape.of(4), Shape.of(2, 4, 3)),
                List.of(Shape.of(2, 3, 2, 4), Shape.of(4)),
                List.of(Shape.of(2, 3, 2, 4), Shape.of(4, 3)),
                List.of(Shape.of(1, 1, 1, 1, 1, 2, 2, 3), Shape.of(2, 3, 2)),
                List.of(Shape.of(9, 40, 33), Shape.of(9, 33, 50)));
    }

    @ParameterizedTest
    @MethodSource("products")
    void matmulOfBatchesIsALoop(List<Shape> shapes) {
        Shape left = shapes.get(0);
        Shape right = shapes.get(1);
        Shape a = left.rank() == 1 ? Shape.of(1, left.dim(0)) : left;
        Shape b = right.rank() == 1 ? Shape.of(right.dim(0), 1) : right;
        int m = a.dim(a.rank() - 2);
        int k = a.last();
        int n = b.last();
        Shape batch = Shape.broadcast(head(a), head(b));
        int[] as = head(a).broadcastSources(batch);
        int[] bs = head(b).broadcastSources(batch);
        UnaryOperator<List<Matrix>> loop = x -> {
            List<Matrix> parts = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                Matrix item = x.get(0).take(Shape.of(m, k), range(as[i] * m * k, m * k));
                parts.add(item.matmul(x.get(1).take(Shape.of(k, n), range(bs[i] * k * n, k * n))));
            }
            return List.of(Matrix.cat(parts, 0));
        };
        for (Precision precision : Precision.values()) {
            assertSame(precision, shapes, x -> List.of(x.get(0).matmul(x.get(1))), loop);
        }
        Graph graph = new Graph(Precision.FLOAT64);
        int[] expected = IntStream.concat(
                        IntStream.of(batch.dims()),
                        IntStream.concat(
                                IntStream.of(m).filter(size -> left.rank() > 1),
                                IntStream.of(n).filter(size -> right.rank() > 1)))
                .toArray();
        assertThat(leaf(graph, left).matmul(leaf(graph, right)).shape()).isEqualTo(Shape.of(expected));
    }

    private static Shape head(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    }

    private static int[] range(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }

    @Test
    void batchesHaveTheSameBitsForAnyNumberOfThreads() {
        List<List<double[]>> answers = new ArrayList<>();
        double[] numbers = random.doubles(9 * 40 * 50, -2, 2).toArray();
        for (int threads : new int[] {1, 2, 3}) {
            Graph graph = new Graph(Precision.FLOAT32, Kernels.best().withThreads(threads));
            Matrix x = graph.leaf(Shape.of(9, 40, 50), numbers, true);
            Matrix y = x.matmul(x.permute(0, 2, 1));
            y.softmax(1).square().sum(Axes.ALL).backward();
            answers.add(List.of(y.values(), gradient(x)));
        }
        for (List<double[]> answer : answers) {
            for (int i = 0; i < answer.size(); i++) {
                assertThat(answer.get(i)).isEqualTo(answers.get(0).get(i));
            }
        }
    }

    private static Stream<List<Shape>> broadcasts() {
        return Stream.of(
                List.of(Shape.of(2, 3, 4), Shape.of(2, 3, 4)),
                List.of(Shape.of(2, 3, 4), Shape.SCALAR),
                List.of(Shape.of(2, 3, 4), Shape.of(4)),
                List.of(Shape.of(3, 4), Shape.of(2, 3, 4)),
                List.of(Shape.of(2, 1, 4), Shape.of(3, 1)),
                List.of(Shape.of(2, 1, 3, 1, 2), Shape.of(2, 1, 2, 1)),
                List.of(Shape.of(1, 2, 1, 2, 1, 2, 1, 2), Shape.of(2, 1, 2, 1, 2, 1, 2, 1)),
                List.of(Shape.of(2, 1, 1), Shape.of(1, 1)),
                List.of(Shape.of(2, 0, 3), Shape.of(1, 3)));
    }

    @ParameterizedTest
    @MethodSource("broadcasts")
    void broadcastingIsAnExplicitStretch(List<Shape> shapes) {
        Shape shape = Shape.broadcast(shapes.get(0), shapes.get(1));
        for (BinaryOperator<Matrix> op : List.<BinaryOperator<Matrix>>of(Matrix::add, Matrix::mul, Matrix::maximum)) {
            for (Precision precision : Precision.values()) {
                assertSame(precision, shapes, x -> List.of(op.apply(x.get(0), x.get(1))), x -> {
                    Matrix left = x.get(0).take(shape, x.get(0).shape().broadcastSources(shape));
                    Matrix right = x.get(1).take(shape, x.get(1).shape().broadcastSources(shape));
                    return List.of(op.apply(left, right));
                });
            }
        }
        assertSame(
                Precision.FLOAT64,
                shapes,
                x -> List.of(x.get(0).expand(shape).mul(x.get(1).expand(shape))),
                x -> List.of(x.get(0).mul(x.get(1))));
    }

    private static Stream<int[]> dims() {
        return Stream.of(
                new int[] {0},
                new int[] {1},
                new int[] {2},
                new int[] {3},
                new int[] {0, 2},
                new int[] {3, 1},
                new int[] {1, 2},
                new int[] {0, 3},
                new int[] {0, 1, 3},
                new int[] {0, 1, 2, 3},
                new int[] {});
    }

    @ParameterizedTest
    @MethodSource("dims")
    void reductionsAreThoseOfTheRowsOfAMatrix(int[] dims) {
        Shape shape = Shape.of(2, 3, 1, 4);
        List<Integer> gone = new ArrayList<>();
        IntStream.of(dims.length == 0 ? new int[] {0, 1, 2, 3} : dims).forEach(gone::add);
        int[] kept = IntStream.range(0, 4).filter(d -> !gone.contains(d)).toArray();
        int[] order = IntStream.concat(IntStream.of(kept), gone.stream().mapToInt(d -> d))
                .toArray();
        int[] sizes = IntStream.of(kept).map(shape::dim).toArray();
        int groups = Shape.of(sizes).size();
        List<ReductionOp> ops = List.of(
                Matrix::sum,
                Matrix::mean,
                Matrix::prod,
                Matrix::amax,
                Matrix::amin,
                Matrix::logsumexp,
                (x, axes) -> x.var(axes, 0.5));
        for (ReductionOp op : ops) {
            for (Precision precision : Precision.values()) {
                assertSame(
                        precision,
                        List.of(shape),
                        x -> List.of(op.of(x.get(0), Axes.of(dims))),
                        x -> List.of(op.of(x.get(0).permute(order).reshape(groups, -1), Axes.of(1))));
            }
        }
        Matrix x = leaf(new Graph(Precision.FLOAT64), shape);
        assertThat(x.sum(Axes.of(dims)).shape()).isEqualTo(Shape.of(sizes));
        int[] ones = shape.dims();
        gone.forEach(d -> ones[d] = 1);
        assertThat(x.sum(Axes.of(dims).keeping()).shape()).isEqualTo(Shape.of(ones));
    }

    private interface ReductionOp {
        Matrix of(Matrix x, Axes axes);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void classesStandInTheSecondDimension(Precision precision) {
        int[] targets = {2, 0, -100, 1, 2, 2, 0, 1};
        for (Reduction reduction : Reduction.values()) {
            assertSame(
                    precision,
                    List.of(Shape.of(2, 3, 2, 2)),
                    x -> List.of(Losses.crossEntropy(x.get(0), targets, null, -100, 0.1, reduction)),
                    x -> List.of(Losses.crossEntropy(
                            x.get(0).permute(0, 2, 3, 1).reshape(8, 3), targets, null, -100, 0.1, reduction)));
        }
        Matrix x = leaf(new Graph(precision), Shape.of(2, 3, 2, 2));
        Matrix losses = Losses.nllLoss(x, targets, null, -100, Reduction.NONE);
        assertThat(losses.shape()).isEqualTo(Shape.of(2, 2, 2));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void whatIsNotChosenGetsAPlainZero(Precision precision) {
        double infinity = Double.POSITIVE_INFINITY;
        Graph graph = new Graph(precision);
        Matrix x = graph.leaf(Shape.of(2), new double[] {infinity, 4}, true);
        Matrix y = graph.leaf(Shape.of(2, 1), new double[] {5, Double.NaN}, true);
        Matrix z = Matrix.where(Tensor.bools(Shape.of(2), false, true), x, y);
        assertThat(z.values()).containsExactly(5, 4, Double.NaN, 4);
        z.backward(infinity, 2, 7, 3);
        assertThat(x.grad()).containsExactly(0, 5);
        assertThat(y.grad()).containsExactly(infinity, 7);

        Matrix filled = new Graph(precision).leaf(Shape.of(3), new double[] {1, 2, 3}, true);
        filled.maskedFill(Tensor.bools(Shape.of(3), true, false, true), -infinity)
                .backward(Double.NaN, 5, infinity);
        assertThat(filled.grad()).containsExactly(0, 5, 0);
    }

    @Test
    void scatteringIsTheTransposeOfTaking() {
        Graph graph = new Graph(Precision.FLOAT64);
        Matrix x = graph.leaf(Shape.of(2, 2), new double[] {1, 2, 4, 8}, true);
        Matrix y = x.scatterAdd(Shape.of(3, 1), 2, 0, 2, 2);
        assertThat(y.shape()).isEqualTo(Shape.of(3, 1));
        assertThat(y.values()).containsExactly(2, 0, 13);
        y.backward(3, 5, 7);
        assertThat(x.grad()).containsExactly(7, 3, 7, 7);
    }

    @Test
    void valuesOfEightDimensionsAndOfNoElementsAreValues() {
        Graph graph = new Graph(Precision.FLOAT32);
        Matrix x = leaf(graph, Shape.of(1, 2, 1, 1, 2, 1, 1, 3));
        Matrix y = x.transpose();
        assertThat(y.shape()).isEqualTo(Shape.of(3, 1, 1, 2, 1, 1, 2, 1));
        backward(y.softmax(0).cumsum(-2));
        assertThat(gradient(x)).doesNotContain(Double.NaN);
        Matrix empty = leaf(new Graph(Precision.FLOAT64), Shape.of(2, 0, 3));
        assertThat(empty.softmax(2).permute(2, 1, 0).sum(Axes.of(1)).values())
                .containsOnly(0)
                .hasSize(6);
        assertThat(empty.matmul(empty.permute(0, 2, 1)).shape()).isEqualTo(Shape.of(2, 0, 0));
    }
}
