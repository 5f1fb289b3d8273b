package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.Shape;

/** Ops that make one element of many. */
final class ScalarReductions {
    private ScalarReductions() {}

    static NodeTensor apply(ScalarCall call) {
        NodeTensor x = call.tensor(0);
        Shape shape = x.shape();
        Function<List<Node>, Node> reduction = switch (call.op()) {
            case SUM -> Node::sum;
            case MEAN -> ScalarReductions::mean;
            case AMAX -> nodes -> extreme(nodes, 1);
            case AMIN -> nodes -> extreme(nodes, -1);
            case PROD -> product(x, call.attributes().get("dim") == null);
            case LOGSUMEXP -> ScalarReductions::logSumExp;
            case VAR -> {
                boolean whole = shape.rank() == 0 || call.attributes().get("dim") == null;
                yield nodes -> variance(nodes, call.attributes().number("correction"), whole);
            }
            default -> throw new UnsupportedOpException(call.op(), "not a reduction");
        };
        List<Node> nodes = new ArrayList<>(call.result().size());
        for (int[] group : NodeTensor.groups(shape, call.attributes().dims("dim", shape))) {
            nodes.add(reduction.apply(x.pick(group)));
        }
        return new NodeTensor(call.result(), nodes);
    }

    /** Σ x / n, NaN for n = 0. */
    static Node mean(List<Node> x) {
        return Node.sum(x).dividedBy(x.size());
    }

    /** The loss, its mean, or its sum. */
    static NodeTensor reduce(NodeTensor loss, String reduction) {
        return switch (reduction) {
            case "none" -> loss;
            case "sum" -> new NodeTensor(Shape.SCALAR, List.of(Node.sum(loss.nodes())));
            default -> new NodeTensor(Shape.SCALAR, List.of(mean(loss.nodes())));
        };
    }

    /** The largest (sign 1) or smallest (sign −1) value, NaN if there is one. */
    static double extremeValue(List<Node> x, int sign) {
        double best = -sign * Double.POSITIVE_INFINITY;
        for (Node node : x) {
            double value = node.data();
            if (Double.isNaN(value)) {
                return value;
            }
            best = sign > 0 ? Math.max(best, value) : Math.min(best, value);
        }
        return best;
    }

    private static double[] partials(List<Node> x, DoubleUnaryOperator partial) {
        return x.stream().mapToDouble(Node::data).map(partial).toArray();
    }

    /**
     * The extreme element, with the gradient g·mask/count: all tied elements share evenly. With a NaN nothing equals
     * the result, so that PyTorch divides by a count of 0.
     */
    private static Node extreme(List<Node> x, int sign) {
        double best = extremeValue(x, sign);
        long ties = x.stream().filter(node -> node.data() == best).count();
        return Node.composeUnmasked(best, x, partials(x, value -> (value == best ? 1.0 : 0.0) / ties));
    }

    /**
     * Π x. Its gradient is the product of the other elements. PyTorch divides by the element where the tensor has no
     * zero, which differs once the result has overflowed or underflowed, and gives exactly 0 where the whole tensor has
     * two zeros.
     */
    private static Function<List<Node>, Node> product(NodeTensor tensor, boolean whole) {
        long zeros = tensor.nodes().stream().filter(node -> node.data() == 0).count();
        return x -> {
            double value = x.stream().mapToDouble(Node::data).reduce(1, (a, b) -> a * b);
            if (whole && zeros > 1) {
                return Node.compose(value, x, new double[x.size()]);
            }
            if (zeros == 0 && (value == 0 || !Double.isFinite(value))) {
                return Node.composeUnmasked(value, x, partials(x, other -> value / other));
            }
            return x.stream().reduce(Node::times).orElseGet(() -> Node.constant(1));
        };
    }

    /**
     * ln Σ eˣ as c + ln Σ exp(x − c), c being the largest value, or 0 where that is infinite. The result does not
     * depend on c, so c is a constant.
     */
    private static Node logSumExp(List<Node> x) {
        double max = extremeValue(x, 1);
        double shift = Double.isInfinite(max) ? 0 : max;
        return Node.sum(exponentials(x, shift)).log().plus(shift);
    }

    /** exp(x − shift). */
    static List<Node> exponentials(List<Node> x, double shift) {
        return x.stream().map(node -> node.minus(shift).exp()).toList();
    }

    /**
     * Σ (x − m)²/(n − correction). The sum has its minimum in m at the mean, so that m is a constant and the gradient
     * 2(x − m)/(n − correction). With n not above the correction the divisor is 0, and the gradient depends on whether
     * a dimension was named, as in PyTorch.
     */
    private static Node variance(List<Node> x, double correction, boolean whole) {
        Node squares = squaredDeviations(x);
        double divisor = x.size() - correction;
        if (divisor > 0) {
            return squares.dividedBy(divisor);
        }
        double value = squares.data() / 0;
        double mean = meanValue(x);
        return Node.composeUnmasked(value, x, partials(x, element -> {
            double deviation = element - mean;
            if (whole) {
                return deviation == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
            }
            return 2 / divisor * deviation;
        }));
    }

    /** Σ (x − m)², m being the mean. */
    static Node squaredDeviations(List<Node> x) {
        double mean = meanValue(x);
        return Node.sum(x.stream().map(node -> node.minus(mean).square()).toList());
    }

    private static double meanValue(List<Node> x) {
        double sum = 0;
        for (Node node : x) {
            sum += node.data();
        }
        return sum / x.size();
    }
}
