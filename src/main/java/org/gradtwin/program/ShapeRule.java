package org.gradtwin.program;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Rules for the shape of a result, as PyTorch has them; each refuses what PyTorch refuses, with the numbers. */
@FunctionalInterface
interface ShapeRule {
    /** The shape of the result; see {@link Op#shape}. */
    Shape shape(Op op, List<@Nullable Type> operands, Attributes attributes);

    /** Operands broadcast against each other. */
    ShapeRule ELEMENTWISE = (op, operands, attributes) -> {
        Shape shape = of(operands, 0);
        for (int i = 1; i < operands.size(); i++) {
            if (operands.get(i) != null) {
                shape = broadcast(op, shape, of(operands, i));
            }
        }
        return shape;
    };

    /** The operand's shape; at least one bound is needed. */
    ShapeRule CLAMP = (op, operands, attributes) -> {
        if (attributes.get("min") == null && attributes.get("max") == null) {
            throw new IllegalArgumentException("clamp: at least one of min and max must be given");
        }
        return of(operands, 0);
    };

    /** (m, k) @ (k, n), a vector standing for a row on the left and a column on the right. */
    ShapeRule MATMUL = (op, operands, attributes) -> {
        Shape a = of(operands, 0);
        Shape b = of(operands, 1);
        if (a.rank() == 0 || b.rank() == 0) {
            throw new IllegalArgumentException("matmul " + a + " @ " + b + ": both operands need at least 1 dimension");
        }
        int inner = b.dim(0);
        if (a.cols() != inner) {
            throw new IllegalArgumentException(
                    "matmul " + a + " @ " + b + ": inner sizes " + a.cols() + " and " + inner + " differ");
        }
        IntStream rows = a.rank() == 2 ? IntStream.of(a.dim(0)) : IntStream.empty();
        IntStream cols = b.rank() == 2 ? IntStream.of(b.dim(1)) : IntStream.empty();
        return Shape.of(IntStream.concat(rows, cols).toArray());
    };

    /** As many elements; one size may be −1. */
    ShapeRule RESHAPE = (op, operands, attributes) -> {
        Shape from = of(operands, 0);
        int[] dims = attributes.integers("shape");
        String wanted = Arrays.toString(dims).replace('[', '(').replace(']', ')');
        long known = 1;
        int unknown = -1;
        for (int d = 0; d < dims.length; d++) {
            if (dims[d] == -1 && unknown < 0) {
                unknown = d;
            } else if (dims[d] < 0) {
                throw new IllegalArgumentException("reshape " + from + " to " + wanted + ": size " + dims[d]);
            } else {
                known *= dims[d];
            }
        }
        if (unknown >= 0) {
            if (known == 0 || from.size() % known != 0) {
                throw new IllegalArgumentException("reshape " + from + " to " + wanted + ": " + from.size()
                        + " elements do not divide by " + known);
            }
            dims[unknown] = (int) (from.size() / known);
            known *= dims[unknown];
        }
        if (known != from.size()) {
            throw new IllegalArgumentException(
                    "reshape " + from + " to " + wanted + ": " + from.size() + " elements are not " + known);
        }
        return Shape.of(dims);
    };

    /** (m, n) to (n, m). */
    ShapeRule TRANSPOSE = (op, operands, attributes) -> {
        Shape shape = of(operands, 0);
        if (shape.rank() != 2) {
            throw new IllegalArgumentException(".T of " + shape + ": needs 2 dimensions");
        }
        return Shape.of(shape.dim(1), shape.dim(0));
    };

    /** See {@link Index#shape}. */
    @SuppressWarnings({"NullAway", "unchecked"}) // an indexing has no absent operands
    ShapeRule INDEX =
            (op, operands, attributes) -> attributes.index().shape(of(operands, 0), (List<Type>) (List<?>) operands);

