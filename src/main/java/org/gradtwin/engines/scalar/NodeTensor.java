package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * A tensor of scalar nodes in row-major order. Tensors may share nodes: a permuted one holds the same ones.
 *
 * @param shape the sizes
 * @param nodes the elements
 */
record NodeTensor(Shape shape, List<Node> nodes) {
    NodeTensor {
        if (nodes.size() != shape.size()) {
            throw new IllegalStateException(nodes.size() + " nodes for shape " + shape);
        }
    }

    /** The element at a row-major position. */
    Node get(int position) {
        return nodes.get(position);
    }

    /** The elements at those row-major positions, as a tensor. */
    NodeTensor pick(Shape result, int[] positions) {
        return new NodeTensor(result, pick(positions));
    }

    /** The elements at those row-major positions. */
    List<Node> pick(int[] positions) {
        List<Node> picked = new ArrayList<>(positions.length);
        for (int position : positions) {
            picked.add(nodes.get(position));
        }
        return picked;
    }

    /** The same elements, repeated to a shape that this one broadcasts to. */
    NodeTensor broadcastTo(Shape result) {
        return shape.equals(result) ? this : pick(result, shape.broadcastSources(result));
    }

    /** The values. */
    Tensor values() {
        return tensor(Node::data);
    }

    /** A number of each node. */
    Tensor tensor(ToDoubleFunction<Node> number) {
        double[] numbers = new double[nodes.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number.applyAsDouble(nodes.get(i));
        }
        return Tensor.of(DType.FLOAT64, shape, numbers);
    }

    /**
     * As many nodes from the nodes of each group, in their places: along one dimension, what a softmax or a running sum
     * computes.
     *
     * @param dims the dimensions along which the elements of a group lie, ascending
     */
    NodeTensor mapGroups(int[] dims, UnaryOperator<List<Node>> function) {
        Node[] mapped = new Node[shape.size()];
        for (int[] group : shape.groups(dims)) {
            List<Node> computed = function.apply(pick(group));
            for (int i = 0; i < group.length; i++) {
                mapped[group[i]] = computed.get(i);
            }
        }
        return new NodeTensor(shape, List.of(mapped));
    }
}
