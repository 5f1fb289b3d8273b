package org.gradtwin.report.html;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a drawing shows of a long curve: of every few steps the extreme ones, so that no peak is lost.
 *
 * @param x the steps, from 1
 * @param y the values there
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Thinned(double[] x, double[] y) {
    /** A drawing has about two pixels for each. */
    private static final int EXTREMES = 300;

    /** Fewer, for errors are often exactly 0, which leaves a gap on a logarithmic axis. */
    private static final int PEAKS = 100;

    /** The greatest of every few values; NaN is greater than all. */
    static Thinned peaks(double[] values) {
        return of(values, PEAKS, false);
    }

    /** The least and the greatest of every few values, in their order. */
    static Thinned envelope(double[] values) {
        return of(values, EXTREMES, true);
    }

    private static Thinned of(double[] values, int most, boolean least) {
        int buckets = Math.min(most, values.length);
        int[] kept = IntStream.range(0, buckets)
                .flatMap(i -> {
                    int from = (int) ((long) i * values.length / buckets);
                    int end = (int) ((long) (i + 1) * values.length / buckets);
                    int greatest = extreme(values, from, end, 1);
                    return least ? IntStream.of(extreme(values, from, end, -1), greatest) : IntStream.of(greatest);
                })
                .sorted()
                .distinct()
                .toArray();
        return new Thinned(
                Arrays.stream(kept).mapToDouble(i -> i + 1).toArray(),
                Arrays.stream(kept).mapToDouble(i -> values[i]).toArray());
    }

    private static int extreme(double[] values, int from, int end, int sign) {
        int best = from;
        for (int i = from + 1; i < end; i++) {
            best = sign * Double.compare(values[i], values[best]) > 0 ? i : best;
        }
        return best;
    }
}
