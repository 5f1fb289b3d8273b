package org.gradtwin.report;

import org.gradtwin.engine.DescribedEngine;

/**
 * An engine that took part in a run.
 *
 * @param name as in the checks
 * @param description what it calls itself, with version and language; "" if it does not say
 * @param programs how many it was asked
 * @param seconds how long it took over all of them, one after the other; what stands between, as a pipe, is counted
 */
public record EngineNote(String name, String description, long programs, double seconds) {
    /** What a run has seen of an engine. */
    public static EngineNote of(DescribedEngine engine) {
        return new EngineNote(engine.name(), engine.description(), engine.programs(), engine.seconds());
    }
}
