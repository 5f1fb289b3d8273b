package org.gradtwin.scalar;

/**
 * A scope in which this thread computes values only: {@code try (NoGrad scope = NoGrad.open()) { … }}. Nothing is
 * recorded, and the results are constants.
 */
public final class NoGrad implements AutoCloseable {

    private boolean closed;

    private NoGrad() {
        Recorder.current().pause();
    }

    /** Stops recording until the scope is closed. Scopes nest. */
    public static NoGrad open() {
        return new NoGrad();
    }

    /** Records again, unless an outer scope forbids it. */
    @Override
    public void close() {
        if (!closed) {
            Recorder.current().unpause();
            closed = true;
        }
    }
}
