package org.gradtwin.engines.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scalar engine makes of three and four dimensions is what it makes of the same elements in two, which the fixtures hold. */
class ScalarRankTest {
    private static final List<Shape> SHAPES = List.of(
            Shape.of(2, 3, 2), Shape.of(3, 1, 2), Shape.of(2, 0, 3), Shape.of(2, 1, 3, 2), Shape.of(2, 3, 2, 2));

    /** The value, and the gradient of each operand; null for operands that have none. */
    private record Result(Tensor value, List<@Nullable Tensor> gradients) {}

    private static Result run(
            Op op, Map<String, ?> attributes, Shape result, Tensor cotangent, @Nullable Tensor... operands) {
        try (ScalarGraph graph = new ScalarGraph()) {
            List<@Nullable ScalarValue> leaves = new ArrayList<>();
            for (int i = 0; i < operands.length; i++) {
                Tensor operand = operands[i];
                // What follows a target weighs it and is never differentiated.
                boolean requiresGrad =
                        operand != null && operand.dtype().isFloating() && !(i >= 2 && op.group() == Group.LOSSES);
                leaves.add(operand == null ? null : graph.leaf(operand, requiresGrad));
            }
            ScalarValue y = graph.apply(op, leaves, new Attributes(attributes));
            graph.backward(y, cotangent);
            List<@Nullable Tensor> gradients = new ArrayList<>();
            for (ScalarValue leaf : leaves) {
                gradients.add(
                        leaf == null || !leaf.requiresGrad()
                                ? null
                                : graph.gradient(leaf).orElseThrow());
            }
            return new Result(graph.value(y), gradients);
        }
    }

    private static Tensor draws(int seed, Shape shape) {
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(7 * seed + 1.3 * i) + 0.1 * seed;
        }
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    private static Tensor reshape(Tensor tensor, int... dims) {
        return tensor.dtype().isFloating()
                ? Tensor.of(tensor.dtype(), Shape.of(dims), tensor.toDoubles())
                : Tensor.indices(Shape.of(dims), tensor.toLongs());
    }

    /** Dimension order[d] becomes dimension d. */
    private static Tensor permute(Tensor tensor, int... order) {
        Shape from = tensor.shape();
        Shape to = Shape.of(IntStream.of(order).map(from::dim).toArray());
        double[] values = new double[to.size()];
        for (int i = 0; i < values.length; i++) {
            int[] index = to.index(i);
            int position = 0;
            for (int d = 0; d < order.length; d++) {
                position += index[d] * from.strides()[order[d]];
            }
            values[i] = tensor.get(position);
        }
        return Tensor.of(tensor.dtype(), to, values);
    }

    private static int[] inverse(int... order) {
        int[] inverse = new int[order.length];
        for (int d = 0; d < order.length; d++) {
            inverse[order[d]] = d;
        }
        return inverse;
    }

    private static int[] concat(int[] first, int... second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }

    private static int product(Shape shape, int... dims) {
        return IntStream.of(dims).map(shape::dim).reduce(1, (a, b) -> a * b);
    }

