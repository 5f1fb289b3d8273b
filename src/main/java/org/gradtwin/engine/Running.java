package org.gradtwin.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What each thread is at, for the one who has to say what ended a run. */
public final class Running {
    private static final Map<Thread, String> AT = new ConcurrentHashMap<>();

    private Running() {}

    /** Does something, and is known to be at it in the meantime; inside of something else, at both. */
    public static <T> T during(String what, Supplier<T> work) {
        Thread thread = Thread.currentThread();
        String outer = AT.get(thread);
        AT.put(thread, outer == null ? what : outer + ", " + what);
        try {
            return work.get();
        } finally {
            if (outer == null) {
                AT.remove(thread);
            } else {
                AT.put(thread, outer);
            }
        }
    }

    /** What a thread is at; empty if it is not known. */
    public static Optional<String> at(Thread thread) {
        return Optional.ofNullable(AT.get(thread));
    }

    /** What all threads are at. */
    public static List<String> now() {
        return AT.values().stream().sorted().toList();
    }
}
