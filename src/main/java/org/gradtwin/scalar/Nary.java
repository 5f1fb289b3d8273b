package org.gradtwin.scalar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of an operation on any number of nodes: Σ x[i], Σ x[i] · w[i] + bias, or partial derivatives given with it. */
final class Nary extends Scalar {

    private static final double[] NONE = {};

    private final List<Node> xs;
    /** Empty but for a dot product. */
    private final List<Node> ws;

    private final @Nullable Node bias;
    private final double[] partials;

    private Nary(Operation op, double value, List<Node> xs, List<Node> ws, @Nullable Node bias, double[] partials) {
        super(op, null, null, value);
        this.xs = xs;
        this.ws = ws;
        this.bias = bias;
        this.partials = partials;
    }

    static Node sumOf(List<Node> nodes) {
        double y = 0;
        for (Node node : nodes) {
            y += node.data();
        }
        return records(nodes) ? new Nary(Operation.SUM, y, fixed(nodes), List.of(), null, NONE) : Node.constant(y);
    }

    static Node dotOf(List<Node> x, List<Node> w, @Nullable Node bias) {
        int n = x.size();
        if (n != w.size()) {
            throw new IllegalArgumentException("dot of " + n + " nodes with " + w.size() + " weights");
        }
        double y = 0;
        if (x instanceof NodeRun xs && w instanceof NodeRun ws) {
            y = xs.dot(ws);
        } else {
            for (int i = 0; i < n; i++) {
                y += x.get(i).data() * w.get(i).data();
            }
        }
        y = bias == null ? y : y + bias.data();
        boolean records = records(x) || records(w) || (bias != null && bias.requiresGrad() && !NoGrad.isOpen());
        return records ? new Nary(Operation.DOT, y, fixed(x), fixed(w), bias, NONE) : Node.constant(y);
    }

    static Node composeOf(Operation operation, double y, List<Node> nodes, double... partials) {
        if (nodes.size() != partials.length) {
            throw new IllegalArgumentException(
                    "a node of " + nodes.size() + " inputs with " + partials.length + " partial derivatives");
        }
        return records(nodes)
                ? new Nary(operation, y, fixed(nodes), List.of(), null, partials.clone())
                : Node.constant(y);
    }

    /** A function of one node and two numbers, with its derivative. */
    static Node function(Operation operation, double y, Node x, double slope, double p, double q) {
        return composeOf(operation, y, List.of(x, Scalar.number(p), Scalar.number(q)), slope, 0, 0);
    }

    private static boolean records(List<Node> nodes) {
        if (NoGrad.isOpen()) {
            return false;
        }
        return nodes instanceof NodeRun run
                ? run.requiresGrad()
                : nodes.stream().anyMatch(Node::requiresGrad);
    }

    private static List<Node> fixed(List<Node> nodes) {
        return nodes instanceof NodeRun ? nodes : List.copyOf(nodes);
    }

    @Override
    List<Node> operands() {
        List<Node> operands = new ArrayList<>(xs);
        operands.addAll(ws);
        if (bias != null) {
            operands.add(bias);
        }
        return operands;
    }

    @Override
    void meetInputs(Sweep sweep) {
        sweep.meet(xs);
        sweep.meet(ws);
        if (bias != null) {
            sweep.meet(bias);
        }
    }

    @Override
    void pass() {
        double g = grad;
        boolean masks = operation() == Operation.MASKED || operation() == Operation.CLAMP;
        for (int i = 0; i < xs.size(); i++) {
            Node x = xs.get(i);
            if (partials.length > 0) {
                give(x, masks && partials[i] == 0 ? 0 : g * partials[i]);
            } else if (ws.isEmpty()) {
                give(x, g);
            } else {
                Node w = ws.get(i);
                double toW = g * x.data();
                give(x, g * w.data());
                give(w, toW);
            }
        }
        if (bias != null) {
            give(bias, g);
        }
    }
}
