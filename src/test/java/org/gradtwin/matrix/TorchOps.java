package org.gradtwin.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.gradtwin.language.Index;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Applies an op of the engine as a row of the table names it. */
final class TorchOps {
    private static final Map<String, UnaryOperator<Matrix>> UNARY = Map.ofEntries(
            Map.entry("neg", Matrix::neg),
            Map.entry("square", Matrix::square),
            Map.entry("reciprocal", Matrix::reciprocal),
            Map.entry("abs", Matrix::abs),
            Map.entry("exp", Matrix::exp),
            Map.entry("expm1", Matrix::expm1),
            Map.entry("log", Matrix::log),
            Map.entry("log1p", Matrix::log1p),
            Map.entry("sqrt", Matrix::sqrt),
            Map.entry("rsqrt", Matrix::rsqrt),
            Map.entry("sin", Matrix::sin),
            Map.entry("cos", Matrix::cos),
            Map.entry("tanh", Matrix::tanh),
            Map.entry("sigmoid", Matrix::sigmoid),
            Map.entry("relu", Matrix::relu),
            Map.entry("silu", Activations::silu),
            Map.entry("erf", Matrix::erf),
            Map.entry("transpose", Matrix::transpose));

    private TorchOps() {}

    static Matrix apply(String op, List<Matrix> inputs, JsonNode attributes) {
        Matrix x = inputs.get(0);
        UnaryOperator<Matrix> unary = UNARY.get(op);
        if (unary != null) {
            return unary.apply(x);
        }
        return switch (op) {
            case "add" -> x.add(inputs.get(1));
            case "sub" -> x.sub(inputs.get(1));
            case "mul" -> x.mul(inputs.get(1));
            case "div" -> x.div(inputs.get(1));
            case "maximum" -> x.maximum(inputs.get(1));
            case "minimum" -> x.minimum(inputs.get(1));
            case "pow" -> x.pow(inputs.get(1));
            case "pow_number" -> x.pow(TorchTable.number(attributes.get("exponent")));
            case "leaky_relu" -> Activations.leakyRelu(x, number(attributes, "slope"));
            case "elu" -> Activations.elu(x, number(attributes, "alpha"));
            case "softplus" -> Activations.softplus(x, number(attributes, "beta"), number(attributes, "threshold"));
            case "gelu" -> Activations.gelu(x, text(attributes, "approximate").equals("tanh"));
            case "clamp" -> x.clamp(optional(attributes, "min"), optional(attributes, "max"));
            case "matmul" -> x.matmul(inputs.get(1));
            case "matmul_left_transposed" -> x.transpose().matmul(inputs.get(1));
            case "matmul_right_transposed" -> x.matmul(inputs.get(1).transpose());
            case "matmul_itself" -> x.matmul(x);
            case "matmul_gram" -> x.transpose().matmul(x);
            case "reshape" -> x.reshape(TorchTable.integers(attributes.get("shape")));
            case "index" -> index(x, text(attributes, "at"), attributes.get("arrays"));
            case "permute" -> x.permute(TorchTable.integers(attributes.get("order")));
            case "expand" -> x.expand(Shape.of(TorchTable.integers(attributes.get("shape"))));
            case "where" -> Matrix.where(mask(attributes), x, inputs.get(1));
            case "masked_fill" -> x.maskedFill(mask(attributes), TorchTable.number(attributes.get("number")));
            case "cumsum" -> x.cumsum(integer(attributes, "dim"));
            case "cat" -> Matrix.cat(inputs, integer(attributes, "dim"));
            case "cat_itself" -> Matrix.cat(List.of(x, x), integer(attributes, "dim"));
            case "sum" -> x.sum(axes(attributes));
            case "mean" -> x.mean(axes(attributes));
            case "prod" -> x.prod(axes(attributes));
            case "amax" -> x.amax(axes(attributes));
            case "amin" -> x.amin(axes(attributes));
            case "logsumexp" -> x.logsumexp(axes(attributes));
            case "var" -> x.var(axes(attributes), number(attributes, "correction"));
            case "softmax" -> x.softmax(integer(attributes, "dim"));
            case "log_softmax" -> x.logSoftmax(integer(attributes, "dim"));
            case "linear" -> Layers.linear(x, inputs.get(1), second(inputs, 2));
            case "embedding" ->
                Layers.embedding(
                        tensor(attributes.get("indices")),
                        x,
                        attributes.get("padding").isNull() ? null : integer(attributes, "padding"));
            case "layer_norm" ->
                Layers.layerNorm(
                        x,
                        Shape.of(TorchTable.integers(attributes.get("shape"))),
                        second(inputs, 1),
                        second(inputs, 2),
                        number(attributes, "eps"));
            case "shared" -> x.mul(x).add(x.tanh().mul(x));
            default -> loss(op, inputs, attributes);
        };
    }

