package org.gradtwin.verify;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a check has no number, taken out of its reason.
 *
 * @param line of the statement at which the engine failed; empty if it was in backward, or nobody knows
 * @param words what was thrown, without where
 */
record Cause(OptionalInt line, String words) {
    private static final Pattern PLACE = Pattern.compile("(broke where it should refuse line \\d+ \\(\\w+\\): )?"
            + "(line (?<line>\\d+)|backward|program|close|new graph|leaf \\S+|(value|gradient) of \\S+): ");
    /** The frame in an engine in Java, or the line of a trace. */
    private static final Pattern FRAME = Pattern.compile("(, at \\S+\\([^()]*\\)| \\((File|at) .*\\))$");

    static Cause of(String reason) {
        Matcher place = PLACE.matcher(reason);
        boolean told = place.lookingAt();
        String line = told ? place.group("line") : null;
        String words = told ? reason.substring(place.end()) : reason;
        return new Cause(
                line == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(line)),
                FRAME.matcher(words).replaceFirst(""));
    }

    /** The same for all that fail in this way: their numbers differ, and how many of them there are. */
    String kind() {
        return words.replaceAll("0x[0-9a-f]+", "0")
                .replaceAll("-?\\d+(\\.\\d+)?(e[-+]?\\d+)?", "0")
                .replaceAll("0(, ?0)*,?", "0");
    }
}
