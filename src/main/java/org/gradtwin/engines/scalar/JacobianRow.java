package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;

/**
 * What one element of a result owes to the elements of its operands. Of a batch of matrices those are left out that it owes nothing to: an
 * element of the result of each would else refer to every element of all, which are 114 MB where a hundred matrices are solved.
 */
final class JacobianRow {
    private final List<Node> inputs = new ArrayList<>();
    private final List<double[]> partials = new ArrayList<>();

    /** Adds an operand with its derivatives; one that nothing is owed to is added as a whole, for its gradient is zeros, and not none. */
    void add(NodeTensor operand, double[] derivatives) {
        int matrix = matrix(operand.shape());
        int before = inputs.size();
        for (int from = 0; from < derivatives.length; from += matrix) {
            if (isOwed(derivatives, from, from + matrix)) {
                inputs.addAll(operand.nodes().subList(from, from + matrix));
                partials.add(Arrays.copyOfRange(derivatives, from, from + matrix));
            }
        }
        if (inputs.size() == before) {
            inputs.addAll(operand.nodes());
            partials.add(derivatives);
        }
    }

    private static boolean isOwed(double[] derivatives, int from, int to) {
        for (int i = from; i < to; i++) {
            if (derivatives[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private static int matrix(Shape shape) {
        int[] sizes = shape.dims();
        int matrix = 1;
        for (int dim = Math.max(0, sizes.length - 2); dim < sizes.length; dim++) {
            matrix *= sizes[dim];
        }
        return matrix;
    }

    /** The element. */
    Node compose(double value) {
        return Node.compose(
                value,
                List.copyOf(inputs),
                partials.stream().flatMapToDouble(Arrays::stream).toArray());
    }
}