    private static Matrix loss(String op, List<Matrix> inputs, JsonNode attributes) {
        Reduction reduction = Reduction.valueOf(text(attributes, "reduction").toUpperCase(Locale.ROOT));
        Matrix x = inputs.get(0);
        Matrix second = second(inputs, 1);
        return switch (op) {
            case "mse_loss" -> Losses.mseLoss(x, inputs.get(1), reduction);
            case "l1_loss" -> Losses.l1Loss(x, inputs.get(1), reduction);
            case "huber_loss" -> Losses.huberLoss(x, inputs.get(1), number(attributes, "delta"), reduction);
            case "bce" -> {
                List<String> names = new ArrayList<>();
                attributes.get("names").forEach(name -> names.add(name.asString()));
                yield Losses.binaryCrossEntropyWithLogits(
                        x,
                        inputs.get(1),
                        names.contains("weight") ? inputs.get(2 + names.indexOf("weight")) : null,
                        names.contains("pos_weight") ? inputs.get(2 + names.indexOf("pos_weight")) : null,
                        reduction);
            }
            case "nll_loss" ->
                Losses.nllLoss(
                        x,
                        TorchTable.integers(attributes.get("targets")),
                        second,
                        integer(attributes, "ignore"),
                        reduction);
            case "cross_entropy" ->
                Losses.crossEntropy(
                        x,
                        TorchTable.integers(attributes.get("targets")),
                        second,
                        integer(attributes, "ignore"),
                        number(attributes, "smoothing"),
                        reduction);
            default -> throw new IllegalArgumentException("no op " + op);
        };
    }

    private static @Nullable Matrix second(List<Matrix> inputs, int at) {
        return at < inputs.size() ? inputs.get(at) : null;
    }

    private static Axes axes(JsonNode attributes) {
        Axes axes = Axes.of(TorchTable.integers(attributes.get("dims")));
        return attributes.get("keepdim").asBoolean() ? axes.keeping() : axes;
    }

    private static Matrix index(Matrix x, String text, JsonNode arrays) {
        List<Index.Item> items = new ArrayList<>();
        List<@Nullable Tensor> tensors = new ArrayList<>();
        List<Type> types = new ArrayList<>();
        tensors.add(null);
        types.add(new Type(DType.FLOAT64, x.shape(), false));
        for (String part : text.replace(" ", "").split(",", -1)) {
            if (arrays.has(part)) {
                items.add(new Index.Gather(tensors.size()));
                Tensor tensor = tensor(arrays.get(part));
                tensors.add(tensor);
                types.add(new Type(DType.INT64, tensor.shape(), false));
            } else if (part.contains(":")) {
                String[] bounds = part.split(":", -1);
                items.add(new Index.Slice(
                        bound(bounds[0]), bound(bounds[1]), bounds.length < 3 ? null : bound(bounds[2])));
            } else {
                items.add(new Index.At(Integer.parseInt(part)));
            }
        }
        Index index = new Index(items);
        Shape result = index.shape(x.shape(), types);
        return x.take(result, index.sources(x.shape(), tensors));
    }

    private static @Nullable Integer bound(String text) {
        return text.isEmpty() ? null : Integer.valueOf(text);
    }

    private static Tensor tensor(JsonNode node) {
        return Tensor.indices(
                Shape.of(TorchTable.integers(node.get("shape"))),
                Arrays.stream(TorchTable.integers(node.get("positions")))
                        .asLongStream()
                        .toArray());
    }

    private static Tensor mask(JsonNode attributes) {
        Tensor tensor = tensor(attributes.get("mask"));
        boolean[] values = new boolean[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.getLong(i) != 0;
        }
        return Tensor.bools(tensor.shape(), values);
    }

    private static double number(JsonNode attributes, String name) {
        return attributes.get(name).asDouble();
    }

    private static @Nullable Double optional(JsonNode attributes, String name) {
        JsonNode node = attributes.get(name);
        return node.isNull() ? null : node.asDouble();
    }

    private static int integer(JsonNode attributes, String name) {
        return attributes.get(name).asInt();
    }

    private static String text(JsonNode attributes, String name) {
        return attributes.get(name).asString();
    }
}