    /** Equal in all dimensions but the one along which they are joined. */
    ShapeRule CAT = (op, operands, attributes) -> {
        Shape first = of(operands, 0);
        for (int i = 0; i < operands.size(); i++) {
            if (of(operands, i).rank() == 0) {
                throw new IllegalArgumentException("cat: operand " + i + " is 0-d and cannot be concatenated");
            }
        }
        int dim = first.dimension(attributes.integer("dim"));
        int[] dims = first.dims();
        for (int i = 1; i < operands.size(); i++) {
            Shape other = of(operands, i);
            boolean fits = other.rank() == first.rank();
            for (int d = 0; fits && d < first.rank(); d++) {
                fits = d == dim || other.dim(d) == first.dim(d);
            }
            if (!fits) {
                throw new IllegalArgumentException(
                        "cat along dim " + dim + ": " + first + " and " + other + " differ in another dimension");
            }
            dims[dim] += other.dim(dim);
        }
        return Shape.of(dims);
    };

    /** Reduced dimensions go, or stay as 1 with keepdim. */
    ShapeRule REDUCE = (op, operands, attributes) -> reduce(of(operands, 0), attributes);

    /** The same along at least one dimension. */
    ShapeRule REDUCE_ALONG = (op, operands, attributes) -> {
        if (attributes.get("dim") instanceof List<?> dims && dims.isEmpty()) {
            throw new IllegalArgumentException(op.id() + ": 'dim' is empty");
        }
        return reduce(of(operands, 0), attributes);
    };

    /** The same, and nothing that is reduced may be empty. */
    ShapeRule REDUCE_NON_EMPTY = (op, operands, attributes) -> {
        Shape shape = of(operands, 0);
        for (int dim : attributes.dims("dim", shape)) {
            if (shape.dim(dim) == 0) {
                throw new IllegalArgumentException(op.id() + " of " + shape + ": dimension " + dim + " is empty");
            }
        }
        return reduce(shape, attributes);
    };

    /** The operand's shape; the dimension must exist. */
    ShapeRule ALONG = (op, operands, attributes) -> {
        Shape shape = of(operands, 0);
        shape.dimension(attributes.integer("dim"));
        return shape;
    };

    /** (…, k) with weight (n, k) or (k,), and bias broadcast to the result. */
    ShapeRule LINEAR = (op, operands, attributes) -> {
        Shape x = of(operands, 0);
        Shape w = of(operands, 1);
        String what = "linear " + x + " with weight " + w;
        if (x.rank() == 0 || w.rank() == 0) {
            throw new IllegalArgumentException(what + ": both need at least 1 dimension");
        }
        if (x.cols() != w.cols()) {
            throw new IllegalArgumentException(what + ": inner sizes " + x.cols() + " and " + w.cols() + " differ");
        }
        int[] dims = x.dims();
        if (w.rank() == 2) {
            dims[dims.length - 1] = w.dim(0);
        } else {
            dims = Arrays.copyOf(dims, dims.length - 1);
        }
        Shape result = Shape.of(dims);
        if (operands.get(2) != null) {
            if (x.rank() == 2 && w.rank() == 1) {
                throw new IllegalArgumentException(what + ": takes no bias");
            }
            Shape bias = of(operands, 2);
            if (bias.rank() > result.rank() || !broadcast(op, result, bias).equals(result)) {
                throw new IllegalArgumentException(what + ": bias " + bias + " does not fit the result " + result);
            }
        }
        return result;
    };

    /** Rows of the (n, d) weight: indices () give (d,), indices (m,) give (m, d). */
    ShapeRule EMBEDDING = (op, operands, attributes) -> {
        Shape indices = of(operands, 0);
        Shape weight = of(operands, 1);
        if (weight.rank() != 2) {
            throw new IllegalArgumentException("embedding: weight " + weight + " needs 2 dimensions");
        }
        int[] dims = Arrays.copyOf(indices.dims(), indices.rank() + 1);
        dims[indices.rank()] = weight.dim(1);
        return Shape.of(dims);
    };

