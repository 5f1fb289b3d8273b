package org.gradtwin.report.html;

import java.util.List;
import org.gradtwin.report.Failure;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Summary;
import org.gradtwin.verify.Suspect;

/** A run in Markdown, for the page of a CI job. */
public final class MarkdownSummary {
    private static final int SHOWN = 5;

    private MarkdownSummary() {}

    /**
     * The last of several runs: verdict, counts and the first failures, and what changed since the run before.
     *
     * @param runs the oldest first
     * @throws IllegalArgumentException if there are none
     */
    public static String of(List<RunReport> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("a summary of 0 runs");
        }
        RunReport run = runs.get(runs.size() - 1);
        Summary summary = run.summary();
        StringBuilder out =
                new StringBuilder("## gradtwin: " + (run.passes() ? "✓ " : "✗ ") + Phrases.verdict(run) + "\n\n");
        out.append(
                "| cases | checks | agree | disagree | skipped | vacuous | drift | convention | worst error | of what is allowed |\n");
        out.append("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        out.append(row(summary));
        for (Suspect suspect : run.suspects()) {
            out.append("\n").append(suspect.inWords().indent(4));
        }
        List<Failure> shownFailures = run.simplest().stream().limit(SHOWN).toList();
        for (Failure failure : shownFailures) {
            out.append("\n").append(failure.message().indent(4));
        }
        int failing = summary.disagree() + summary.unexplained();
        int shown = shownFailures.size();
        if (failing > shown) {
            out.append("\n… and ")
                    .append(Phrases.count(failing - shown, "check"))
                    .append(" more; the dashboard lists them all.\n");
        }
        if (runs.size() > 1) {
            List<String> changes = Trends.changes(runs.get(runs.size() - 2), run);
            out.append("\n").append(Phrases.count(changes.size(), "change")).append(" since the run before.\n\n");
            changes.stream()
                    .limit(SHOWN)
                    .forEach(change -> out.append("- `")
                            .append(change.replaceAll("\\R", " ").replace("`", "'"))
                            .append("`\n"));
        }
        return out.toString();
    }

    private static String row(Summary summary) {
        return "| " + String.join(" | ", Phrases.counts(summary)) + " |\n";
    }
}
