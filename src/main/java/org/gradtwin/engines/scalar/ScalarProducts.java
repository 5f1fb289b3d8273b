package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;

/** Matrix products over scalars. */
final class ScalarProducts {
    private ScalarProducts() {}

    /** The product of two tensors of nodes. */
    static NodeTensor matmul(ScalarCall call) {
        NodeTensor a = call.tensor(0);
        NodeTensor b = call.tensor(1);
        return new NodeTensor(call.result(), matmul(a.shape(), a.nodes(), b.shape(), b.nodes(), Node::dot));
    }

    /**
     * Each element is one dot product of a row and a column: (…, m, k) by (…, k, n), with the dimensions before broadcast. A
     * vector is a row on the left, a column on the right.
     */
    static <T> List<T> matmul(Shape left, List<T> a, Shape right, List<T> b, BiFunction<List<T>, List<T>, T> dot) {
        int inner = left.last();
        int rows = left.rank() == 1 ? 1 : left.dim(left.rank() - 2);
        int cols = right.rank() == 1 ? 1 : right.last();
        Shape batch = Shape.broadcast(batch(left), batch(right));
        int[] lefts = batch(left).broadcastSources(batch);
        int[] rights = batch(right).broadcastSources(batch);
        List<List<T>> columns = columns(b, batch(right).size(), inner, cols);
        List<T> elements = new ArrayList<>();
        for (int product = 0; product < batch.size(); product++) {
            for (int i = 0; i < rows; i++) {
                int first = (lefts[product] * rows + i) * inner;
                List<T> row = a.subList(first, first + inner);
                for (int j = 0; j < cols; j++) {
                    elements.add(dot.apply(row, columns.get(rights[product] * cols + j)));
                }
            }
        }
        return elements;
    }

    /** The columns of all matrices of a tensor, matrix by matrix. */
    private static <T> List<List<T>> columns(List<T> b, int matrices, int inner, int cols) {
        List<List<T>> columns = new ArrayList<>(matrices * cols);
        for (int column = 0; column < matrices * cols; column++) {
            int first = column / cols * inner * cols + column % cols;
            columns.add(IntStream.range(0, inner)
                    .mapToObj(k -> b.get(first + k * cols))
                    .toList());
        }
        return columns;
    }

    /** The dimensions before those of the matrices. */
    private static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), Math.max(shape.rank() - 2, 0)));
    }
}
