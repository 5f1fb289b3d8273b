package org.gradtwin.engine;

/** Thrown if an engine cannot run here at all. It ends the run; an engine that fails in one case only fails the checks of that case. */
public class EngineUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception whose message says in a line what is wrong. */
    public EngineUnavailableException(String message) {
        super(message);
    }

    /** An exception whose message says in a line what is missing. */
    public EngineUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
