package org.gradtwin.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Op;
import org.jspecify.annotations.Nullable;

/** The ops for which DJL calls PyTorch's operator as it is. */
final class NativeOps {
    private static final Map<Op, UnaryOperator<PtNDArray>> UNARY = new EnumMap<>(Map.ofEntries(
            Map.entry(Op.NEG, JniUtils::neg),
            Map.entry(Op.SQUARE, JniUtils::square),
            Map.entry(Op.ABS, JniUtils::abs),
            Map.entry(Op.EXP, JniUtils::exp),
            Map.entry(Op.LOG, JniUtils::log),
            Map.entry(Op.SQRT, JniUtils::sqrt),
            Map.entry(Op.SIN, JniUtils::sin),
            Map.entry(Op.COS, JniUtils::cos),
            Map.entry(Op.TANH, JniUtils::tanh),
            Map.entry(Op.SIGMOID, JniUtils::sigmoid),
            Map.entry(Op.RELU, JniUtils::relu),
            Map.entry(Op.ERF, JniUtils::erf),
            Map.entry(Op.TRANSPOSE, x -> JniUtils.transpose(x, 0, 1))));

    private static final Map<Op, BinaryOperator<PtNDArray>> BINARY = new EnumMap<>(Map.of(
            Op.ADD, JniUtils::add,
            Op.SUB, JniUtils::sub,
            Op.MUL, JniUtils::mul,
            Op.DIV, JniUtils::div,
            Op.POW_TENSOR, JniUtils::pow,
            Op.MATMUL, JniUtils::matmul,
            Op.MAXIMUM, JniUtils::max,
            Op.MINIMUM, JniUtils::min));

    private NativeOps() {}

    static PtNDArray apply(Op op, List<@Nullable PtNDArray> operands, Attributes attributes) {
        UnaryOperator<PtNDArray> unary = UNARY.get(op);
        if (unary != null) {
            return unary.apply(operand(op, operands, 0));
        }
        BinaryOperator<PtNDArray> binary = BINARY.get(op);
        if (binary != null) {
            return binary.apply(operand(op, operands, 0), operand(op, operands, 1));
        }
        return switch (op) {
            case RESHAPE -> {
                int[] shape = attributes.integers("shape");
                yield JniUtils.reshape(
                        operand(op, operands, 0),
                        Arrays.stream(shape).asLongStream().toArray());
            }
            case CAT -> {
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
