package org.gradtwin.engine;

/** An engine refused or failed at a statement. */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * A failure.
     *
     * @param line number of the statement, from 1
     * @param cause what the engine threw
     */
    public EvaluationException(int line, RuntimeException cause) {
        super("line " + line + ": " + firstLine(cause), cause);
        this.line = line;
    }

    /** Number of the statement, from 1. */
    public int line() {
        return line;
    }

    private static String firstLine(RuntimeException cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message.lines().findFirst().orElse(cause.toString());
    }
}
