package org.gradtwin.engines.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Movement;
import org.gradtwin.language.Op;
import org.gradtwin.language.Type;
import org.gradtwin.matrix.Axes;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One op to apply to matrices, its operands in the matrix engine's words.
 *
 * @param op which
 * @param operands as in {@link Graph#apply}
 * @param attributes as there
 * @param result the shape of the result
 */
record MatrixCall(Op op, List<MatrixGraph.@Nullable Value> operands, Attributes attributes, Shape result) {

    /** The same in the words of the language, of operands that are all floating. */
    Call typed() {
        List<@Nullable Type> types = new ArrayList<>();
        matrices().forEach(matrix -> types.add(new Type(DType.FLOAT64, matrix.shape(), matrix.requiresGrad())));
        return new Call(op, types, attributes);
    }

    @Nullable
    Double bound(String key) {
        return attributes.get(key) == null ? null : attributes.number(key);
    }

    /** The elements at the sources of an op that only moves or selects elements; see {@link Movement#positions}. */
    MatrixGraph.Value selection(int... sources) {
        double fill = op.movement().fill(attributes);
        List<Matrix> from = new ArrayList<>();
        for (int operand : op.selectedFrom(operands)) {
            if (operands.get(operand) instanceof MatrixGraph.Value.Plain plain) {
                return new MatrixGraph.Value.Plain(plain.tensor().pick(result, fill, sources));
            }
            from.add(matrix(operand));
        }
        Matrix whole = from.size() == 1
                ? from.get(0)
                : Matrix.cat(from.stream().map(x -> x.reshape(-1)).toList(), 0);
        return new MatrixGraph.Value.Floating(whole.take(result, fill, sources));
    }

    /** Where the elements of the result of an indexing come from. */
    int[] sources() {
        List<@Nullable Tensor> tensors = new ArrayList<>();
        for (MatrixGraph.Value operand : operands) {
            tensors.add(operand instanceof MatrixGraph.Value.Plain plain ? plain.tensor() : null);
        }
        return attributes.index().sources(matrix(0).shape(), tensors);
    }

    /** The dimensions as they were named: none at all is not the same as all of them by name. */
    Axes axes() {
        boolean whole = attributes.get("dim") == null;
        int[] dims = whole ? new int[0] : attributes.dims("dim", matrix(0).shape());
        return new Axes(dims, attributes.flag("keepdim"));
    }

    /** How the losses of the elements are put together. */
    Reduction reduction() {
        return Reduction.valueOf(attributes.text("reduction").toUpperCase(Locale.ROOT));
    }

    /** An attribute with a number for each of one or two dimensions; a first one is put before a single one. */
    int[] plane(String key, int count, int first) {
        int[] sizes = attributes.sizes(key, count);
        return count == 1 ? new int[] {first, sizes[0]} : sizes;
    }

    /** The last one or two sizes of a shape; a single one is a row of one height. */
    static int[] plane(Shape shape, int count) {
        return new int[] {count == 1 ? 1 : shape.dim(shape.rank() - 2), shape.last()};
    }

    double number(String key) {
        return attributes.number(key);
    }

    int integer(String key) {
        return attributes.integer(key);
    }

    List<Matrix> matrices() {
        return operands.stream().map(MatrixCall::matrix).toList();
    }

    Matrix matrix(int operand) {
        return matrix(operands.get(operand));
    }

    private static Matrix matrix(MatrixGraph.@Nullable Value value) {
        if (value == null) {
            throw new IllegalArgumentException("an operand is missing");
        }
        return MatrixGraph.floating(value);
    }

    @Nullable
    Matrix optional(int operand) {
        return operands.get(operand) == null ? null : matrix(operand);
    }

    Tensor plain(int operand) {
        if (operands.get(operand) instanceof MatrixGraph.Value.Plain plain) {
            return plain.tensor();
        }
        throw new IllegalArgumentException(op.id() + ": operand " + operand + " must not be floating");
    }

    int[] positions(int operand) {
        long[] longs = plain(operand).toLongs();
        int[] positions = new int[longs.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) longs[i];
            if (positions[i] != longs[i]) {
                throw new IllegalArgumentException(op.id() + ": index " + longs[i] + " is out of range");
            }
        }
        return positions;
    }
}
