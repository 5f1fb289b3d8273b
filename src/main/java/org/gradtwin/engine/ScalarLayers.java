package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Matrix products, and what normalizes along dimensions: softmax and layer norm. */
final class ScalarLayers {
    private ScalarLayers() {}

    static NodeTensor apply(ScalarCall call) {
        return switch (call.op()) {
            case MATMUL -> matmul(call.tensor(0), call.tensor(1), call.result());
            case LINEAR -> linear(call.tensor(0), call.tensor(1), call.optional(2), call.result());
            case SOFTMAX -> alongDim(call, ScalarLayers::softmax);
            case LOG_SOFTMAX -> alongDim(call, ScalarLayers::logSoftmax);
            case LAYER_NORM -> layerNorm(call);
            default -> throw new UnsupportedOpException(call.op(), "not a layer");
        };
    }

    /**
     * Each element is one dot product of a row and a column: (…, m, k) by (…, k, n), with the dimensions before broadcast. A
     * vector is a row on the left, a column on the right.
     */
    private static NodeTensor matmul(NodeTensor a, NodeTensor b, Shape result) {
        int inner = a.shape().last();
        int rows = a.shape().rank() == 1 ? 1 : a.shape().dim(a.shape().rank() - 2);
        int cols = b.shape().rank() == 1 ? 1 : b.shape().last();
        Shape left = batch(a.shape());
        Shape right = batch(b.shape());
        Shape batch = Shape.broadcast(left, right);
        int[] lefts = left.broadcastSources(batch);
        int[] rights = right.broadcastSources(batch);
        List<List<Node>> columns = columns(b, inner, cols);
        List<Node> nodes = new ArrayList<>(result.size());
        for (int product = 0; product < batch.size(); product++) {
            for (int i = 0; i < rows; i++) {
                List<Node> row = a.row(lefts[product] * rows + i);
                for (int j = 0; j < cols; j++) {
                    nodes.add(Node.dot(row, columns.get(rights[product] * cols + j)));
                }
            }
        }
        return new NodeTensor(result, nodes);
    }

    /** The columns of all matrices of a tensor, matrix by matrix. */
    private static List<List<Node>> columns(NodeTensor b, int inner, int cols) {
        int count = batch(b.shape()).size() * cols;
        List<List<Node>> columns = new ArrayList<>(count);
        for (int column = 0; column < count; column++) {
            int first = column / cols * inner * cols + column % cols;
            columns.add(
                    b.pick(IntStream.range(0, inner).map(k -> first + k * cols).toArray()));
        }
        return columns;
    }

    /** The dimensions before those of the matrices. */
    private static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), Math.max(shape.rank() - 2, 0)));
    }

    /** x wᵀ + b. */
    private static NodeTensor linear(NodeTensor x, NodeTensor w, @Nullable NodeTensor bias, Shape result) {
        NodeTensor b = bias == null ? null : bias.broadcastTo(result);
        List<Node> nodes = new ArrayList<>(result.size());
        for (int i = 0; i < x.shape().rows(); i++) {
            for (int j = 0; j < w.shape().rows(); j++) {
                nodes.add(b == null ? Node.dot(x.row(i), w.row(j)) : Node.dot(x.row(i), w.row(j), b.get(nodes.size())));
            }
        }
        return new NodeTensor(result, nodes);
    }

    private static NodeTensor alongDim(ScalarCall call, UnaryOperator<List<Node>> function) {
        NodeTensor x = call.tensor(0);
        return x.mapGroups(call.attributes().dims("dim", x.shape()), function);
    }

    /** exp(x − max)/Σ exp(x − max); the shift cancels out of the value and of the gradient. */
    private static List<Node> softmax(List<Node> x) {
        List<Node> e = ScalarReductions.exponentials(x, ScalarReductions.extremeValue(x, 1));
        Node sum = Node.sum(e);
        return e.stream().map(node -> node.dividedBy(sum)).toList();
    }

    /** (x − max) − ln Σ exp(x − max). */
    static List<Node> logSoftmax(List<Node> x) {
        double max = ScalarReductions.extremeValue(x, 1);
        Node log = Node.sum(ScalarReductions.exponentials(x, max)).log();
        return x.stream().map(node -> node.minus(max).minus(log)).toList();
    }

    /** (x − mean)/√(biased variance + eps) · weight + bias over the last dimensions. */
    private static NodeTensor layerNorm(ScalarCall call) {
        NodeTensor x = call.tensor(0);
        Shape shape = x.shape();
        int[] normalized = call.attributes().integers("normalized_shape");
        int[] dims = new int[normalized.length];
        Arrays.setAll(dims, d -> shape.rank() - normalized.length + d);
        double eps = call.attributes().number("eps");
        NodeTensor y = x.mapGroups(dims, group -> normalize(group, eps));
        NodeTensor weight = call.optional(1);
        NodeTensor bias = call.optional(2);
        NodeTensor scaled = weight == null ? y : ScalarElementwise.zip(y, weight, Node::times);
        return bias == null ? scaled : ScalarElementwise.zip(scaled, bias, Node::plus);
    }

    private static List<Node> normalize(List<Node> x, double eps) {
        Node mean = ScalarReductions.mean(x);
        Node scale = ScalarReductions.squaredDeviations(x)
                .dividedBy(x.size())
                .plus(eps)
                .rsqrt();
        return x.stream().map(node -> node.minus(mean).times(scale)).toList();
    }
}
