package org.gradtwin.train;

/** {@code StepLR}: after every {@code stepSize} steps of the schedule, each learning rate is multiplied by gamma. */
public final class StepLR implements LearningRateSchedule {
    private final Optimizer<?> optimizer;
    private final int stepSize;
    private final double gamma;
    private int steps;

    /**
     * A schedule; PyTorch's default of gamma is 0.1.
     *
     * @throws IllegalArgumentException if the step size is not positive or gamma not a finite number of at least 0
     */
    public StepLR(Optimizer<?> optimizer, int stepSize, double gamma) {
        if (stepSize < 1) {
            throw new IllegalArgumentException("step size " + stepSize + " is not positive");
        }
        this.optimizer = optimizer;
        this.stepSize = stepSize;
        this.gamma = Optimizer.notNegative("gamma", gamma);
    }

    @Override
    public void step() {
        if (++steps % stepSize == 0) {
            for (int group = 0; group < optimizer.groups(); group++) {
                optimizer.setRate(group, optimizer.rate(group) * gamma);
            }
        }
    }
}
