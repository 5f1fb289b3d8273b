package org.gradtwin.engine;

/** An engine does not train networks, or not this one: it is left out, with the reason. */
public final class UnsupportedTrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A lack, for a reader of the report. */
    public UnsupportedTrainingException(String reason) {
        super(reason);
    }
}
