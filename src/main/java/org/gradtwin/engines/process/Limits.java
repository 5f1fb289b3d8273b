package org.gradtwin.engines.process;

import java.time.Duration;

/**
 * What a child may take.
 *
 * @param start how long until it has answered {@code hello}
 * @param program how long one program may take
 * @param memory bytes that it and its children may hold, where the system tells
 */
public record Limits(Duration start, Duration program, long memory) {
    /** A minute each, and half of the machine's memory. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(60), Duration.ofSeconds(60), Memory.half());

    /** The same with that for a program. */
    public Limits within(Duration limit) {
        return new Limits(start, limit, memory);
    }
}