    /** The operand's shape, which must end in normalized_shape; weight and bias have normalized_shape. */
    ShapeRule LAYER_NORM = (op, operands, attributes) -> {
        Shape x = of(operands, 0);
        Shape normalized = Shape.of(attributes.integers("normalized_shape"));
        int skip = x.rank() - normalized.rank();
        boolean fits = skip >= 0 && normalized.rank() > 0;
        for (int d = 0; fits && d < normalized.rank(); d++) {
            fits = x.dim(skip + d) == normalized.dim(d);
        }
        if (!fits) {
            throw new IllegalArgumentException("layer_norm: " + x + " does not end in normalized_shape " + normalized);
        }
        for (int i = 1; i <= 2; i++) {
            if (operands.get(i) != null && !of(operands, i).equals(normalized)) {
                throw new IllegalArgumentException("layer_norm: " + (i == 1 ? "weight " : "bias ") + of(operands, i)
                        + " is not normalized_shape " + normalized);
            }
        }
        return x;
    };

    /** Broadcast of input and target, or a scalar once reduced. */
    ShapeRule ELEMENTWISE_LOSS = (op, operands, attributes) -> {
        Shape shape = broadcast(op, of(operands, 0), of(operands, 1));
        return attributes.text("reduction").equals("none") ? shape : Shape.SCALAR;
    };

    /** The same, with a positive delta. */
    ShapeRule HUBER_LOSS = (op, operands, attributes) -> {
        if (!(attributes.number("delta") > 0)) {
            throw new IllegalArgumentException("huber_loss: delta " + attributes.number("delta") + " is not positive");
        }
        return ELEMENTWISE_LOSS.shape(op, operands, attributes);
    };

    /** Input and target of one shape, weights broadcast to it. */
    ShapeRule BINARY_LOSS = (op, operands, attributes) -> {
        Shape input = of(operands, 0);
        Shape target = of(operands, 1);
        if (!input.equals(target)) {
            throw new IllegalArgumentException(
                    op.id() + ": target " + target + " is not of the input's shape " + input);
        }
        for (int i = 2; i < operands.size(); i++) {
            if (operands.get(i) != null
                    && !broadcast(op, input, of(operands, i)).equals(input)) {
                throw new IllegalArgumentException(
                        op.id() + ": weight " + of(operands, i) + " does not broadcast to the input's shape " + input);
            }
        }
        return attributes.text("reduction").equals("none") ? input : Shape.SCALAR;
    };

    /** Input (B, N) with target (B,), or (N,) with (); weight (N,). */
    ShapeRule CLASS_LOSS = (op, operands, attributes) -> {
        Shape input = of(operands, 0);
        Shape target = of(operands, 1);
        if (op == Op.CROSS_ENTROPY) {
            double smoothing = attributes.number("label_smoothing");
            if (!(smoothing >= 0 && smoothing <= 1)) {
                throw new IllegalArgumentException("cross_entropy: label_smoothing " + smoothing + " is not in [0, 1]");
            }
        }
        if (input.rank() == 0 || target.rank() != input.rank() - 1) {
            throw new IllegalArgumentException(op.id() + ": input " + input + " with target " + target
                    + ": expected (B, N) with (B,), or (N,) with ()");
        }
        if (target.rank() == 1 && target.dim(0) != input.dim(0)) {
            throw new IllegalArgumentException(op.id() + ": input " + input + " has " + input.dim(0) + " rows, target "
                    + target + " has " + target.dim(0));
        }
        if (operands.get(2) != null && !of(operands, 2).equals(Shape.of(input.cols()))) {
            throw new IllegalArgumentException(op.id() + ": weight " + of(operands, 2)
                    + " is not one number for each of " + input.cols() + " classes");
        }
        return attributes.text("reduction").equals("none") ? target : Shape.SCALAR;
    };

    private static Shape reduce(Shape shape, Attributes attributes) {
        int[] reduced = attributes.dims("dim", shape);
        boolean keep = attributes.flag("keepdim");
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(d -> keep || Arrays.binarySearch(reduced, d) < 0)
                .map(d -> Arrays.binarySearch(reduced, d) < 0 ? shape.dim(d) : 1)
                .toArray());
    }

    private static Shape of(List<@Nullable Type> operands, int i) {
        Type type = operands.get(i);
        if (type == null) {
            throw new IllegalArgumentException("operand " + i + " is missing");
        }
        return type.shape();
    }

    private static Shape broadcast(Op op, Shape a, Shape b) {
        try {
            return Shape.broadcast(a, b);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(op.id() + ": " + e.getMessage(), e);
        }
    }
}
