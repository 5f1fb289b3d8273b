package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.jspecify.annotations.Nullable;

/** Losses that compare element by element. */
final class ScalarLosses {
    private ScalarLosses() {}

    static NodeTensor apply(ScalarCall call) {
        NodeTensor x = call.tensor(0);
        NodeTensor target = call.tensor(1);
        NodeTensor loss = switch (call.op()) {
            case MSE_LOSS ->
                ScalarElementwise.zip(x, target, (a, b) -> a.minus(b).square());
            case L1_LOSS ->
                ScalarElementwise.zip(x, target, (a, b) -> a.minus(b).abs());
            case HUBER_LOSS -> huber(x, target, call.attributes().number("delta"));
            case BINARY_CROSS_ENTROPY_WITH_LOGITS -> logistic(x, target, call.constant(2), call.constant(3));
            default -> throw new UnsupportedOpException(call.op(), "not an elementwise loss");
        };
        return ScalarReductions.reduce(loss, call.attributes().text("reduction"));
    }

    /** ½d² within delta, delta·(|d| − ½delta) from there on; a NaN is within. */
    private static NodeTensor huber(NodeTensor x, NodeTensor target, double delta) {
        if (!(delta > 0)) {
            throw new IllegalArgumentException("huber_loss: delta " + delta + " is not positive");
        }
        return ScalarElementwise.zip(x, target, (a, b) -> {
            Node d = a.minus(b);
            boolean outside = Math.abs(d.data()) >= delta;
            return outside
                    ? d.abs().minus(0.5 * delta).times(delta)
                    : d.square().times(0.5);
        });
    }

    /** Each element's loss, times the weight. */
    private static NodeTensor logistic(
            NodeTensor x, NodeTensor target, @Nullable NodeTensor weight, @Nullable NodeTensor positive) {
        NodeTensor p = positive == null ? null : positive.broadcastTo(x.shape());
        List<Node> nodes = new ArrayList<>(x.nodes().size());
        for (int i = 0; i < x.nodes().size(); i++) {
            nodes.add(logistic(x.get(i), target.get(i), p == null ? Node.constant(1) : p.get(i)));
        }
        NodeTensor loss = new NodeTensor(x.shape(), nodes);
        return weight == null ? loss : ScalarElementwise.zip(loss, weight, Node::times);
    }

    /**
     * (1 − t)·x − (1 + (p − 1)·t)·ln σ(x). Differentiated as it stands, this would lose σ(x) in 1 − σ(−x) where x is
     * negative; there it is written as (pt + 1 − t)·ln(1 + eˣ) − pt·x, with the value still rounded as PyTorch does.
     */
    private static Node logistic(Node x, Node t, Node p) {
        Node log = logSigmoid(x);
        Node loss = t.rminus(1).times(x).minus(p.minus(1).times(t).plus(1).times(log));
        if (!(x.data() <= 0)) {
            return loss;
        }
        Node pt = p.times(t);
        Node stable = pt.minus(t).plus(1).times(x.exp().log1p()).minus(pt.times(x));
        return Node.compose(loss.data(), List.of(stable), 1);
    }

    /** ln σ(x) by the exponential that does not overflow. */
    private static Node logSigmoid(Node x) {
        return x.data() > 0
                ? x.negate().exp().log1p().negate()
                : x.minus(x.exp().log1p());
    }
}
