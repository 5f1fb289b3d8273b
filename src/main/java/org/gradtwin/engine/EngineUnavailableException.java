package org.gradtwin.engine;

/** An engine that cannot run here at all: that ends a run, where an engine that fails at a case only fails its checks. */
public class EngineUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong, in a line. */
    public EngineUnavailableException(String message) {
        super(message);
    }

    /** With what is missing, in a line. */
    public EngineUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
