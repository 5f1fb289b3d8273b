package org.gradtwin.engine;

import java.util.List;
import java.util.Locale;
import org.gradtwin.matrix.Axes;
import org.gradtwin.matrix.Index;
import org.gradtwin.matrix.Layers;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Index.At;
import org.gradtwin.program.Index.Gather;
import org.gradtwin.program.Index.Item;
import org.gradtwin.program.Index.Slice;
import org.gradtwin.program.Op;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One op in the matrix engine's words.
 *
 * @param op which
 * @param operands as in {@link Graph#apply}
 * @param attributes as there
 * @param result the shape of the result
 */
record MatrixCall(Op op, List<MatrixGraph.@Nullable Value> operands, Attributes attributes, Shape result) {

    Matrix apply() {
        return switch (op.group().word()) {
            case "arithmetic" -> arithmetic();
            case "elementwise" -> elementwise();
            case "shape" -> shape();
            case "reductions" -> reduction();
            case "layers" -> layer();
            default -> loss();
        };
    }

    private Matrix arithmetic() {
        Matrix x = matrix(0);
        return switch (op.id()) {
            case "add" -> x.add(matrix(1));
            case "sub" -> x.sub(matrix(1));
            case "mul" -> x.mul(matrix(1));
            case "div" -> x.div(matrix(1));
            case "neg" -> x.neg();
            case "pow" -> x.pow(attributes.number("exponent"));
            case "pow_tensor" -> x.pow(matrix(1));
            case "matmul" -> x.matmul(matrix(1));
            case "square" -> x.square();
            case "reciprocal" -> x.reciprocal();
            default -> throw unsupported();
        };
    }

    private Matrix elementwise() {
        Matrix x = matrix(0);
        return switch (op.id()) {
            case "abs" -> x.abs();
            case "exp" -> x.exp();
            case "expm1" -> x.expm1();
            case "log" -> x.log();
            case "log1p" -> x.log1p();
            case "sqrt" -> x.sqrt();
            case "rsqrt" -> x.rsqrt();
            case "sin" -> x.sin();
            case "cos" -> x.cos();
            case "tanh" -> x.tanh();
            case "sigmoid" -> x.sigmoid();
            case "relu" -> x.relu();
            case "leaky_relu" -> x.leakyRelu(attributes.number("negative_slope"));
            case "elu" -> x.elu(attributes.number("alpha"));
            case "gelu" -> x.gelu(attributes.text("approximate").equals("tanh"));
            case "silu" -> x.silu();
            case "softplus" -> x.softplus(attributes.number("beta"), attributes.number("threshold"));
            case "erf" -> x.erf();
            case "clamp" -> x.clamp(bound("min"), bound("max"));
            case "maximum" -> x.maximum(matrix(1));
            case "minimum" -> x.minimum(matrix(1));
            default -> throw unsupported();
        };
    }

    private @Nullable Double bound(String key) {
        return attributes.get(key) == null ? null : attributes.number(key);
    }

    private Matrix shape() {
        return switch (op.id()) {
            case "reshape" -> matrix(0).reshape(result.dims());
            case "transpose" -> matrix(0).transpose();
            case "index" ->
                matrix(0)
                        .index(attributes.index().items().stream()
                                .map(this::index)
                                .toArray(Index[]::new));
            case "cat" -> Matrix.cat(operands.stream().map(MatrixCall::matrix).toList(), attributes.integer("dim"));
            default -> throw unsupported();
        };
    }

    private Index index(Item item) {
        if (item instanceof Slice slice) {
            return Index.slice(slice.start(), slice.stop(), slice.step() == null ? 1 : slice.step());
        } else if (item instanceof At at) {
            return Index.at(at.position());
        }
        return picks(((Gather) item).operand());
    }

    private Matrix reduction() {
        Matrix x = matrix(0);
        return switch (op.id()) {
            case "sum" -> x.sum(axes());
            case "mean" -> x.mean(axes());
            case "amax" -> x.amax(axes());
            case "amin" -> x.amin(axes());
            case "prod" -> x.prod(axes());
            case "logsumexp" -> x.logsumexp(axes());
            case "var" -> x.var(axes(), attributes.number("correction"));
            case "softmax" -> x.softmax(attributes.integer("dim"));
            case "log_softmax" -> x.logSoftmax(attributes.integer("dim"));
            default -> throw unsupported();
        };
    }

    /** The dimensions as they were named: none at all is not the same as all of them by name. */
    private Axes axes() {
        boolean whole = attributes.get("dim") == null;
        int[] dims =
                whole ? new int[0] : attributes.dims("dim", Shape.of(matrix(0).shape()));
        return new Axes(dims, attributes.flag("keepdim"));
    }

    private Matrix layer() {
        return switch (op.id()) {
            case "linear" -> Layers.linear(matrix(0), matrix(1), optional(2));
            case "embedding" -> Layers.embedding(picks(0), matrix(1), null);
            case "layer_norm" ->
                Layers.layerNorm(
                        matrix(0),
                        attributes.integers("normalized_shape"),
                        optional(1),
                        optional(2),
                        attributes.number("eps"));
            default -> throw unsupported();
        };
    }

    private Matrix loss() {
        Reduction reduction = Reduction.valueOf(attributes.text("reduction").toUpperCase(Locale.ROOT));
        Matrix x = matrix(0);
        return switch (op.id()) {
            case "mse_loss" -> Losses.mseLoss(x, matrix(1), reduction);
            case "l1_loss" -> Losses.l1Loss(x, matrix(1), reduction);
            case "huber_loss" -> Losses.huberLoss(x, matrix(1), attributes.number("delta"), reduction);
            case "nll_loss" ->
                Losses.nllLoss(x, positions(indices(1)), optional(2), attributes.integer("ignore_index"), reduction);
            case "cross_entropy" ->
                Losses.crossEntropy(
                        x,
                        positions(indices(1)),
                        optional(2),
                        attributes.integer("ignore_index"),
                        attributes.number("label_smoothing"),
                        reduction);
            case "binary_cross_entropy_with_logits" ->
                Losses.binaryCrossEntropyWithLogits(x, matrix(1), optional(2), optional(3), reduction);
            default -> throw unsupported();
        };
    }

    private Matrix matrix(int operand) {
        return matrix(operands.get(operand));
    }

    private static Matrix matrix(MatrixGraph.@Nullable Value value) {
        if (value == null) {
            throw new IllegalArgumentException("an operand is missing");
        }
        return MatrixGraph.floating(value);
    }

    private @Nullable Matrix optional(int operand) {
        return operands.get(operand) == null ? null : matrix(operand);
    }

    private Tensor indices(int operand) {
        if (operands.get(operand) instanceof MatrixGraph.Value.Indices indices) {
            return indices.tensor();
        }
        throw new IllegalArgumentException(op.id() + ": operand " + operand + " must be int64 indices");
    }

    private Index.Picks picks(int operand) {
        Tensor indices = indices(operand);
        return new Index.Picks(indices.shape().dims(), positions(indices));
    }

    private int[] positions(Tensor indices) {
        long[] longs = indices.toLongs();
        int[] positions = new int[longs.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) longs[i];
            if (positions[i] != longs[i]) {
                throw new IllegalArgumentException(op.id() + ": index " + longs[i] + " is out of range");
            }
        }
        return positions;
    }

    private UnsupportedOpException unsupported() {
        return new UnsupportedOpException(op, "the matrix engine has no such op");
    }
}
