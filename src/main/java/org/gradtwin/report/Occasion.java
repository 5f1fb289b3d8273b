package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * When a run was, of what, and whether it came to its end.
 *
 * @param time when it began, in UTC to the second, as {@code 2026-01-31T12:00:00Z}
 * @param duration how long it took, in seconds
 * @param commit of the sources in the folder that it ran in; null if they are under no version control
 * @param label what whoever ran it calls it; null if that is nothing
 * @param unfinished how far it had come when the report was written; null if it had come to its end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Occasion(
        String time,
        double duration,
        @Nullable String commit,
        @Nullable String label,
        @Nullable String unfinished) {
    /** The same of a run that has come so far. */
    public Occasion unfinished(String soFar) {
        return new Occasion(time, duration, commit, label, soFar);
    }

    /** Date, label and commit, as far as they are known. */
    public String inWords() {
        return time.replaceFirst("T(\\d\\d:\\d\\d).*", " $1 UTC")
                + (label == null ? "" : ", " + label)
                + (commit == null ? "" : ", " + commit);
    }
}
