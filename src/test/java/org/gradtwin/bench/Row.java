package org.gradtwin.bench;

import org.jspecify.annotations.Nullable;

/**
 * A line of the table: a quantity, what was measured, and what the project wants.
 *
 * @param group what it belongs to: scalar, matrix, oracle
 * @param quantity what was measured
 * @param unit of the figures; "" for a ratio
 * @param measured median of the rounds
 * @param least of the rounds
 * @param greatest of the rounds
 * @param bar what is wanted, null for a figure that is only told
 * @param stretch what would be better still
 * @param atLeast whether the bar is a lower one
 */
public record Row(
        String group,
        String quantity,
        String unit,
        double measured,
        double least,
        double greatest,
        @Nullable Double bar,
        @Nullable Double stretch,
        boolean atLeast) {

    /** A figure without a bar. */
    public static Row told(String group, String quantity, String unit, Times.Spread figure) {
        return new Row(group, quantity, unit, figure.median(), figure.least(), figure.greatest(), null, null, false);
    }

    /** The same row with a figure that must not be exceeded. */
    public Row atMost(double bar, double stretch) {
        return new Row(group, quantity, unit, measured, least, greatest, bar, stretch, false);
    }

    /** The same row with a figure that must be reached. */
    public Row atLeast(double bar, double stretch) {
        return new Row(group, quantity, unit, measured, least, greatest, bar, stretch, true);
    }

    /** {@code ok}, {@code stretch} if even that was reached, {@code miss}, or {@code -} without a bar. NaN misses. */
    public String verdict() {
        if (bar == null || stretch == null) {
            return "-";
        } else if (reaches(stretch)) {
            return "stretch";
        }
        return reaches(bar) ? "ok" : "miss";
    }

    private boolean reaches(double wanted) {
        return atLeast ? measured >= wanted : measured <= wanted;
    }
}