    /** Any dimensions of a shape that could be reduced, by the bits of a number. */
    private static Stream<int[]> subsets(Shape shape) {
        return IntStream.range(1, 1 << shape.rank())
                .mapToObj(bits -> IntStream.range(0, shape.rank())
                        .filter(d -> (bits >> d & 1) == 1)
                        .toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sum", "mean", "amax", "amin", "prod", "logsumexp", "var"})
    void reductionsGroupByTheDimensionsThatRemain(String id) {
        Op op = Ops.of(id);
        for (Shape shape : SHAPES) {
            subsets(shape)
                    .filter(dims -> op != Ops.of("prod") || dims.length == 1)
                    .filter(dims -> (op != Ops.of("amax") && op != Ops.of("amin")) || product(shape, dims) > 0)
                    .forEach(dims -> {
                        for (boolean keep : new boolean[] {false, true}) {
                            reduction(op, draws(1, shape), dims, keep);
                        }
                    });
        }
    }

    private static void reduction(Op op, Tensor x, int[] dims, boolean keep) {
        Shape shape = x.shape();
        int[] others = IntStream.range(0, shape.rank())
                .filter(d -> Arrays.binarySearch(dims, d) < 0)
                .toArray();
        int[] order = concat(others, dims);
        int groups = product(shape, others);
        Shape reduced = Shape.of(IntStream.of(others).map(shape::dim).toArray());
        Shape kept = Shape.of(IntStream.range(0, shape.rank())
                .map(d -> Arrays.binarySearch(dims, d) < 0 ? shape.dim(d) : 1)
                .toArray());
        Tensor cotangent = draws(2, keep ? kept : reduced);
        Object dim = op == Ops.of("prod")
                ? (Object) dims[0]
                : IntStream.of(dims).boxed().toList();
        Result actual = run(op, reducing(dim, keep), keep ? kept : reduced, cotangent, x);
        Tensor matrix = reshape(permute(x, order), groups, product(shape, dims));
        Result expected = run(
                op,
                reducing(op == Ops.of("prod") ? (Object) 1 : List.of(1), false),
                Shape.of(groups),
                reshape(cotangent, groups),
                matrix);
        String what = op + " of " + shape + " along " + Arrays.toString(dims);
        assertThat(reshape(actual.value(), groups)).as(what).isEqualTo(expected.value());
        Tensor gradient = reshape(
                expected.gradients().get(0), IntStream.of(order).map(shape::dim).toArray());
        assertThat(actual.gradients().get(0)).as(what).isEqualTo(permute(gradient, inverse(order)));
    }

    private static Map<String, Object> reducing(Object dim, boolean keep) {
        return Map.of("dim", dim, "keepdim", keep, "correction", 1.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "log_softmax"})
    void softmaxGoesAlongAnyDimension(String id) {
        Op op = Ops.of(id);
        for (Shape shape : SHAPES) {
            for (int dim = 0; dim < shape.rank(); dim++) {
                int along = dim;
                int[] order = concat(
                        IntStream.range(0, shape.rank()).filter(d -> d != along).toArray(), along);
                Tensor x = draws(3, shape);
                Tensor cotangent = draws(4, shape);
                Result actual = run(op, Map.of("dim", dim - shape.rank()), shape, cotangent, x);
                int size = shape.dim(dim);
                int rows = product(shape, Arrays.copyOf(order, shape.rank() - 1));
                Result expected = run(
                        op,
                        Map.of("dim", 1),
                        Shape.of(rows, size),
                        reshape(permute(cotangent, order), rows, size),
                        reshape(permute(x, order), rows, size));
                int[] permuted = IntStream.of(order).map(shape::dim).toArray();
                assertThat(actual.value()).isEqualTo(permute(reshape(expected.value(), permuted), inverse(order)));
                assertThat(actual.gradients().get(0))
                        .isEqualTo(permute(reshape(expected.gradients().get(0), permuted), inverse(order)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void layerNormTakesTheLastDimensionsTogether(int normalized) {
        for (Shape shape : SHAPES) {
            int[] last = Arrays.copyOfRange(shape.dims(), shape.rank() - normalized, shape.rank());
            int cols = Shape.of(last).size();
            int rows = shape.product(0, shape.rank() - normalized);
            Tensor x = draws(5, shape);
            Tensor weight = draws(6, Shape.of(last));
            Tensor bias = draws(7, Shape.of(last));
            Tensor cotangent = draws(8, shape);
            Result actual = run(Ops.of("layer_norm"), normalizing(last), shape, cotangent, x, weight, bias);
            Result expected = run(
                    Ops.of("layer_norm"),
                    normalizing(cols),
                    Shape.of(rows, cols),
                    reshape(cotangent, rows, cols),
                    reshape(x, rows, cols),
                    reshape(weight, cols),
                    reshape(bias, cols));
            assertThat(reshape(actual.value(), rows, cols)).isEqualTo(expected.value());
            assertThat(reshape(actual.gradients().get(0), rows, cols))
                    .isEqualTo(expected.gradients().get(0));
            assertThat(reshape(actual.gradients().get(1), cols))
                    .isEqualTo(expected.gradients().get(1));
            assertThat(reshape(actual.gradients().get(2), cols))
                    .isEqualTo(expected.gradients().get(2));
        }
    }

    private static Map<String, Object> normalizing(int... shape) {
        return Map.of("normalized_shape", IntStream.of(shape).boxed().toList(), "eps", 1e-5);
    }

    static Stream<Arguments> products() {
        return Stream.of(
                Arguments.of(Shape.of(2, 2, 3), Shape.of(3, 2), Shape.of(2, 2, 2)),
                Arguments.of(Shape.of(2, 3), Shape.of(4, 3, 2), Shape.of(4, 2, 2)),
                Arguments.of(Shape.of(3), Shape.of(2, 3, 2), Shape.of(2, 2)),
                Arguments.of(Shape.of(2, 2, 3), Shape.of(3), Shape.of(2, 2)),
                Arguments.of(Shape.of(2, 2, 3), Shape.of(2, 3, 1), Shape.of(2, 2, 1)),
                Arguments.of(Shape.of(2, 1, 2, 3), Shape.of(3, 3, 2), Shape.of(2, 3, 2, 2)),
                Arguments.of(Shape.of(1, 2, 1, 3), Shape.of(3, 1, 3, 2), Shape.of(3, 2, 1, 2)),
                Arguments.of(Shape.of(2, 3, 2, 2), Shape.of(2), Shape.of(2, 3, 2)),
                Arguments.of(Shape.of(2, 2, 0), Shape.of(0, 2), Shape.of(2, 2, 2)),
                Arguments.of(Shape.of(0, 2, 3), Shape.of(3, 2), Shape.of(0, 2, 2)));
    }

    @ParameterizedTest
    @MethodSource("products")
    void matmulMultipliesTheMatricesOfABroadcastBatch(Shape left, Shape right, Shape result) {
        Tensor a = draws(9, left);
        Tensor b = draws(10, right);
        Tensor cotangent = draws(11, result);
        Result actual = run(Ops.of("matmul"), Map.of(), result, cotangent, a, b);
        // As three nested sums over every index, the batch's included.
        int inner = left.last();
        int rows = left.rank() == 1 ? 1 : left.dim(left.rank() - 2);
        int cols = right.rank() == 1 ? 1 : right.last();
        Shape lefts = Shape.of(Arrays.copyOf(left.dims(), Math.max(0, left.rank() - 2)));
        Shape rights = Shape.of(Arrays.copyOf(right.dims(), Math.max(0, right.rank() - 2)));
        Shape batch = Shape.broadcast(lefts, rights);
        double[] value = new double[result.size()];
        double[] gradA = new double[left.size()];
        double[] gradB = new double[right.size()];
        for (int at = 0; at < result.size(); at++) {
            int of = at / (rows * cols);
            int row = at / cols % rows;
            int col = at % cols;
            for (int k = 0; k < inner; k++) {
                int i = (lefts.broadcastSources(batch)[of] * rows + row) * inner + k;
                int j = (rights.broadcastSources(batch)[of] * inner + k) * cols + col;
                value[at] += a.get(i) * b.get(j);
                gradA[i] += cotangent.get(at) * b.get(j);
                gradB[j] += cotangent.get(at) * a.get(i);
            }
        }
        near(actual.value(), value);
        near(actual.gradients().get(0), gradA);
        near(actual.gradients().get(1), gradB);
    }

    /** Sums of the same few dozen terms in another order: within so many ulp of the largest. */
    private static void near(@Nullable Tensor actual, double... expected) {
        assertThat(actual).isNotNull();
        assertThat(actual.size()).isEqualTo(expected.length);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).isCloseTo(expected[i], Offset.offset(32 * Math.ulp(largest)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void linearTakesEveryRow(boolean withBias) {
        for (Shape shape : SHAPES) {
            Tensor x = draws(12, shape);
            Tensor weight = draws(13, Shape.of(4, shape.last()));
            Tensor bias = withBias ? draws(14, Shape.of(4)) : null;
            int[] dims = shape.dims();
            dims[dims.length - 1] = 4;
            Tensor cotangent = draws(15, Shape.of(dims));
            Result actual = run(Ops.of("linear"), Map.of(), Shape.of(dims), cotangent, x, weight, bias);
            Shape rows = Shape.of(shape.rows(), 4);
            Result expected = run(
                    Ops.of("linear"),
                    Map.of(),
                    rows,
                    reshape(cotangent, rows.dims()),
                    reshape(x, shape.rows(), shape.last()),
                    weight,
                    bias);
            assertThat(reshape(actual.value(), rows.dims())).isEqualTo(expected.value());
            assertThat(reshape(actual.gradients().get(0), shape.rows(), shape.last()))
                    .isEqualTo(expected.gradients().get(0));
            assertThat(actual.gradients().subList(1, 3))
                    .isEqualTo(expected.gradients().subList(1, 3));
        }
    }

    static Stream<Shape> shapes() {
        return SHAPES.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void catJoinsAlongAnyDimension(Shape shape) {
        for (int dim = 0; dim < shape.rank(); dim++) {
            int[] dims = shape.dims();
            dims[dim] = 2;
            Tensor x = draws(16, shape);
            Tensor y = draws(17, Shape.of(dims));
            dims[dim] += shape.dim(dim);
            Shape result = Shape.of(dims);
            Tensor cotangent = draws(18, result);
            // An operand of shape (0,) counts for nothing whatever the others' rank, as in PyTorch.
            Result actual = run(
                    Ops.of("cat"),
                    Map.of("dim", dim - shape.rank()),
                    result,
                    cotangent,
                    x,
                    Tensor.of(DType.FLOAT64, Shape.of(0)),
                    y);
            double[] gradX = new double[x.size()];
            double[] gradY = new double[y.size()];
            for (int at = 0; at < result.size(); at++) {
                int[] index = result.index(at);
                boolean first = index[dim] < shape.dim(dim);
                index[dim] -= first ? 0 : shape.dim(dim);
                Tensor from = first ? x : y;
                int position = 0;
                for (int d = 0; d < index.length; d++) {
                    position += index[d] * from.shape().strides()[d];
                }
                assertThat(actual.value().get(at)).isEqualTo(from.get(position));
                (first ? gradX : gradY)[position] = cotangent.get(at);
            }
            near(actual.gradients().get(0), gradX);
            near(actual.gradients().get(2), gradY);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void broadcastMovesElements(Shape shape) {
        Tensor x = draws(19, shape);
        NodeTensor nodes = new NodeTensor(shape, NodeRun.constants(x.toDoubles()));
        Shape wide = Shape.of(concat(new int[] {3}, shape.dims()));
        assertThat(nodes.broadcastTo(wide).values().toDoubles())
                .containsExactly(Stream.of(x, x, x)
                        .flatMapToDouble(part -> Arrays.stream(part.toDoubles()))
                        .toArray());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void embeddingTakesIndicesOfAnyShape(Shape shape) {
        Map<String, @Nullable Object> unpadded = Collections.singletonMap("padding_idx", null);
        long[] rows = IntStream.range(0, shape.size()).mapToLong(i -> i % 3).toArray();
        Tensor weight = draws(20, Shape.of(3, 2));
        Tensor cotangent = draws(21, Shape.of(concat(shape.dims(), 2)));
        Result actual =
                run(Ops.of("embedding"), unpadded, cotangent.shape(), cotangent, Tensor.indices(shape, rows), weight);
        Result expected = run(
                Ops.of("embedding"),
                unpadded,
                Shape.of(shape.size(), 2),
                reshape(cotangent, shape.size(), 2),
                Tensor.indices(Shape.of(shape.size()), rows),
                weight);
        assertThat(reshape(actual.value(), shape.size(), 2)).isEqualTo(expected.value());
        assertThat(actual.gradients().get(1)).isEqualTo(expected.gradients().get(1));
    }

    static Stream<Arguments> classLosses() {
        return Stream.of(Ops.of("nll_loss"), Ops.of("cross_entropy"))
                .flatMap(op -> Stream.of("none", "sum", "mean").map(reduction -> Arguments.of(op, reduction)));
    }

    @ParameterizedTest
    @MethodSource("classLosses")
    void classLossesHaveTheirClassesInDimensionOne(Op op, String reduction) {
        for (Shape shape :
                List.of(Shape.of(2, 3, 4), Shape.of(2, 3, 2, 2), Shape.of(1, 4, 2, 1, 3), Shape.of(2, 3, 0))) {
            int classes = shape.dim(1);
            int[] rest = concat(new int[] {shape.dim(0)}, Arrays.copyOfRange(shape.dims(), 2, shape.rank()));
            int rows = Shape.of(rest).size();
            int[] order = concat(new int[] {0}, IntStream.range(2, shape.rank()).toArray());
            order = concat(order, 1);
            long[] targets =
                    IntStream.range(0, rows).mapToLong(i -> i % (classes + 1)).toArray();
            Tensor target = Tensor.indices(Shape.of(rest), targets);
            Tensor x = draws(22, shape);
            Tensor weight = Tensor.of(
                    DType.FLOAT64,
                    Shape.of(classes),
                    IntStream.range(0, classes).mapToDouble(c -> 0.5 + c).toArray());
            // The highest target is not a class, but the one that is ignored.
            Map<String, Object> attributes =
                    new HashMap<>(Map.of("ignore_index", classes, "reduction", reduction, "label_smoothing", 0.25));
            boolean none = reduction.equals("none");
            Tensor cotangent = draws(23, none ? Shape.of(rest) : Shape.SCALAR);
            Result actual = run(op, attributes, cotangent.shape(), cotangent, x, target, weight);
            Result expected = run(
                    op,
                    attributes,
                    none ? Shape.of(rows) : Shape.SCALAR,
                    none ? reshape(cotangent, rows) : cotangent,
                    reshape(permute(x, order), rows, classes),
                    reshape(target, rows),
                    weight);
            assertThat(actual.value().toDoubles()).isEqualTo(expected.value().toDoubles());
            Tensor gradient = reshape(
                    expected.gradients().get(0),
                    IntStream.of(order).map(shape::dim).toArray());
            assertThat(actual.gradients().get(0)).isEqualTo(permute(gradient, inverse(order)));
        }
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                        Ops.of("add"),
                        Ops.of("sub"),
                        Ops.of("mul"),
                        Ops.of("div"),
                        Ops.of("pow_tensor"),
                        Ops.of("maximum"),
                        Ops.of("minimum"),
                        Ops.of("mse_loss"),
                        Ops.of("l1_loss"),
                        Ops.of("huber_loss"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void pairsOfElementsAreBroadcast(Op op) {
        for (List<Shape> shapes : List.of(
                List.of(Shape.of(2, 3, 2), Shape.of(3, 1)),
                List.of(Shape.of(1, 3, 1), Shape.of(2, 2, 1, 4)),
                List.of(Shape.of(2), Shape.of(2, 1, 3, 1)),
                List.of(Shape.SCALAR, Shape.of(2, 0, 3)))) {
            Shape result = Shape.broadcast(shapes.get(0), shapes.get(1));
            Tensor x = positive(draws(24, shapes.get(0)));
            Tensor y = positive(draws(25, shapes.get(1)));
            Tensor cotangent = draws(26, result);
            Map<String, Object> attributes = Map.of("reduction", "none", "delta", 0.5);
            Result actual = run(op, attributes, result, cotangent, x, y);
            int[] left = x.shape().broadcastSources(result);
            int[] right = y.shape().broadcastSources(result);
            Result expected = run(
                    op,
                    attributes,
                    Shape.of(result.size()),
                    reshape(cotangent, result.size()),
                    picked(x, left),
                    picked(y, right));
            assertThat(actual.value().toDoubles()).isEqualTo(expected.value().toDoubles());
            near(actual.gradients().get(0), summed(expected.gradients().get(0), x.size(), left));
            near(actual.gradients().get(1), summed(expected.gradients().get(1), y.size(), right));
        }
    }

    private static Tensor positive(Tensor tensor) {
        return Tensor.of(
                tensor.dtype(),
                tensor.shape(),
                Arrays.stream(tensor.toDoubles())
                        .map(value -> 0.5 + Math.abs(value))
                        .toArray());
    }

    private static Tensor picked(Tensor tensor, int... positions) {
        return Tensor.of(
                tensor.dtype(),
                Shape.of(positions.length),
                IntStream.of(positions).mapToDouble(tensor::get).toArray());
    }

    private static double[] summed(@Nullable Tensor gradient, int size, int... positions) {
        assertThat(gradient).isNotNull();
        double[] sums = new double[size];
        for (int i = 0; i < positions.length; i++) {
            sums[positions[i]] += gradient.get(i);
        }
        return sums;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void logisticLossBroadcastsItsWeights(Shape shape) {
        Tensor x = draws(27, shape);
        Tensor target = Tensor.of(
                DType.FLOAT64,
                shape,
                IntStream.range(0, shape.size()).mapToDouble(i -> i % 2).toArray());
        int[] one = shape.dims();
        one[0] = 1;
        Tensor weight = positive(draws(28, Shape.of(one)));
        Tensor positive = positive(draws(29, Shape.of(shape.last())));
        Tensor cotangent = draws(30, shape);
        Map<String, Object> attributes = Map.of("reduction", "none");
        Result actual = run(
                Ops.of("binary_cross_entropy_with_logits"), attributes, shape, cotangent, x, target, weight, positive);
        int n = shape.size();
        Result expected = run(
                Ops.of("binary_cross_entropy_with_logits"),
                attributes,
                Shape.of(n),
                reshape(cotangent, n),
                reshape(x, n),
                reshape(target, n),
                picked(weight, weight.shape().broadcastSources(shape)),
                picked(positive, positive.shape().broadcastSources(shape)));
        assertThat(actual.value().toDoubles()).isEqualTo(expected.value().toDoubles());
        assertThat(reshape(actual.gradients().get(0), n))
                .isEqualTo(expected.gradients().get(0));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void runningSumsCanBeMadeOfGroups(Shape shape) {
        for (int dim = 0; dim < shape.rank(); dim++) {
            Tensor x = draws(31, shape);
            Tensor sums = new NodeTensor(shape, NodeRun.constants(x.toDoubles()))
                    .mapGroups(new int[] {dim}, ScalarRankTest::running)
                    .values();
            int stride = shape.strides()[dim];
            for (int i = 0; i < shape.size(); i++) {
                boolean first = shape.index(i)[dim] == 0;
                assertThat(sums.get(i)).isEqualTo(first ? x.get(i) : sums.get(i - stride) + x.get(i));
            }
        }
    }

    private static List<Node> running(List<Node> x) {
        List<Node> sums = new ArrayList<>();
        for (Node node : x) {
            sums.add(sums.isEmpty() ? node : sums.get(sums.size() - 1).plus(node));
        }
        return sums;
    }
}
