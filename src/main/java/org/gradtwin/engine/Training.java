package org.gradtwin.engine;

import java.util.Map;

/** A training that has begun: what an engine that can train gives to whoever steps it. */
public interface Training extends AutoCloseable {
    /**
     * Learns one batch: forward, backward, update.
     *
     * @param batch the numbers of its samples
     * @return the loss before the update
     */
    double step(int... batch);

    /** The parameters now, by name, row-major. */
    Map<String, double[]> parameters();

    @Override
    default void close() {}
}
