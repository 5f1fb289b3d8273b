package org.gradtwin.matrix.kernel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads of the common pool that help with sections of many parts. Any free thread takes the next part, the caller included,
 * so a section never waits for a helper that has not started. Waking a thread takes as long as many a section, so a helper
 * looks for the next section for a moment before it returns to the pool.
 */
final class Helpers {
    /** Nanoseconds that a helper waits for the next section. */
    private static final long PATIENCE = 200_000;

    /** Looks at the last part before the caller lets others have its processor. */
    private static final int LOOKS = 10_000;

    private static final int MOST = ForkJoinPool.commonPool().getParallelism();
    private static final AtomicInteger HELPERS = new AtomicInteger();
    private static final AtomicReference<@Nullable Section> LATEST = new AtomicReference<>();

    private Helpers() {}

    /** Does the parts 0 to before {@code parts}, each once, with at most so many helpers; throws what a part throws. */
    static void share(int helpers, int parts, IntConsumer part) {
        Section section = new Section(helpers, parts, part);
        LATEST.set(section);
        int wanted = Math.min(helpers, MOST);
        for (int present = HELPERS.get(); present < wanted; present = HELPERS.get()) {
            if (HELPERS.compareAndSet(present, present + 1)) {
                callHelper();
            }
        }
        try {
            section.work();
            section.await();
        } finally {
            // Keeps nothing alive that the parts hold.
            LATEST.compareAndSet(section, null);
        }
    }

    private static void callHelper() {
        boolean called = false;
        try {
            ForkJoinPool.commonPool().execute(Helpers::help);
            called = true;
        } finally {
            if (!called) {
                HELPERS.decrementAndGet();
            }
        }
    }

    private static void help() {
        Section helped = null;
        for (long idle = System.nanoTime(); System.nanoTime() - idle < PATIENCE; ) {
            Section section = LATEST.get();
            if (section != null && section != helped && section.join()) {
                section.work();
                helped = section;
                idle = System.nanoTime();
            } else {
                Thread.onSpinWait();
            }
        }
        HELPERS.decrementAndGet();
    }

    private static final class Section {
        private final AtomicInteger places;
        private final int parts;
        private final IntConsumer part;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Section(int helpers, int parts, IntConsumer part) {
            this.places = new AtomicInteger(helpers);
            this.parts = parts;
            this.part = part;
        }

        boolean join() {
            return next.get() < parts && places.getAndDecrement() > 0;
        }

        void work() {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                try {
                    part.accept(i);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
                done.incrementAndGet();
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // where there are more helpers than free cores, the waiting give way
        void await() {
            for (int looks = 0; done.get() < parts; looks++) {
                if (looks < LOOKS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            Throwable thrown = failure.get();
            if (thrown instanceof Error error) {
                throw error;
            } else if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
