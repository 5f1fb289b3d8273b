package org.gradtwin.engines.process;

import org.gradtwin.engine.Told;

/** A child process that did not answer as the protocol says: it ended, took too long or too much, or wrote something else. */
final class ChildFault extends RuntimeException implements Told {
    private static final long serialVersionUID = 1L;

    private final boolean late;

    ChildFault(String message) {
        this(message, false);
    }

    ChildFault(String message, boolean late) {
        super(message);
        this.late = late;
    }

    ChildFault(String message, Throwable cause) {
        super(message, cause);
        this.late = false;
    }

    /** Whether it took too long. */
    boolean isLate() {
        return late;
    }
}
