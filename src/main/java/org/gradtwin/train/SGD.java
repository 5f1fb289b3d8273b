package org.gradtwin.train;

import java.util.List;
import org.gradtwin.tensor.DType;

/**
 * Stochastic gradient descent, {@code torch.optim.SGD}. With gradient g, decay λ, momentum μ, dampening τ, rate γ:
 *
 * <p>g ← g + λ·p; b ← g in the first step and μ·b + (1 − τ)·g later; g ← g + μ·b (Nesterov) or b, if μ ≠ 0;
 * p ← p − γ·g. The formulas are those of <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html">PyTorch's page</a>;
 * the momentum is that of Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, with the rate
 * outside of the velocity.
 */
public final class SGD extends Optimizer<SGD.Options> {

    /**
     * PyTorch's arguments.
     *
     * @param rate γ
     * @param momentum μ
     * @param dampening τ
     * @param nesterov whether the gradient looks ahead
     * @param weightDecay λ
     */
    public record Options(double rate, double momentum, double dampening, boolean nesterov, double weightDecay)
            implements Optimizer.Options {
        /** PyTorch's defaults. */
        public static final Options DEFAULTS = new Options(1e-3, 0, 0, false, 0);

        /** Refuses what PyTorch refuses. */
        public Options {
            notNegative("learning rate", rate);
            notNegative("momentum", momentum);
            notNegative("weight decay", weightDecay);
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException("Nesterov needs a momentum and no dampening, not momentum "
                        + momentum + " and dampening " + dampening);
            }
        }

        /** Plain descent at that rate. */
        public static Options of(double rate) {
            return new Options(rate, 0, 0, false, 0);
        }
    }

    /** An optimizer of groups with their own options. */
    public SGD(List<Group<Options>> groups) {
        super(groups, 1);
    }

    /** An optimizer of one group. */
    public SGD(List<ParameterBlock> blocks, Options options) {
        this(List.of(new Group<>(blocks, options)));
    }

    @Override
    Rule rule(Options options, double rate, int step, DType dtype) {
        double descent = dtype.round(-rate);
        double decay = dtype.round(options.weightDecay);
        double momentum = dtype.round(options.momentum);
        double fresh = dtype.round(1 - options.dampening);
        return (p, g, memory, i) -> {
            double d = decayed(p, g, decay, dtype);
            if (momentum != 0) {
                double[] velocity = memory[0];
                velocity[i] = step == 1 ? d : dtype.round(dtype.round(velocity[i] * momentum) + dtype.round(fresh * d));
                d = options.nesterov ? dtype.round(d + dtype.round(momentum * velocity[i])) : velocity[i];
            }
            return dtype.round(p + dtype.round(descent * d));
        };
    }
}
