package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.gradtwin.language.Call;
import org.gradtwin.language.Pointwise;
import org.gradtwin.language.Procedure;
import org.gradtwin.language.Type;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** The scalar engine's rules: for the primitives, and for the functions that nodes have by themselves. All other ops are lowered. */
final class ScalarRules {
    private static final Map<String, Function<ScalarCall, ScalarValue>> RULES = new HashMap<>();

    static {
        zip("add", Node::plus);
        zip("sub", Node::minus);
        zip("mul", Node::times);
        zip("div", Node::dividedBy);
        zip("pow_tensor", Node::pow);
        zip("maximum", Node::maximum);
        zip("minimum", Node::minimum);
        map("neg", call -> Node::negate);
        map("square", call -> Node::square);
        map("reciprocal", call -> Node::reciprocal);
        map("abs", call -> Node::abs);
        map("exp", call -> Node::exp);
        map("expm1", call -> Node::expm1);
        map("log", call -> Node::log);
        map("log1p", call -> Node::log1p);
        map("sqrt", call -> Node::sqrt);
        map("rsqrt", call -> Node::rsqrt);
        map("sin", call -> Node::sin);
        map("cos", call -> Node::cos);
        map("tanh", call -> Node::tanh);
        map("sigmoid", call -> Node::sigmoid);
        map("relu", call -> Node::relu);
        map("silu", call -> Node::silu);
        map("erf", call -> Node::erf);
        map("pow", call -> x -> x.pow(call.attributes().number("exponent")));
        map("leaky_relu", call -> x -> x.leakyRelu(call.attributes().number("negative_slope")));
        map("elu", call -> x -> x.elu(call.attributes().number("alpha")));
        map("gelu", call -> call.attributes().text("approximate").equals("tanh") ? Node::geluTanh : Node::gelu);
        map(
                "softplus",
                call -> x -> x.softplus(
                        call.attributes().number("beta"), call.attributes().number("threshold")));
        map(
                "clamp",
                call -> x -> x.clamp(
                        call.attributes().optionalNumber("min").orElse(Double.NEGATIVE_INFINITY),
                        call.attributes().optionalNumber("max").orElse(Double.POSITIVE_INFINITY)));
        rule("detach", call -> map(call.tensor(0), node -> Node.constant(node.data())));
        rule("where", ScalarSelection::where);
        rule("reshape", call -> new NodeTensor(call.result(), call.tensor(0).nodes()));
        rule(
                "cumsum",
                call -> call.tensor(0)
                        .mapGroups(call.attributes().dims("dim", call.result()), ScalarReductions::runningSums));
        rule("sum", call -> ScalarReductions.reduce(call, Node::sum));
        rule("amax", call -> ScalarReductions.reduce(call, x -> ScalarReductions.extreme(x, 1)));
        rule("amin", call -> ScalarReductions.reduce(call, x -> ScalarReductions.extreme(x, -1)));
        rule("prod", ScalarReductions::product);
        rule("var", ScalarReductions::varianceOfTooFew);
        rule("matmul", ScalarProducts::matmul);
        rule("nll_loss", ScalarClassLoss::apply);
    }

    private ScalarRules() {}

    /** The rule for a call, null if it is to be lowered. */
    static @Nullable Function<ScalarCall, ScalarValue> of(ScalarCall call) {
        if (call.op().id().equals("var") && !isOfTooFew(call)) {
            return null;
        }
        Function<ScalarCall, ScalarValue> own = RULES.get(call.op().id());
        return own != null
                ? own
                : call.op()
                        .pointwise(call.attributes())
                        .map(ScalarRules::pointwise)
                        .or(() -> call.op().procedure().map(ScalarRules::procedure))
                        .orElse(null);
    }

    /** Whether a variance divides by n − correction ≤ 0. */
    private static boolean isOfTooFew(ScalarCall call) {
        Shape shape = call.tensor(0).shape();
        int count = 1;
        for (int dim : call.attributes().dims("dim", shape)) {
            count *= shape.dim(dim);
        }
        return count <= call.attributes().number("correction");
    }

