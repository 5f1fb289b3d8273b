package org.gradtwin.scalar;

/**
 * A scope in which this thread computes values only: {@code try (NoGrad scope = NoGrad.open()) { … }}. Nothing is
 * recorded, and the results are constants.
 */
public final class NoGrad implements AutoCloseable {

    private final Recorder recorder = Recorder.current();
    private boolean closed;

    private NoGrad() {
        recorder.pause();
    }

    /** Stops recording until the scope is closed. Scopes nest. */
    public static NoGrad open() {
        return new NoGrad();
    }

    /** Records again, unless an outer scope forbids it. */
    @Override
    public void close() {
        if (!closed) {
            if (Recorder.current() != recorder) {
                throw new IllegalStateException("closed by another thread than the one that opened it");
            }
            recorder.unpause();
            closed = true;
        }
    }
}
