package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;

/** Matrix products over scalar nodes. */
final class ScalarProducts {
    private ScalarProducts() {}

    /**
     * Each element is one dot product of a row and a column: (…, m, k) by (…, k, n), with the dimensions before broadcast. A
     * vector is a row on the left, a column on the right.
     */
    static NodeTensor matmul(ScalarCall call) {
        NodeTensor a = call.tensor(0);
        NodeTensor b = call.tensor(1);
        int inner = a.shape().last();
        int rows = a.shape().rank() == 1 ? 1 : a.shape().dim(a.shape().rank() - 2);
        int cols = b.shape().rank() == 1 ? 1 : b.shape().last();
        Shape left = batch(a.shape());
        Shape right = batch(b.shape());
        Shape batch = Shape.broadcast(left, right);
        int[] lefts = left.broadcastSources(batch);
        int[] rights = right.broadcastSources(batch);
        List<List<Node>> columns = columns(b, inner, cols);
        List<Node> nodes = new ArrayList<>(call.result().size());
        for (int product = 0; product < batch.size(); product++) {
            for (int i = 0; i < rows; i++) {
                List<Node> row = a.row(lefts[product] * rows + i);
                for (int j = 0; j < cols; j++) {
                    nodes.add(Node.dot(row, columns.get(rights[product] * cols + j)));
                }
            }
        }
        return new NodeTensor(call.result(), nodes);
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
}
