package org.gradtwin.fuzz;

import java.util.Arrays;
import java.util.List;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Domain;
import org.gradtwin.program.Op;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether operands lie near a point where an op is not smooth or not defined. There a rounding error decides
 * between two gradients that are both right, so a random program must stay away; fixtures test the points themselves.
 */
final class Kinks {
    /** Farther than what rounding in float32 moves. */
    private static final double MARGIN = 1.0 / 128;

    /** Where gradients are still moderate. */
    private static final double DOMAIN_MARGIN = 1.0 / 8;

    private Kinks() {}

    /** Whether an element is outside of the op's domain, or in it but near its border. */
    static boolean outside(Op op, List<@Nullable Tensor> operands, Attributes attributes) {
        if (op == Op.POW) {
            double exponent = attributes.number("exponent");
            boolean polynomial = exponent == Math.rint(exponent) && exponent >= 0;
            return !polynomial && any(operands.get(0), x -> x < DOMAIN_MARGIN);
        }
        Domain domain = op.domain();
        if (domain == Domain.ALL) {
            return false;
        }
        if (domain == Domain.NONZERO) {
            return any(operands.get(operands.size() - 1), x -> Math.abs(x) < DOMAIN_MARGIN);
        }
        return any(operands.get(0), x -> x < domain.low() + DOMAIN_MARGIN);
    }

    /**
     * Whether an element is near a kink.
     *
     * @param exact whether no engine rounds the operands: then elements that are equal tie in every engine, and only those that
     *     nearly tie are near
     */
    static boolean near(Op op, List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return switch (op) {
            case ABS, RELU, LEAKY_RELU, ELU -> any(operands.get(0), x -> Math.abs(x) < MARGIN);
            case CLAMP ->
                nearNumber(operands.get(0), attributes, "min") || nearNumber(operands.get(0), attributes, "max");
            case SOFTPLUS -> {
                double border = attributes.number("threshold") / attributes.number("beta");
                yield any(operands.get(0), x -> Math.abs(x - border) < MARGIN);
            }
            case MAXIMUM, MINIMUM -> nearApart(operands, 0, exact);
            case L1_LOSS -> nearApart(operands, 0, false);
            case HUBER_LOSS -> nearApart(operands, attributes.number("delta"), false);
            case AMAX, AMIN -> tied(operands.get(0), exact);
            default -> false;
        };
    }

    private static boolean nearNumber(@Nullable Tensor tensor, Attributes attributes, String bound) {
        return attributes.optionalNumber(bound).isPresent()
                && any(tensor, x -> Math.abs(x - attributes.number(bound)) < MARGIN);
    }

    private static boolean nearApart(List<@Nullable Tensor> operands, double distance, boolean exact) {
        Tensor a = operands.get(0);
        Tensor b = operands.get(1);
        if (a == null || b == null) {
            return false;
        }
        Shape shape = Shape.broadcast(a.shape(), b.shape());
        int[] from = a.shape().broadcastSources(shape);
        int[] to = b.shape().broadcastSources(shape);
        for (int i = 0; i < shape.size(); i++) {
            double apart = Math.abs(Math.abs(a.get(from[i]) - b.get(to[i])) - distance);
            if (apart < MARGIN && !(exact && apart == 0)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any two elements nearly tie, wherever they stand. */
    private static boolean tied(@Nullable Tensor tensor, boolean exact) {
        if (tensor == null) {
            return false;
        }
        double[] sorted = tensor.toDoubles();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            double apart = sorted[i] - sorted[i - 1];
            if (apart < MARGIN && !(exact && apart == 0)) {
                return true;
            }
        }
        return false;
    }

    private interface Test {
        boolean holds(double x);
    }

    private static boolean any(@Nullable Tensor tensor, Test test) {
        for (int i = 0; tensor != null && i < tensor.size(); i++) {
            if (test.holds(tensor.get(i))) {
                return true;
            }
        }
        return false;
    }
}
