package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Matrix products, and what normalizes rows: softmax and layer norm. */
final class ScalarLayers {
    private ScalarLayers() {}

    static NodeTensor apply(ScalarCall call) {
        return switch (call.op().id()) {
            case "matmul" -> matmul(call.tensor(0), call.tensor(1), call.result());
            case "linear" -> linear(call.tensor(0), call.tensor(1), call.optional(2), call.result());
            case "softmax" -> alongDim(call, ScalarLayers::softmax);
            case "log_softmax" -> alongDim(call, ScalarLayers::logSoftmax);
            case "layer_norm" -> layerNorm(call);
            default -> throw new UnsupportedOpException(call.op(), "not a layer");
        };
    }

    /** Each element is one dot product of a row and a column. */
    private static NodeTensor matmul(NodeTensor a, NodeTensor b, Shape result) {
        int rows = a.shape().rows();
        int inner = a.shape().last();
        int cols = b.shape().rank() == 2 ? b.shape().dim(1) : 1;
        List<List<Node>> columns = new ArrayList<>(cols);
        for (int j = 0; j < cols; j++) {
            int[] positions = new int[inner];
            for (int k = 0; k < inner; k++) {
                positions[k] = k * cols + j;
            }
            columns.add(b.pick(positions));
        }
        List<Node> nodes = new ArrayList<>(result.size());
        for (int i = 0; i < rows; i++) {
            for (List<Node> column : columns) {
                nodes.add(Node.dot(a.row(i), column));
            }
        }
        return new NodeTensor(result, nodes);
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

    /** The logarithms of the probabilities of each row. */
    static NodeTensor logSoftmaxOfRows(NodeTensor x) {
        int[] last = {x.shape().rank() - 1};
        return scatter(x, NodeTensor.groups(x.shape(), last), ScalarLayers::logSoftmax);
    }

    /** Computes as many nodes from the nodes of a group. */
    @FunctionalInterface
    private interface GroupFunction {
        List<Node> apply(List<Node> group);
    }

    private static NodeTensor alongDim(ScalarCall call, GroupFunction function) {
        NodeTensor x = call.tensor(0);
        return scatter(x, NodeTensor.groups(x.shape(), call.attributes().dims("dim", x.shape())), function);
    }

    private static NodeTensor scatter(NodeTensor x, int[][] groups, GroupFunction function) {
        Node[] nodes = new Node[x.shape().size()];
        for (int[] group : groups) {
            List<Node> computed = function.apply(x.pick(group));
            for (int i = 0; i < group.length; i++) {
                nodes[group[i]] = computed.get(i);
            }
        }
        return new NodeTensor(x.shape(), List.of(nodes));
    }

    /** exp(x − max)/Σ exp(x − max); the shift cancels out of the value and of the gradient. */
    private static List<Node> softmax(List<Node> x) {
        List<Node> e = ScalarReductions.exponentials(x, ScalarReductions.extremeValue(x, 1));
        Node sum = Node.sum(e);
        return e.stream().map(node -> node.dividedBy(sum)).toList();
    }

    /** (x − max) − ln Σ exp(x − max). */
    private static List<Node> logSoftmax(List<Node> x) {
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
        NodeTensor y = scatter(x, NodeTensor.groups(shape, dims), group -> normalize(group, eps));
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
