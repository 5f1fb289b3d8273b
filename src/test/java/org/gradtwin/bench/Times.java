package org.gradtwin.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What {@link Rounds} measured: for each task the nanoseconds of each round. */
public final class Times {
    private final Map<String, double[]> nanos;

    /**
     * Times by task.
     *
     * @throws IllegalArgumentException if the tasks ran different numbers of rounds
     */
    public Times(Map<String, double[]> nanos) {
        if (nanos.values().stream().mapToInt(times -> times.length).distinct().count() > 1) {
            throw new IllegalArgumentException("the tasks " + nanos.keySet() + " ran different numbers of rounds");
        }
        this.nanos = Collections.unmodifiableMap(new LinkedHashMap<>(nanos));
    }

    /** The tasks, in order. */
    public Set<String> tasks() {
        return nanos.keySet();
    }

    /** The nanoseconds of every round. */
    public double[] of(String task) {
        double[] times = nanos.get(task);
        if (times == null) {
            throw new IllegalArgumentException("there is no task '" + task + "' among " + tasks());
        }
        return times.clone();
    }

    /** The nanoseconds of the middle round. */
    public double median(String task) {
        return median(of(task));
    }

    /** The nanoseconds of the fastest round. */
    public double least(String task) {
        return Arrays.stream(of(task)).min().orElseThrow();
    }

    /** {@code task} ÷ {@code other}, round by round. */
    public Spread ratio(String task, String other) {
        double[] ratios = of(task);
        double[] divisors = of(other);
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] /= divisors[i];
        }
        return Spread.of(ratios);
    }

    /**
     * A figure over the rounds.
     *
     * @param median of the rounds
     * @param least of the rounds
     * @param greatest of the rounds
     */
    public record Spread(double median, double least, double greatest) {
        /** Of these figures, one a round. */
        public static Spread of(double... figures) {
            return new Spread(
                    Times.median(figures),
                    Arrays.stream(figures).min().orElseThrow(),
                    Arrays.stream(figures).max().orElseThrow());
        }

        /** The same figure times a factor, which must be positive. */
        public Spread times(double factor) {
            return new Spread(median * factor, least * factor, greatest * factor);
        }

        /** One ÷ this figure. */
        public Spread reciprocal() {
            return new Spread(1 / median, 1 / greatest, 1 / least);
        }
    }

    /** The middle one, or the mean of the two in the middle. */
    static double median(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
