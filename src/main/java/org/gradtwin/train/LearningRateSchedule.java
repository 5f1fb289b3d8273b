package org.gradtwin.train;

/** Changes the learning rates of an optimizer's groups, as {@code torch.optim.lr_scheduler} does. */
public interface LearningRateSchedule {
    /** Sets the rates of the next epoch, or of the next step if that is what it counts. */
    void step();
}
