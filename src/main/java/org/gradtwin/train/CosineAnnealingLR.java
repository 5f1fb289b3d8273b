package org.gradtwin.train;

/**
 * {@code CosineAnnealingLR}: γ(t) = γₘᵢₙ + (γ(0) − γₘᵢₙ)·(1 + cos(πt/T))/2, from one t to the next by PyTorch's
 * recursion. Loshchilov and Hutter, 2017, without restarts: beyond T the rate grows again.
 */
public final class CosineAnnealingLR implements LearningRateSchedule {
    private final Optimizer<?> optimizer;
    private final int period;
    private final double least;
    private final double[] initial;
    private int steps;

    /**
     * A schedule of the rates as they are now.
     *
     * @param period T, the steps until the least rate
     * @param least γₘᵢₙ; PyTorch's default is 0
     * @throws IllegalArgumentException if the period is not positive or the least rate not a finite number of at least
     *     0
     */
    public CosineAnnealingLR(Optimizer<?> optimizer, int period, double least) {
        if (period < 1) {
            throw new IllegalArgumentException("period " + period + " is not positive");
        }
        this.optimizer = optimizer;
        this.period = period;
        this.least = Optimizer.notNegative("least learning rate", least);
        initial = new double[optimizer.groups()];
        for (int group = 0; group < initial.length; group++) {
            initial[group] = optimizer.rate(group);
        }
    }

    @Override
    public void step() {
        steps++;
        for (int group = 0; group < initial.length; group++) {
            optimizer.setRate(group, next(optimizer.rate(group), initial[group]));
        }
    }

    private double next(double rate, double first) {
        if ((steps - 1 - period) % (2 * period) == 0) {
            // The quotient below would divide by 0.
            return rate + (first - least) * (1 - Math.cos(Math.PI / period)) / 2;
        }
        return (1 + Math.cos(Math.PI * steps / period))
                        / (1 + Math.cos(Math.PI * (steps - 1) / period))
                        * (rate - least)
                + least;
    }
}
