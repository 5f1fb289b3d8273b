package org.gradtwin.report.html;

import java.util.List;
import java.util.Locale;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.RunReport.Summary;
import org.gradtwin.verify.FailureMessage;

/** Numbers and checks in words, the same on the page and in a summary for a CI job. */
final class Phrases {
    private Phrases() {}

    static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String percent(double fraction) {
        return FailureMessage.number(100 * fraction) + " %";
    }

    /** An error divided by what is allowed: in percent while it is near, in times where it is far off. */
    static String ofAllowed(double ratio) {
        return ratio > 10 ? FailureMessage.number(ratio) + " times" : percent(ratio);
    }

    static String kind(String quantity) {
        return quantity.equals("grad") ? "gradient" : "value";
    }

    static String against(String key) {
        return switch (key) {
            case "pytorch" -> "PyTorch live";
            case "expect" -> "recorded";
            default -> key;
        };
    }

    static String check(Row check) {
        return kind(check.quantity()) + " of " + check.name() + " (" + check.dtype() + ", against "
                + against(check.against()) + ")";
    }

    /** The run in one sentence. */
    static String verdict(RunReport report) {
        return report.unfinished().map(soFar -> soFar + ". ").orElse("") + outcome(report);
    }

    private static String outcome(RunReport report) {
        Summary summary = report.summary();
        int trainings = report.failingTrainings().size();
        String scope = count(summary.checks(), "check") + " of " + count(summary.cases(), "case");
        if (summary.checks() == 0) {
            return "Nothing was checked.";
        }
        if (summary.compared() == 0) {
            return "Nothing was compared: " + scope + ", all skipped.";
        }
        if (summary.disagree() > 0) {
            return count(summary.disagree()) + (summary.disagree() == 1 ? " check disagrees" : " checks disagree")
                    + " with the reference"
                    + (summary.unexplained() > 0
                            ? ", and " + count(summary.unexplained()) + " vacuous or dull without a written reason"
                            : "")
                    + ", out of " + scope
                    + (trainings == 0
                            ? ""
                            : "; " + count(trainings, "training") + (trainings == 1 ? " does" : " do")
                                    + " not follow PyTorch's")
                    + ".";
        }
        if (summary.unexplained() > 0) {
            return count(summary.unexplained())
                    + (summary.unexplained() == 1 ? " check is" : " checks are")
                    + " vacuous or dull without a written reason, out of " + scope + ".";
        }
        if (!report.stale().isEmpty()) {
            return "Of " + count(report.stale().size()) + (report.stale().size() == 1 ? " entry" : " entries")
                    + " of the known failures nothing fails any more, in " + scope + ".";
        }
        return "Nothing disagrees in " + scope
                + (summary.convention() == 0
                        ? ""
                        : ", but for " + count(summary.convention(), "check")
                                + " with a convention of the engine's own")
                + (summary.known() == 0 ? "" : ", but for " + count(summary.known(), "check") + " known to fail")
                + ".";
    }

    /** The counts of a run and the check that came closest to its tolerance, its error and of what is allowed, by cell. */
    static List<String> counts(Summary summary) {
        Row worst = summary.worst();
        return List.of(
                count(summary.cases()),
                count(summary.checks()),
                count(summary.agree()),
                count(summary.disagree()),
                count(summary.skipped()),
                count(summary.vacuous()),
                count(summary.drift()),
                count(summary.convention()),
                worst == null ? "" : worst.error(),
                worst == null ? "" : percent(worst.ofAllowed()));
    }

    static String directory(String caseName) {
        return caseName.contains("/") ? caseName.substring(0, caseName.lastIndexOf('/')) : ".";
    }
}
