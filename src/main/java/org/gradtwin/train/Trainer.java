package org.gradtwin.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Trains a network batch by batch and keeps the loss of every step, before its update. */
public final class Trainer {
    private final Network network;
    private final Dataset data;
    private final Loss loss;
    private final Optimizer<?> optimizer;
    private final Optional<LearningRateSchedule> perStep;
    private double[] history = new double[64];
    private int steps;

    /** Told after each epoch. */
    @FunctionalInterface
    public interface Progress {
        /**
         * An epoch is over.
         *
         * @param epoch 1 for the first
         * @param meanLoss of its steps
         */
        void epoch(int epoch, double meanLoss);
    }

    /** A trainer at rates that do not change. */
    public Trainer(Network network, Dataset data, Loss loss, Optimizer<?> optimizer) {
        this(network, data, loss, optimizer, Optional.empty());
    }

    /**
     * A trainer.
     *
     * @param perStep is stepped after every update
     * @throws IllegalArgumentException if the data and the loss do not fit the network
     */
    public Trainer(
            Network network, Dataset data, Loss loss, Optimizer<?> optimizer, Optional<LearningRateSchedule> perStep) {
        network.require(data, loss);
        this.network = network;
        this.data = data;
        this.loss = loss;
        this.optimizer = optimizer;
        this.perStep = perStep;
    }

    /**
     * One step.
     *
     * @param batch the numbers of its samples
     * @return the loss before the update
     */
    public double step(int... batch) {
        double value = network.learn(data, batch, loss);
        optimizer.step();
        perStep.ifPresent(LearningRateSchedule::step);
        if (steps == history.length) {
            history = Arrays.copyOf(history, 2 * steps);
        }
        history[steps++] = value;
        return value;
    }

    /** Epochs of all samples. */
    public void train(DataLoader loader, int epochs, Progress progress) {
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double sum = 0;
            List<int[]> batches = loader.epoch();
            for (int[] batch : batches) {
                sum += step(batch);
            }
            progress.epoch(epoch, sum / batches.size());
        }
    }

    /** The loss of every step so far. */
    public double[] history() {
        return Arrays.copyOf(history, steps);
    }
}
