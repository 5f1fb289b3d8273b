package org.gradtwin.engine;

/** An engine that did not answer too often is asked nothing more: what it is not asked counts as skipped, what it did not answer as failed. */
public final class NotAskedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String WORDS = "was not asked: it had not answered ";

    NotAskedException(String often) {
        super(WORDS + often);
    }

    /** Whether that is why something was skipped. */
    public static boolean isWhy(String reason) {
        return reason.contains(WORDS);
    }
}
