package org.gradtwin.engine;

import org.gradtwin.tensor.DType;
import org.gradtwin.train.Network;

/**
 * An engine that trains the network that it is given, and nothing else.
 *
 * @param name its name
 * @param network the network
 */
public record NetworkEngine(String name, Network network) implements Engine {
    @Override
    public Graph<?> newGraph(DType dtype) {
        throw new UnsupportedOperationException("it only trains");
    }

    @Override
    public Training train(TrainingTask task) {
        return new NetworkTraining(network, task);
    }
}
