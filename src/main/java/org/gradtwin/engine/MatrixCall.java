package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gradtwin.matrix.Activations;
import org.gradtwin.matrix.Axes;
import org.gradtwin.matrix.Layers;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.program.Attributes;
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
        return switch (op.group()) {
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
        return switch (op) {
            case ADD -> x.add(matrix(1));
            case SUB -> x.sub(matrix(1));
            case MUL -> x.mul(matrix(1));
            case DIV -> x.div(matrix(1));
            case NEG -> x.neg();
            case POW -> x.pow(attributes.number("exponent"));
            case POW_TENSOR -> x.pow(matrix(1));
            case MATMUL -> x.matmul(matrix(1));
            case SQUARE -> x.square();
            case RECIPROCAL -> x.reciprocal();
            default -> throw unsupported();
        };
    }

    private Matrix elementwise() {
        Matrix x = matrix(0);
        return switch (op) {
            case ABS -> x.abs();
            case EXP -> x.exp();
            case EXPM1 -> x.expm1();
            case LOG -> x.log();
            case LOG1P -> x.log1p();
            case SQRT -> x.sqrt();
            case RSQRT -> x.rsqrt();
            case SIN -> x.sin();
            case COS -> x.cos();
            case TANH -> x.tanh();
            case SIGMOID -> x.sigmoid();
            case RELU -> x.relu();
            case LEAKY_RELU -> Activations.leakyRelu(x, attributes.number("negative_slope"));
            case ELU -> Activations.elu(x, attributes.number("alpha"));
            case GELU -> Activations.gelu(x, attributes.text("approximate").equals("tanh"));
            case SILU -> Activations.silu(x);
            case SOFTPLUS -> Activations.softplus(x, attributes.number("beta"), attributes.number("threshold"));
            case ERF -> x.erf();
            case CLAMP -> x.clamp(bound("min"), bound("max"));
            case MAXIMUM -> x.maximum(matrix(1));
            case MINIMUM -> x.minimum(matrix(1));
            default -> throw unsupported();
        };
    }

    private @Nullable Double bound(String key) {
        return attributes.get(key) == null ? null : attributes.number(key);
    }

    private Matrix shape() {
        return switch (op) {
            case RESHAPE -> matrix(0).reshape(result.dims());
            case TRANSPOSE -> matrix(0).transpose();
            case INDEX -> matrix(0).take(result, sources());
            case CAT -> Matrix.cat(operands.stream().map(MatrixCall::matrix).toList(), attributes.integer("dim"));
            default -> throw unsupported();
        };
    }

    /** Where the elements of the result of an indexing come from. */
    private int[] sources() {
        List<@Nullable Tensor> tensors = new ArrayList<>();
        for (MatrixGraph.Value operand : operands) {
            tensors.add(operand instanceof MatrixGraph.Value.Plain plain ? plain.tensor() : null);
        }
        return attributes.index().sources(matrix(0).shape(), result, tensors);
    }

    private Matrix reduction() {
        Matrix x = matrix(0);
        return switch (op) {
            case SUM -> x.sum(axes());
            case MEAN -> x.mean(axes());
            case AMAX -> x.amax(axes());
            case AMIN -> x.amin(axes());
            case PROD -> x.prod(axes());
            case LOGSUMEXP -> x.logsumexp(axes());
            case VAR -> x.var(axes(), attributes.number("correction"));
            case SOFTMAX -> x.softmax(attributes.integer("dim"));
            case LOG_SOFTMAX -> x.logSoftmax(attributes.integer("dim"));
            default -> throw unsupported();
        };
    }

    /** The dimensions as they were named: none at all is not the same as all of them by name. */
    private Axes axes() {
        boolean whole = attributes.get("dim") == null;
        int[] dims = whole ? new int[0] : attributes.dims("dim", matrix(0).shape());
        return new Axes(dims, attributes.flag("keepdim"));
    }

    private Matrix layer() {
        return switch (op) {
            case LINEAR -> Layers.linear(matrix(0), matrix(1), optional(2));
            case EMBEDDING -> Layers.embedding(plain(0), matrix(1), null);
            case LAYER_NORM ->
                Layers.layerNorm(
                        matrix(0),
                        Shape.of(attributes.integers("normalized_shape")),
                        optional(1),
                        optional(2),
                        attributes.number("eps"));
            default -> throw unsupported();
        };
    }

    private Matrix loss() {
        Reduction reduction = Reduction.valueOf(attributes.text("reduction").toUpperCase(Locale.ROOT));
        Matrix x = matrix(0);
        return switch (op) {
            case MSE_LOSS -> Losses.mseLoss(x, matrix(1), reduction);
            case L1_LOSS -> Losses.l1Loss(x, matrix(1), reduction);
            case HUBER_LOSS -> Losses.huberLoss(x, matrix(1), attributes.number("delta"), reduction);
            case NLL_LOSS ->
                Losses.nllLoss(x, positions(1), optional(2), attributes.integer("ignore_index"), reduction);
            case CROSS_ENTROPY ->
                Losses.crossEntropy(
                        x,
                        positions(1),
                        optional(2),
                        attributes.integer("ignore_index"),
                        attributes.number("label_smoothing"),
                        reduction);
            case BINARY_CROSS_ENTROPY_WITH_LOGITS ->
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

    private Tensor plain(int operand) {
        if (operands.get(operand) instanceof MatrixGraph.Value.Plain plain) {
            return plain.tensor();
        }
        throw new IllegalArgumentException(op.id() + ": operand " + operand + " must be int64 indices");
    }

    private int[] positions(int operand) {
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

    private UnsupportedOpException unsupported() {
        return new UnsupportedOpException(op, "the matrix engine has no such op");
    }
}
