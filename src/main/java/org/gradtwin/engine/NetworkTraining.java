package org.gradtwin.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.train.Network;
import org.gradtwin.train.Optimizer;
import org.gradtwin.train.Trainer;

/** A training of a network in Java. */
public final class NetworkTraining implements Training {
    private final Network network;
    private final Trainer trainer;

    /** Of a network, whatever its parameters are now. */
    public NetworkTraining(Network network, TrainingTask task) {
        this.network = network;
        Map<String, double[]> initial = new LinkedHashMap<>();
        task.parameters()
                .forEach((name, tensor) ->
                        initial.put(name, tensor.to(task.dtype()).toDoubles()));
        network.load(initial);
        Optimizer<?> optimizer = task.optimizer().of(network);
        trainer = new Trainer(
                network,
                task.data().rounded(task.dtype()),
                task.loss(),
                optimizer,
                task.schedule().map(schedule -> schedule.apply(optimizer)));
    }

    @Override
    public double step(int... batch) {
        return trainer.step(batch);
    }

    @Override
    public Map<String, double[]> parameters() {
        Map<String, double[]> values = new LinkedHashMap<>();
        network.parameters().forEach((name, block) -> values.put(name, block.values()));
        return values;
    }

    @Override
    public String toString() {
        return "training of " + network;
    }
}
