package org.gradtwin.engine;

/** An engine refused or failed at a statement, or at what comes before the first and after the last. */
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
        this(line, "line " + line, cause);
    }

    /**
     * A failure outside of the statements.
     *
     * @param step what the engine was asked to do
     * @param cause what the engine threw
     */
    public EvaluationException(String step, RuntimeException cause) {
        this(0, step, cause);
    }

    private EvaluationException(int line, String place, RuntimeException cause) {
        super(place + ": " + firstLine(cause), cause);
        this.line = line;
    }

    /** Number of the statement, from 1; 0 outside of the statements. */
    public int line() {
        return line;
    }

    private static String firstLine(RuntimeException cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message.lines().findFirst().orElse(cause.toString());
    }
}
