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
        return switch (call.op().id()) {
            case "add" -> zip(call, Node::plus);
            case "sub" -> zip(call, Node::minus);
            case "mul" -> zip(call, Node::times);
            case "div" -> zip(call, Node::dividedBy);
            case "pow_tensor" -> zip(call, Node::pow);
            case "maximum" -> zip(call, Node::maximum);
            case "minimum" -> zip(call, Node::minimum);
            default -> map(x, function(call));
        };
    }

    private static UnaryOperator<Node> function(ScalarCall call) {
        Attributes attributes = call.attributes();
        return switch (call.op().id()) {
            case "neg" -> Node::negate;
            case "pow" -> x -> x.pow(attributes.number("exponent"));
            case "square" -> Node::square;
            case "reciprocal" -> Node::reciprocal;
            case "abs" -> Node::abs;
            case "exp" -> Node::exp;
            case "expm1" -> Node::expm1;
            case "log" -> Node::log;
            case "log1p" -> Node::log1p;
            case "sqrt" -> Node::sqrt;
            case "rsqrt" -> Node::rsqrt;
            case "sin" -> Node::sin;
            case "cos" -> Node::cos;
            case "tanh" -> Node::tanh;
            case "sigmoid" -> Node::sigmoid;
            case "relu" -> Node::relu;
            case "leaky_relu" -> x -> x.leakyRelu(attributes.number("negative_slope"));
            case "elu" -> x -> x.elu(attributes.number("alpha"));
            case "gelu" -> attributes.text("approximate").equals("tanh") ? Node::geluTanh : Node::gelu;
            case "silu" -> Node::silu;
            case "softplus" -> x -> x.softplus(attributes.number("beta"), attributes.number("threshold"));
            case "erf" -> Node::erf;
            case "clamp" -> {
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
