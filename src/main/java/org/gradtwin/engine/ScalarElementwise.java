package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.gradtwin.program.Attributes;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;

/** Ops that compute each element from one element of each operand, operands being broadcast. */
final class ScalarElementwise {
    private ScalarElementwise() {}

    static NodeTensor apply(ScalarCall call) {
        NodeTensor x = call.tensor(0);
        return switch (call.op()) {
            case ADD -> zip(call, Node::plus);
            case SUB -> zip(call, Node::minus);
            case MUL -> zip(call, Node::times);
            case DIV -> zip(call, Node::dividedBy);
            case POW_TENSOR -> zip(call, Node::pow);
            case MAXIMUM -> zip(call, Node::maximum);
            case MINIMUM -> zip(call, Node::minimum);
            default -> map(x, function(call));
        };
    }

    private static UnaryOperator<Node> function(ScalarCall call) {
        Attributes attributes = call.attributes();
        return switch (call.op()) {
            case NEG -> Node::negate;
            case POW -> x -> x.pow(attributes.number("exponent"));
            case SQUARE -> Node::square;
            case RECIPROCAL -> Node::reciprocal;
            case ABS -> Node::abs;
            case EXP -> Node::exp;
            case EXPM1 -> Node::expm1;
            case LOG -> Node::log;
            case LOG1P -> Node::log1p;
            case SQRT -> Node::sqrt;
            case RSQRT -> Node::rsqrt;
            case SIN -> Node::sin;
            case COS -> Node::cos;
            case TANH -> Node::tanh;
            case SIGMOID -> Node::sigmoid;
            case RELU -> Node::relu;
            case LEAKY_RELU -> x -> x.leakyRelu(attributes.number("negative_slope"));
            case ELU -> x -> x.elu(attributes.number("alpha"));
            case GELU -> attributes.text("approximate").equals("tanh") ? Node::geluTanh : Node::gelu;
            case SILU -> Node::silu;
            case SOFTPLUS -> x -> x.softplus(attributes.number("beta"), attributes.number("threshold"));
            case ERF -> Node::erf;
            case CLAMP -> {
                double min = attributes.optionalNumber("min").orElse(Double.NEGATIVE_INFINITY);
                double max = attributes.optionalNumber("max").orElse(Double.POSITIVE_INFINITY);
                yield x -> x.clamp(min, max);
            }
            default -> throw new UnsupportedOpException(call.op(), "not expanded over scalar nodes");
        };
    }

    private static NodeTensor zip(ScalarCall call, BinaryOperator<Node> function) {
        return zip(call.tensor(0), call.tensor(1), function);
    }

    static NodeTensor zip(NodeTensor x, NodeTensor y, BinaryOperator<Node> function) {
        Shape shape = Shape.broadcast(x.shape(), y.shape());
        NodeTensor left = x.broadcastTo(shape);
        NodeTensor right = y.broadcastTo(shape);
        List<Node> nodes = new ArrayList<>(shape.size());
        for (int i = 0; i < shape.size(); i++) {
            nodes.add(function.apply(left.get(i), right.get(i)));
        }
        return new NodeTensor(shape, nodes);
    }

    static NodeTensor map(NodeTensor x, UnaryOperator<Node> function) {
        return new NodeTensor(x.shape(), x.nodes().stream().map(function).toList());
    }
}