    private static void rule(String op, Function<ScalarCall, NodeTensor> rule) {
        RULES.put(op, call -> computed(rule.apply(call), call));
    }

    private static ScalarValue computed(NodeTensor result, ScalarCall call) {
        return ScalarValue.computed(
                result,
                call.op().isDifferentiable()
                        ? call.operands().stream().filter(Objects::nonNull).collect(Collectors.toList())
                        : List.of());
    }

    private static Function<ScalarCall, ScalarValue> pointwise(Pointwise function) {
        return call -> {
            NodeTensor[] operands = new NodeTensor[call.operands().size()];
            for (int k = 0; k < operands.length; k++) {
                operands[k] = call.tensor(k).broadcastTo(call.result());
            }
            List<Node> nodes = new ArrayList<>(call.result().size());
            for (int i = 0; i < call.result().size(); i++) {
                Node[] elements = new Node[operands.length];
                for (int k = 0; k < operands.length; k++) {
                    elements[k] = operands[k].get(i);
                }
                nodes.add(pointwise(function, List.of(elements)));
            }
            return computed(new NodeTensor(call.result(), nodes), call);
        };
    }

    /** Each element of the result with its row of the Jacobian: what flows back from that element alone. */
    private static Function<ScalarCall, ScalarValue> procedure(Procedure procedure) {
        return call -> {
            List<double[]> operands = new ArrayList<>();
            List<@Nullable Type> types = new ArrayList<>();
            for (int k = 0; k < call.operands().size(); k++) {
                operands.add(call.tensor(k).values().toDoubles());
                types.add(new Type(DType.FLOAT64, call.tensor(k).shape(), false));
            }
            Call typed = new Call(call.op(), types, call.attributes());
            double[] value = procedure.value(typed, operands);
            List<Node> nodes = new ArrayList<>(value.length);
            for (int i = 0; i < value.length; i++) {
                double[] alone = new double[value.length];
                alone[i] = 1;
                JacobianRow row = new JacobianRow();
                List<double[]> gradients = procedure.gradients(typed, operands, value, alone);
                for (int k = 0; k < gradients.size(); k++) {
                    row.add(call.tensor(k), gradients.get(k));
                }
                nodes.add(row.compose(value[i]));
            }
            return computed(new NodeTensor(call.result(), nodes), call);
        };
    }

    private static Node pointwise(Pointwise function, List<Node> operands) {
        double[] x = new double[operands.size()];
        for (int k = 0; k < x.length; k++) {
            x[k] = operands.get(k).data();
        }
        double y = function.value().applyAsDouble(x);
        double[] partials = new double[x.length];
        if (function.partials().isEmpty()) {
            return Node.compose(y, operands, partials);
        }
        for (int k = 0; k < x.length; k++) {
            partials[k] = function.partials().get(k).of(x, y);
        }
        return Node.composeUnmasked(y, operands, partials);
    }

    private static void zip(String op, BinaryOperator<Node> function) {
        rule(op, call -> {
            NodeTensor x = call.tensor(0).broadcastTo(call.result());
            NodeTensor y = call.tensor(1).broadcastTo(call.result());
            List<Node> nodes = new ArrayList<>(call.result().size());
            for (int i = 0; i < call.result().size(); i++) {
                nodes.add(function.apply(x.get(i), y.get(i)));
            }
            return new NodeTensor(call.result(), nodes);
        });
    }

    private static void map(String op, Function<ScalarCall, UnaryOperator<Node>> function) {
        rule(op, call -> map(call.tensor(0), function.apply(call)));
    }

    private static NodeTensor map(NodeTensor x, UnaryOperator<Node> function) {
        List<Node> nodes = new ArrayList<>(x.nodes().size());
        for (Node node : x.nodes()) {
            nodes.add(function.apply(node));
        }
        return new NodeTensor(x.shape(), nodes);
    }
}
