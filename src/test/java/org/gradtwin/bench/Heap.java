package org.gradtwin.bench;

import java.util.function.Supplier;

/** How much memory something keeps. */
final class Heap {
    private Heap() {}

    /** The bytes that what {@code maker} makes keeps alive. */
    static long bytesOf(Supplier<Object> maker) {
        long before = used();
        Object made = maker.get();
        long after = used();
        // Alive until here.
        return made.hashCode() == 0 && after < 0 ? 0 : after - before;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        // Of four collections the serial collector leaves dead objects where they are in three:
        // MarkSweepAlwaysCompactCount.
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
