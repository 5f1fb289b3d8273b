package org.gradtwin.engines.scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.gradtwin.scalar.Node;

/** Reductions whose gradient PyTorch defines by cases, and the sum. */
final class ScalarReductions {
    private ScalarReductions() {}

    /** One node of the nodes of each group. */
    static NodeTensor reduce(ScalarCall call, Function<List<Node>, Node> reduction) {
        NodeTensor x = call.tensor(0);
        List<Node> nodes = new ArrayList<>(call.result().size());
        for (int[] group : x.shape().groups(call.attributes().dims("dim", x.shape()))) {
            nodes.add(reduction.apply(x.pick(group)));
        }
        return new NodeTensor(call.result(), nodes);
    }

    /** The largest (sign 1) or smallest (sign −1) value, NaN if there is one. */
    private static double extremeValue(List<Node> x, int sign) {
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
    static Node extreme(List<Node> x, int sign) {
        double best = extremeValue(x, sign);
        long ties = x.stream().filter(node -> node.data() == best).count();
        return Node.composeUnmasked(best, x, partials(x, value -> (value == best ? 1.0 : 0.0) / ties));
    }

    /**
     * Π x. Its gradient is the product of the other elements. PyTorch divides by the element where the tensor has no
     * zero, which differs once the result has overflowed or underflowed, and gives exactly 0 where the whole tensor has
     * two zeros; a number it passes through.
     */
    static NodeTensor product(ScalarCall call) {
        NodeTensor tensor = call.tensor(0);
        boolean whole = call.attributes().get("dim") == null;
        long zeros = tensor.nodes().stream().filter(node -> node.data() == 0).count();
        return reduce(call, x -> {
            double value = x.stream().mapToDouble(Node::data).reduce(1, (a, b) -> a * b);
            if (whole && zeros > 1) {
                return Node.compose(value, x, new double[x.size()]);
            }
            if (zeros == 0 && tensor.shape().rank() > 0 && (value == 0 || !Double.isFinite(value))) {
                return Node.composeUnmasked(value, x, partials(x, other -> value / other));
            }
            return x.stream().reduce(Node::times).orElseGet(() -> Node.constant(1));
        });
    }

    /** x₀, x₀ + x₁, … */
    static List<Node> runningSums(List<Node> x) {
        List<Node> sums = new ArrayList<>(x.size());
        for (Node node : x) {
            sums.add(sums.isEmpty() ? node : sums.get(sums.size() - 1).plus(node));
        }
        return sums;
    }

    /**
     * The variance where n − correction is not above 0. The divisor is 0, and the gradient depends on whether a dimension was named,
     * as in PyTorch: fixture {@code op/var}, cases with as many elements as the correction.
     */
    static NodeTensor varianceOfTooFew(ScalarCall call) {
        double correction = call.attributes().number("correction");
        boolean whole = call.tensor(0).shape().rank() == 0 || call.attributes().get("dim") == null;
        return reduce(call, x -> {
            double mean = x.stream().mapToDouble(Node::data).sum() / x.size();
            double squares = x.stream()
                    .mapToDouble(node -> (node.data() - mean) * (node.data() - mean))
                    .sum();
            double divisor = x.size() - correction;
            return Node.composeUnmasked(squares / 0, x, partials(x, element -> {
                if (whole) {
                    // An infinity is its own mean: their difference would be NaN.
                    return element == mean ? Double.NaN : Double.POSITIVE_INFINITY;
                }
                return 2 / divisor * (element - mean);
            }));
        });
    }
}
