package org.gradtwin.train;

import java.util.List;
import org.gradtwin.tensor.DType;

/**
 * RMSprop, {@code torch.optim.RMSprop}: g ← g + λ·p; v ← α·v + (1 − α)·g²; with {@code centered}, a ← α·a + (1 − α)·g
 * and the root is that of v − a²; d = √v + ε; with momentum b ← μ·b + g/d and p ← p − γ·b, else p ← p − γ·g/d. Tieleman
 * and Hinton, 2012; centered: Graves, 2013.
 */
public final class RMSprop extends Optimizer<RMSprop.Options> {

    /**
     * PyTorch's arguments.
     *
     * @param rate γ
     * @param alpha α
     * @param epsilon ε
     * @param weightDecay λ
     * @param momentum μ
     * @param centered whether the variance is estimated rather than the mean square
     */
    public record Options(
            double rate, double alpha, double epsilon, double weightDecay, double momentum, boolean centered)
            implements Optimizer.Options {
        /** PyTorch's defaults. */
        public static final Options DEFAULTS = new Options(1e-2, 0.99, 1e-8, 0, 0, false);

        /** Refuses what PyTorch refuses. */
        public Options {
            notNegative("learning rate", rate);
            notNegative("alpha", alpha);
            notNegative("epsilon", epsilon);
            notNegative("weight decay", weightDecay);
            notNegative("momentum", momentum);
        }
    }

    /** An optimizer of groups with their own options. */
    public RMSprop(List<Group<Options>> groups) {
        super(groups, 3);
    }

    /** An optimizer of one group. */
    public RMSprop(List<ParameterBlock> blocks, Options options) {
        this(List.of(new Group<>(blocks, options)));
    }

    @Override
    Rule rule(Options options, double rate, int step, DType dtype) {
        double descent = dtype.round(-rate);
        double decay = dtype.round(options.weightDecay);
        double keep = dtype.round(options.alpha);
        double fresh = dtype.round(1 - options.alpha);
        double momentum = dtype.round(options.momentum);
        double epsilon = dtype.round(options.epsilon);
        return (p, g, memory, i) -> {
            double d = decayed(p, g, decay, dtype);
            double v = squares(memory[0][i], d, keep, fresh, dtype);
            memory[0][i] = v;
            double variance = v;
            if (options.centered) {
                double mean = lerp(memory[1][i], d, fresh, dtype);
                memory[1][i] = mean;
                variance = dtype.round(v - dtype.round(mean * mean));
            }
            double denominator = dtype.round(dtype.round(Math.sqrt(variance)) + epsilon);
            if (momentum == 0) {
                return dtype.round(p + dtype.round(dtype.round(descent * d) / denominator));
            }
            double velocity = dtype.round(dtype.round(memory[2][i] * momentum) + dtype.round(d / denominator));
            memory[2][i] = velocity;
            return dtype.round(p + dtype.round(descent * velocity));
        };
    }
}
