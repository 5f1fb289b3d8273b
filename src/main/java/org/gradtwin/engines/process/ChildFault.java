package org.gradtwin.engines.process;

/** A child process that did not answer as the protocol says: it ended, took too long or too much, or wrote something else. */
public final class ChildFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChildFault(String message) {
        super(message);
    }

    ChildFault(String message, Throwable cause) {
        super(message, cause);
    }
}
