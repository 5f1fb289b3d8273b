package org.gradtwin.reference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.gradtwin.fixture.read.Cursor;
import org.gradtwin.fixture.read.Keys;

/**
 * False alarms: would an engine that only rounds otherwise be called wrong? Fresh samples, none of which took part in calibration,
 * are held against the recorded numbers and tolerances.
 */
public final class Alarms {
    private final int samples;
    private final List<Double> ratios = new ArrayList<>();
    private final List<String> alarms = new ArrayList<>();
    private long leftOut;

    /** Of so many samples of each case. */
    public Alarms(int samples) {
        this.samples = samples;
    }

    /** Takes the answer of a case. */
    public void take(String name, Cursor answer) {
        Keys keys = answer.record(List.of("ratios", "left_out", "alarms"), List.of());
        keys.list("ratios").forEach(ratio -> ratios.add(ratio.element()));
        keys.list("alarms").forEach(alarm -> alarms.add(name + " " + alarm.text()));
        leftOut += keys.get("left_out").integer(0, Long.MAX_VALUE);
    }

    /** Whether a right engine would be called wrong. */
    public boolean any() {
        return !alarms.isEmpty();
    }

    /** How near the samples came to an alarm, a line each. */
    public List<String> report() {
        List<String> lines = new ArrayList<>();
        alarms.forEach(alarm -> lines.add("alarm         " + alarm));
        lines.add(ratios.size() + " quantities, " + samples + " samples of each: " + alarms.size()
                + " with a false alarm");
        if (leftOut > 0) {
            lines.add(leftOut + " elements were left out: in float32 its range decides them, not rounding");
        }
        if (!ratios.isEmpty()) {
            List<Double> sorted = new ArrayList<>(ratios);
            Collections.sort(sorted);
            lines.add(String.format(
                    Locale.ROOT,
                    "largest error of a quantity in all its samples, of what is allowed: median %s, 99th percentile %s,"
                            + " largest %s",
                    percent(sorted, 0.5),
                    percent(sorted, 0.99),
                    percent(sorted, 1)));
        }
        return lines;
    }

    private static String percent(List<Double> sorted, double part) {
        double share = sorted.get((int) Math.ceil(part * (sorted.size() - 1)));
        return Double.isInfinite(share) ? "infinite" : String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }

    @Override
    public String toString() {
        return "alarms in " + samples + " samples";
    }
}
