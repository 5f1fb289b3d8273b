package org.gradtwin.engine;

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

    /** (1 − t)·x − (1 + (p − 1)·t)·ln σ(x), times the weight. */
    private static NodeTensor logistic(
            NodeTensor x, NodeTensor target, @Nullable NodeTensor weight, @Nullable NodeTensor positive) {
        NodeTensor linear =
                ScalarElementwise.zip(x, target, (a, t) -> t.rminus(1).times(a));
        NodeTensor log = ScalarElementwise.map(x, ScalarLosses::logSigmoid);
        if (positive != null) {
            NodeTensor factor = ScalarElementwise.zip(
                    positive, target, (p, t) -> p.minus(1).times(t).plus(1));
            log = ScalarElementwise.zip(factor, log, Node::times);
        }
        NodeTensor loss = ScalarElementwise.zip(linear, log, Node::minus);
        return weight == null ? loss : ScalarElementwise.zip(loss, weight, Node::times);
    }

    /** ln σ(x) by the exponential that does not overflow. */
    private static Node logSigmoid(Node x) {
        return x.data() > 0
                ? x.negate().exp().log1p().negate()
                : x.minus(x.exp().log1p());
    }
}
