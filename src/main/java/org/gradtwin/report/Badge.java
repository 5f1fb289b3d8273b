package org.gradtwin.report;

import java.util.Locale;

/**
 * A run in a badge, as <a href="https://shields.io/badges/endpoint-badge">shields.io</a> reads it from an address.
 *
 * @param schemaVersion always 1
 * @param label what is left
 * @param message what is right
 * @param color of what is right
 */
public record Badge(int schemaVersion, String label, String message, String color) {
    /** Whether the run passes, and how many cases do. */
    public static Badge of(RunReport run) {
        int cases = run.summary().cases();
        int failing = run.failing().size();
        String message = run.unfinished().isPresent()
                ? "unfinished"
                : run.passes() || failing > 0
                        ? String.format(Locale.ROOT, "%,d of %,d cases pass", cases - failing, cases)
                        : "failing";
        return new Badge(
                1,
                "gradtwin",
                message,
                run.unfinished().isPresent() ? "lightgrey" : run.passes() ? "brightgreen" : "red");
    }

    /** The badge as a file. */
    public String json() {
        return ReportFiles.JSON.writeValueAsString(this) + "\n";
    }
}
