package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.gradtwin.scalar.Node;

/**
 * Nodes with a value and a derivative of one's choosing, composed of ordinary ones: for ops whose gradient PyTorch
 * defines by a formula that differentiating the value would not give, such as the even split among ties.
 */
final class Slope {
    private Slope() {}

    /** A node of that value that passes g·slope(x) to each x. */
    static Node linear(double value, List<Node> x, ToDoubleFunction<Node> slope) {
        List<Node> terms = new ArrayList<>(x.size());
        for (Node node : x) {
            terms.add(term(node, -slope.applyAsDouble(node)));
        }
        // Subtracted, because −0 + 0 is not −0.
        return Node.sum(terms).rminus(value);
    }

    /** A node of that value that passes exactly 0 to each x, even when its own gradient is not finite. */
    static Node flat(double value, List<Node> x) {
        // The derivative of x**0 is a mask, not a product.
        return Node.sum(x.stream().map(node -> node.pow(0).minus(1)).toList()).rminus(value);
    }

    /**
     * A node of value 0 that passes g·slope to x. Where x is not finite and the slope is neither 0, infinite nor NaN,
     * the value is slope·x, which leaves a result of the same infinity as it is.
     */
    private static Node term(Node x, double slope) {
        double at = x.data();
        boolean steep = Double.isNaN(slope) || Double.isInfinite(slope);
        if (Double.isNaN(at) || (Double.isInfinite(at) && slope != 0 && !steep)) {
            return x.times(slope);
        }
        // erf is flat at infinity, where x − x would be NaN.
        Node zero = Double.isInfinite(at) ? x.erf().minus(Math.signum(at)) : x.minus(at);
        if (!steep) {
            return zero.times(slope);
        }
        // The square root is infinitely steep at 0, where an infinite factor would make the value NaN.
        return zero.sqrt().times(Double.isNaN(slope) ? 0 : Math.signum(slope));
    }
}
