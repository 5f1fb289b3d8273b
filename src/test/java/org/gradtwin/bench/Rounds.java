package org.gradtwin.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Times tasks in turn: a round runs each of them once, in order, so that whatever slows the machine down meets all of
 * them alike.
 *
 * @param warmUp rounds that do not count, for the compiler
 * @param rounds rounds that count
 */
public record Rounds(int warmUp, int rounds) {
    /** Refuses no round at all. */
    public Rounds {
        if (warmUp < 0 || rounds < 1) {
            throw new IllegalArgumentException(
                    "%d rounds after %d to warm up: at least 1 is needed".formatted(rounds, warmUp));
        }
    }

    /** Runs the rounds; gives the nanoseconds of each task by name. */
    public Times measure(Map<String, Runnable> tasks) {
        return measure(tasks, System::nanoTime);
    }

    /** The same by another clock, in nanoseconds. */
    public Times measure(Map<String, Runnable> tasks, LongSupplier clock) {
        Map<String, double[]> nanos = new LinkedHashMap<>();
        tasks.keySet().forEach(name -> nanos.put(name, new double[rounds]));
        for (int round = -warmUp; round < rounds; round++) {
            int at = round;
            tasks.forEach((name, task) -> {
                long start = clock.getAsLong();
                task.run();
                long end = clock.getAsLong();
                if (at >= 0) {
                    nanos.getOrDefault(name, new double[0])[at] = end - start;
                }
            });
        }
        return new Times(nanos);
    }
}
