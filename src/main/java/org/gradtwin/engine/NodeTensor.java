package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * A tensor of scalar nodes in row-major order. Tensors may share nodes: a transposed matrix holds the same ones.
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

    /** A row, seeing a vector as a matrix of one. */
    List<Node> row(int row) {
        return nodes.subList(row * shape.last(), (row + 1) * shape.last());
    }

    /** The values. */
    Tensor values() {
        return Tensor.of(
                DType.FLOAT64, shape, nodes.stream().mapToDouble(Node::data).toArray());
    }

    /**
     * The positions that a reduction takes together.
     *
     * @param shape the shape that is reduced
     * @param dims the dimensions that are reduced, ascending
     * @return a row for each element of the result
     */
    static int[][] groups(Shape shape, int[] dims) {
        boolean rowsRemain = shape.rank() == 2 && Arrays.binarySearch(dims, 0) < 0;
        boolean colsRemain = shape.rank() >= 1 && Arrays.binarySearch(dims, shape.rank() - 1) < 0;
        int rows = shape.rows();
        int cols = shape.last();
        int groupCols = colsRemain ? cols : 1;
        int[][] groups = new int[(rowsRemain ? rows : 1) * groupCols][];
        int size = (rowsRemain ? 1 : rows) * (colsRemain ? 1 : cols);
        for (int g = 0; g < groups.length; g++) {
            groups[g] = new int[size];
        }
        int[] filled = new int[groups.length];
        for (int position = 0; position < shape.size(); position++) {
            int row = rowsRemain ? position / cols : 0;
            int col = colsRemain ? position % cols : 0;
            int group = row * groupCols + col;
            groups[group][filled[group]++] = position;
        }
        return groups;
    }
}
