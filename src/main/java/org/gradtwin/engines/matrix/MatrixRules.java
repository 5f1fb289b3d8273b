package org.gradtwin.engines.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.gradtwin.engines.matrix.MatrixGraph.Value;
import org.gradtwin.engines.matrix.MatrixGraph.Value.Floating;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Pointwise;
import org.gradtwin.language.Procedure;
import org.gradtwin.matrix.Activations;
import org.gradtwin.matrix.Adjoint;
import org.gradtwin.matrix.Attention;
import org.gradtwin.matrix.Convolution;
import org.gradtwin.matrix.Layers;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** The matrix engine's rules: for the primitives, and for what it does faster than the ops' definitions. All other ops are lowered. */
final class MatrixRules {
    private static final Map<String, Function<MatrixCall, Value>> RULES = new HashMap<>();

    static {
        binary("add", Matrix::add);
        binary("sub", Matrix::sub);
        binary("mul", Matrix::mul);
        binary("div", Matrix::div);
        binary("pow_tensor", Matrix::pow);
        binary("matmul", Matrix::matmul);
        binary("maximum", Matrix::maximum);
        binary("minimum", Matrix::minimum);
        unary("neg", Matrix::neg);
        unary("square", Matrix::square);
        unary("reciprocal", Matrix::reciprocal);
        unary("abs", Matrix::abs);
        unary("exp", Matrix::exp);
        unary("expm1", Matrix::expm1);
        unary("log", Matrix::log);
        unary("log1p", Matrix::log1p);
        unary("sqrt", Matrix::sqrt);
        unary("rsqrt", Matrix::rsqrt);
        unary("sin", Matrix::sin);
        unary("cos", Matrix::cos);
        unary("tanh", Matrix::tanh);
        unary("sigmoid", Matrix::sigmoid);
        unary("relu", Matrix::relu);
        unary("silu", Activations::silu);
        unary("erf", Matrix::erf);
        unary("transpose", Matrix::transpose);
        rule("pow", (x, call) -> x.pow(call.number("exponent")));
        rule("leaky_relu", (x, call) -> Activations.leakyRelu(x, call.number("negative_slope")));
        rule("elu", (x, call) -> Activations.elu(x, call.number("alpha")));
        rule(
                "gelu",
                (x, call) -> Activations.gelu(
                        x, call.attributes().text("approximate").equals("tanh")));
        rule("softplus", (x, call) -> Activations.softplus(x, call.number("beta"), call.number("threshold")));
        rule("clamp", (x, call) -> x.clamp(call.bound("min"), call.bound("max")));
        rule("detach", (x, call) -> x.graph().leaf(x.shape(), x.values(), false));
        RULES.put("where", call -> new Floating(Matrix.where(call.plain(0), call.matrix(1), call.matrix(2))));
        rule("reshape", (x, call) -> x.reshape(call.result().dims()));
        rule(
                "permute",
                (x, call) -> x.permute(Arrays.stream(call.attributes().integers("dims"))
                        .map(x.shape()::dimension)
                        .toArray()));
        rule("index", (x, call) -> x.take(call.result(), call.sources()));
        rule("cat", (x, call) -> Matrix.cat(call.matrices(), call.integer("dim")));
        rule("cumsum", (x, call) -> x.cumsum(call.integer("dim")));
        rule("masked_fill", (x, call) -> x.maskedFill(call.plain(1), call.number("value")));
        rule("sum", (x, call) -> x.sum(call.axes()));
        rule("mean", (x, call) -> x.mean(call.axes()));
        rule("amax", (x, call) -> x.amax(call.axes()));
        rule("amin", (x, call) -> x.amin(call.axes()));
        rule("prod", (x, call) -> x.prod(call.axes()));
        rule("logsumexp", (x, call) -> x.logsumexp(call.axes()));
        rule("var", (x, call) -> x.var(call.axes(), call.number("correction")));
        rule("softmax", (x, call) -> x.softmax(call.integer("dim")));
        rule("log_softmax", (x, call) -> x.logSoftmax(call.integer("dim")));
        rule("linear", (x, call) -> Layers.linear(x, call.matrix(1), call.optional(2)));
        RULES.put(
                "embedding",
                call -> new Floating(Layers.embedding(
                        call.plain(0),
                        call.matrix(1),
                        call.attributes().optionalInteger("padding_idx").orElse(null))));
        rule("scaled_dot_product_attention", MatrixRules::attention);
        rule("conv1d", (x, call) -> convolution(x, call, 1));
        rule("conv2d", (x, call) -> convolution(x, call, 2));
        rule(
                "layer_norm",
                (x, call) -> Layers.layerNorm(
                        x,
                        Shape.of(call.attributes().integers("normalized_shape")),
                        call.optional(1),
                        call.optional(2),
                        call.number("eps")));
        rule(
                "batch_norm",
                (x, call) -> Layers.batchNorm(
                        x,
                        call.attributes().flag("training") ? List.of() : List.of(call.matrix(1), call.matrix(2)),
                        call.optional(3),
                        call.optional(4),
                        call.number("eps")));
        rule("mse_loss", (x, call) -> Losses.mseLoss(x, call.matrix(1), call.reduction()));
        rule("l1_loss", (x, call) -> Losses.l1Loss(x, call.matrix(1), call.reduction()));
        rule("huber_loss", (x, call) -> Losses.huberLoss(x, call.matrix(1), call.number("delta"), call.reduction()));
        rule(
                "nll_loss",
                (x, call) -> Losses.nllLoss(
                        x, call.positions(1), call.optional(2), call.integer("ignore_index"), call.reduction()));
        rule(
                "cross_entropy",
                (x, call) -> Losses.crossEntropy(
                        x,
                        call.positions(1),
                        call.optional(2),
                        call.integer("ignore_index"),
                        call.number("label_smoothing"),
                        call.reduction()));
        rule(
                "binary_cross_entropy_with_logits",
                (x, call) -> Losses.binaryCrossEntropyWithLogits(
                        x, call.matrix(1), call.optional(2), call.optional(3), call.reduction()));
    }

