package org.gradtwin.train;

import java.util.List;
import org.gradtwin.tensor.DType;

/**
 * Adam, {@code torch.optim.Adam}: weight decay is a penalty, g ← g + λ·p, before the moments are taken. Kingma and Ba,
 * 2015.
 */
public final class Adam extends Optimizer<AdamOptions> {

    /** An optimizer of groups with their own options. */
    public Adam(List<Group<AdamOptions>> groups) {
        super(groups, 2);
    }

    /** An optimizer of one group. */
    public Adam(List<ParameterBlock> blocks, AdamOptions options) {
        this(List.of(new Group<>(blocks, options)));
    }

    @Override
    Rule rule(AdamOptions options, double rate, int step, DType dtype) {
        Moments moments = new Moments(options, rate, step, dtype);
        double decay = dtype.round(options.weightDecay());
        return (p, g, memory, i) -> moments.apply(p, decayed(p, g, decay, dtype), memory, i);
    }
}
