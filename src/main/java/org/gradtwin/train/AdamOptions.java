package org.gradtwin.train;

/**
 * The arguments of {@link Adam} and {@link AdamW}.
 *
 * @param rate the learning rate γ
 * @param beta1 how much of the running mean of gradients is kept
 * @param beta2 how much of the running mean of their squares is kept
 * @param epsilon added to the denominator, after the correction of bias
 * @param weightDecay λ
 */
public record AdamOptions(double rate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer.Options {
    /** PyTorch's defaults of Adam. */
    public static final AdamOptions ADAM = new AdamOptions(1e-3, 0.9, 0.999, 1e-8, 0);

    /** PyTorch's defaults of AdamW. */
    public static final AdamOptions ADAMW = new AdamOptions(1e-3, 0.9, 0.999, 1e-8, 1e-2);

    /** Refuses what PyTorch refuses. */
    public AdamOptions {
        Optimizer.notNegative("learning rate", rate);
        Optimizer.fraction("beta1", beta1);
        Optimizer.fraction("beta2", beta2);
        Optimizer.notNegative("epsilon", epsilon);
        Optimizer.notNegative("weight decay", weightDecay);
    }
}