    private MatrixRules() {}

    /** The rule for an op, null if it is to be lowered. */
    static @Nullable Function<MatrixCall, Value> of(Call call) {
        Op op = call.op();
        if (call.hasTensorForIndices()) {
            return null;
        }
        return RULES.containsKey(op.id())
                ? RULES.get(op.id())
                : op.pointwise(call.attributes())
                        .map(MatrixRules::pointwise)
                        .or(() -> op.procedure().map(MatrixRules::procedure))
                        .orElse(null);
    }

    private static Function<MatrixCall, Value> pointwise(Pointwise function) {
        List<org.gradtwin.matrix.Pointwise.Partial> partials = new ArrayList<>();
        function.partials().forEach(partial -> partials.add(partial::of));
        return call -> new Floating(
                org.gradtwin.matrix.Pointwise.apply(call.matrices(), call.result(), function.value(), partials));
    }

    private static Matrix attention(Matrix query, MatrixCall call) {
        Attributes attributes = call.attributes();
        double scale = attributes
                .optionalNumber("scale")
                .orElse(1 / Math.sqrt(query.shape().last()));
        MatrixGraph.Value mask = call.operands().get(3);
        return Attention.of(
                query,
                call.matrix(1),
                call.matrix(2),
                scale,
                mask instanceof MatrixGraph.Value.Plain plain ? plain.tensor() : null,
                mask instanceof MatrixGraph.Value.Floating ? call.matrix(3) : null,
                attributes.flag("is_causal"),
                attributes.flag("enable_gqa"));
    }

    private static Matrix convolution(Matrix x, MatrixCall call, int count) {
        Attributes attributes = call.attributes();
        int groups = call.integer("groups");
        int[] stride = call.plane("stride", count, 1);
        int[] dilation = call.plane("dilation", count, 1);
        Matrix weight = call.matrix(1);
        int[] kernel = MatrixCall.plane(weight.shape(), count);
        int[] padding = new int[2];
        if (!(attributes.get("padding") instanceof String word)) {
            padding = call.plane("padding", count, 0);
        } else if (word.equals("same")) {
            padding = new int[] {dilation[0] * (kernel[0] - 1) / 2, dilation[1] * (kernel[1] - 1) / 2};
        }
        int[] image = MatrixCall.plane(x.shape(), count);
        int[] out = MatrixCall.plane(call.result(), count);
        Convolution.Geometry geometry = new Convolution.Geometry(
                weight.shape().dim(1),
                image[0],
                image[1],
                kernel[0],
                kernel[1],
                stride[0],
                stride[1],
                padding[0],
                padding[1],
                dilation[0],
                dilation[1],
                out[0],
                out[1]);
        return Convolution.of(x, weight, call.optional(2), geometry, groups, call.result());
    }

    private static Function<MatrixCall, Value> procedure(Procedure procedure) {
        return call -> {
            List<double[]> operands = new ArrayList<>();
            call.matrices().forEach(matrix -> operands.add(matrix.values()));
            double[] value = procedure.value(call.typed(), operands);
            return new Floating(Adjoint.record(
                    call.matrices(),
                    call.result(),
                    value,
                    gradient -> procedure.gradients(call.typed(), operands, value, gradient)));
        };
    }

    private static void rule(String op, BiFunction<Matrix, MatrixCall, Matrix> rule) {
        RULES.put(op, call -> new Floating(rule.apply(call.matrix(0), call)));
    }

    private static void unary(String op, UnaryOperator<Matrix> rule) {
        rule(op, (x, call) -> rule.apply(x));
    }

    private static void binary(String op, BinaryOperator<Matrix> rule) {
        rule(op, (x, call) -> rule.apply(x, call.matrix(1)));
    }
}
