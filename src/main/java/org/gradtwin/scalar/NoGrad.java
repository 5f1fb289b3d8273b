package org.gradtwin.scalar;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A scope in which this thread computes values only: {@code try (NoGrad scope = NoGrad.open()) { … }}. Nothing is
 * recorded, and the results are constants.
 */
public final class NoGrad implements AutoCloseable {

    /** Scopes of all threads: as long as there is none, no thread need look for its own. */
    private static final AtomicInteger OPEN = new AtomicInteger();

    private static final ThreadLocal<AtomicInteger> DEPTH = ThreadLocal.withInitial(AtomicInteger::new);

    private final AtomicInteger depth = DEPTH.get();
    private boolean closed;

    private NoGrad() {
        OPEN.incrementAndGet();
        depth.incrementAndGet();
    }

    /** Stops recording until the scope is closed. Scopes nest. */
    public static NoGrad open() {
        return new NoGrad();
    }

    static boolean isOpen() {
        return OPEN.get() > 0 && DEPTH.get().get() > 0;
    }

    /** Records again, unless an outer scope forbids it. */
    @Override
    public void close() {
        if (!closed) {
            if (DEPTH.get() != depth) {
                throw new IllegalStateException("closed by another thread than the one that opened it");
            }
            depth.decrementAndGet();
            OPEN.decrementAndGet();
            closed = true;
        }
    }
}
