package org.gradtwin.engine;

import java.time.Duration;

/**
 * How long an engine may take over a program, and how often more than that before it is not asked any more: one that never answers
 * would hold a run up without end.
 */
public final class Patience {
    /** A minute. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int IN_A_ROW = 3;
    private static final int IN_ALL = 20;

    private final Duration limit;
    private int inARow;
    private int inAll;

    /** So long for each program. */
    public Patience(Duration limit) {
        this.limit = limit;
    }

    /** For a program. */
    public Duration limit() {
        return limit;
    }

    /** A program was answered. */
    public synchronized void answered() {
        inARow = 0;
    }

    /** A program was not, in time; what to say of it. */
    public synchronized String late() {
        inARow++;
        inAll++;
        return "has not answered for " + limit.toMillis() / 1000.0 + " s";
    }

    /**
     * Lets a program be asked.
     *
     * @throws NotAskedException if it is at its end
     */
    public synchronized void require() {
        if (inARow >= IN_A_ROW || inAll >= IN_ALL) {
            throw new NotAskedException((inARow >= IN_A_ROW ? inARow + " programs in a row" : inAll + " programs"));
        }
    }
}
