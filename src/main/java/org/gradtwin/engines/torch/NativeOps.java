package org.gradtwin.engines.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.jspecify.annotations.Nullable;

/** The ops for which DJL calls PyTorch's operator as it is. */
final class NativeOps {
    private static final Map<String, UnaryOperator<PtNDArray>> UNARY = Map.ofEntries(
            Map.entry("neg", JniUtils::neg),
            Map.entry("square", JniUtils::square),
            Map.entry("abs", JniUtils::abs),
            Map.entry("exp", JniUtils::exp),
            Map.entry("log", JniUtils::log),
            Map.entry("sqrt", JniUtils::sqrt),
            Map.entry("sin", JniUtils::sin),
            Map.entry("cos", JniUtils::cos),
            Map.entry("tanh", JniUtils::tanh),
            Map.entry("sigmoid", JniUtils::sigmoid),
            Map.entry("relu", JniUtils::relu),
            Map.entry("erf", JniUtils::erf),
            Map.entry("transpose", x -> JniUtils.transpose(x, 0, 1)));

    private static final Map<String, BinaryOperator<PtNDArray>> BINARY = Map.of(
            "add", JniUtils::add,
            "sub", JniUtils::sub,
            "mul", JniUtils::mul,
            "div", JniUtils::div,
            "pow_tensor", JniUtils::pow,
            "matmul", JniUtils::matmul,
            "maximum", JniUtils::max,
            "minimum", JniUtils::min);

    private static final Set<String> OTHERS = Set.of("reshape", "cat");

    private NativeOps() {}

    /** Whether DJL calls the op's kernel by itself. */
    static boolean has(Op op) {
        return UNARY.containsKey(op.id()) || BINARY.containsKey(op.id()) || OTHERS.contains(op.id());
    }

    static PtNDArray apply(Op op, List<@Nullable PtNDArray> operands, Attributes attributes) {
        UnaryOperator<PtNDArray> unary = UNARY.get(op.id());
        if (unary != null) {
            return unary.apply(operand(op, operands, 0));
        }
        BinaryOperator<PtNDArray> binary = BINARY.get(op.id());
        if (binary != null) {
            return binary.apply(operand(op, operands, 0), operand(op, operands, 1));
        }
        return switch (op.id()) {
            case "reshape" -> {
                int[] shape = attributes.integers("shape");
                yield JniUtils.reshape(
                        operand(op, operands, 0),
                        Arrays.stream(shape).asLongStream().toArray());
            }
            case "cat" -> {
                PtNDArray[] arrays = new PtNDArray[operands.size()];
                Arrays.setAll(arrays, i -> operand(op, operands, i));
                yield JniUtils.cat(arrays, attributes.integer("dim"));
            }
            default -> throw new IllegalStateException(op.id() + " has no kernel in DJL");
        };
    }

    private static PtNDArray operand(Op op, List<@Nullable PtNDArray> operands, int i) {
        PtNDArray operand = operands.get(i);
        if (operand == null) {
            throw new IllegalArgumentException(op.id() + ": operand " + i + " is missing");
        }
        return operand;
    }
}
