package org.gradtwin.train;

import java.util.List;
import org.gradtwin.tensor.DType;

/**
 * AdamW, {@code torch.optim.AdamW}: weight decay is decoupled, p ← p·(1 − γ·λ), before the update. Loshchilov and
 * Hutter, 2019.
 */
public final class AdamW extends Optimizer<AdamOptions> {

    /** An optimizer of groups with their own options. */
    public AdamW(List<Group<AdamOptions>> groups) {
        super(groups, 2);
    }

    /** An optimizer of one group. */
    public AdamW(List<ParameterBlock> blocks, AdamOptions options) {
        this(List.of(new Group<>(blocks, options)));
    }

    @Override
    Rule rule(AdamOptions options, double rate, int step, DType dtype) {
        Moments moments = new Moments(options, rate, step, dtype);
        double shrink = dtype.round(1 - rate * options.weightDecay());
        return (p, g, memory, i) -> moments.apply(dtype.round(p * shrink), g, memory, i);
    }
}
