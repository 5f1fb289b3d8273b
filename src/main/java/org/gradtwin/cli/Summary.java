package org.gradtwin.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.gradtwin.check.Verdict;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.TrainingCurve;
import org.gradtwin.verify.FailureMessage;

/** What {@code verify} prints when it is done: a line a directory, a column an engine, and the counts. */
public final class Summary {
    /** So many cases are named. */
    private static final int NAMED = 3;

    /** Characters of the reason of what is skipped. */
    private static final int BRIEF = 60;

    private final List<Row> checks;
    private final List<String> zeros;
    private final RunReport.Summary summary;
    private final List<TrainingCurve> training;

    /** The summary of a run. */
    public Summary(RunReport report) {
        this.checks = report.checks();
        this.summary = report.summary();
        this.training = report.training();
        this.zeros = report.cases().stream()
                .filter(given -> !given.note().isEmpty())
                .map(CaseDetail::name)
                .toList();
    }

    /** Prints it; only the line of the closest check depends on the machine. */
    public void print(PrintWriter out) {
        table(out);
        out.println();
        out.println(summary.inWords());
        explained(Verdict.CONVENTION, out);
        explained(Verdict.KNOWN, out);
        skipped(out);
        out.printf(
                Locale.ROOT,
                "  of those that agree, %,d compare with exact zeros; each would notice an error of 1 %%%n",
                summary.zero());
        if (!zeros.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "  zeros      %,d %s with exact zeros for the gradients of all inputs, so that zeros are right: %s%s%n",
                    zeros.size(),
                    zeros.size() == 1 ? "case" : "cases",
                    String.join(", ", zeros.subList(0, Math.min(NAMED, zeros.size()))),
                    zeros.size() > NAMED ? ", …" : "");
        }
        StringJoiner medians = new StringJoiner(", ");
        summary.medianSharpness()
                .forEach((dtype, sharpness) -> medians.add(FailureMessage.number(sharpness) + " in " + dtype));
        out.println("  sharpness  median " + medians);
        if (!training.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "  trainings  rounding allows one to follow %,d of %,d steps%n",
                    training.stream().mapToInt(TrainingCurve::followable).sum(),
                    training.stream()
                            .mapToInt(curve -> curve.reference().length)
                            .sum());
        }
        Row worst = summary.worst();
        if (worst != null) {
            out.printf(
                    Locale.ROOT,
                    "  closest    %s of what is allowed: %s, %s of %s on %s (%s), %s%n",
                    percent(worst.ofAllowed()),
                    worst.caseName(),
                    worst.quantity(),
                    worst.name(),
                    worst.engine(),
                    worst.dtype(),
                    worst.error());
        }
    }

    /** What differs by a convention or is known to fail, the reason of most checks first. */
    private void explained(Verdict verdict, PrintWriter out) {
        Map<String, List<Row>> byReason = checks.stream()
                .filter(check -> check.verdict().equals(verdict.key()))
                .collect(Collectors.groupingBy(
                        check -> String.valueOf(check.reason()), LinkedHashMap::new, Collectors.toList()));
        byReason.values().stream()
                .sorted(Comparator.comparingInt((List<Row> rows) -> -rows.size()))
                .limit(NAMED)
                .forEach(rows -> out.printf(
                        Locale.ROOT,
                        "  %-10s %,d of %s on %s: %s%n",
                        verdict.key(),
                        rows.size(),
                        rows.get(0).caseName(),
                        rows.get(0).engine(),
                        rows.get(0).reason()));
        if (byReason.size() > NAMED) {
            out.printf(Locale.ROOT, "  %-10s … and for other reasons: %,d%n", verdict.key(), byReason.size() - NAMED);
        }
    }

    /** What was skipped of each engine, with the reasons of most checks. */
    private void skipped(PrintWriter out) {
        Map<String, Map<String, Integer>> byEngine = new LinkedHashMap<>();
        for (Row check : checks) {
            if (check.verdict().equals(Verdict.SKIPPED.key())) {
                byEngine.computeIfAbsent(check.engine(), engine -> new LinkedHashMap<>())
                        .merge(String.valueOf(check.reason()), 1, Integer::sum);
            }
        }
        byEngine.forEach((engine, reasons) -> {
            List<Map.Entry<String, Integer>> most = reasons.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .toList();
            StringJoiner told = new StringJoiner(", ");
            most.stream()
                    .limit(NAMED)
                    .forEach(reason -> told.add(counted(brief(engine, reason.getKey()), reason.getValue())));
            if (most.size() > NAMED) {
                int rest =
                        most.stream().skip(NAMED).mapToInt(Map.Entry::getValue).sum();
                told.add(counted(String.format(Locale.ROOT, "%,d other reasons", most.size() - NAMED), rest));
            }
            int all = reasons.values().stream().mapToInt(Integer::intValue).sum();
            out.printf(Locale.ROOT, "  skipped    %,d on %s: %s%n", all, engine, told);
        });
    }

    private static String counted(String what, int checks) {
        return String.format(Locale.ROOT, "%s (%,d)", what, checks);
    }

    /** A reason in a few words, without the engine's name. */
    private static String brief(String engine, String reason) {
        String own = reason.startsWith(engine + " ") ? reason.substring(engine.length() + 1) : reason;
        String words = own.replace(": the engine has no such op", "");
        return words.length() <= BRIEF ? words : words.substring(0, BRIEF) + "…";
    }

    private void table(PrintWriter out) {
        Set<String> engines = new LinkedHashSet<>();
        Map<String, Set<String>> cases = new LinkedHashMap<>();
        Map<String, Map<String, Map<String, Integer>>> counts = new LinkedHashMap<>();
        for (Row check : checks) {
            String name = check.caseName();
            String directory = name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : ".";
            engines.add(check.engine());
            cases.computeIfAbsent(directory, key -> new LinkedHashSet<>()).add(name);
            counts.computeIfAbsent(directory, key -> new LinkedHashMap<>())
                    .computeIfAbsent(check.engine(), key -> new LinkedHashMap<>())
                    .merge(check.verdict(), 1, Integer::sum);
        }
        cases.forEach((directory, names) -> {
            out.printf(Locale.ROOT, "  %-12s %4d cases", directory, names.size());
            for (String engine : engines) {
                Map<String, Integer> count =
                        counts.getOrDefault(directory, Map.of()).get(engine);
                out.printf(Locale.ROOT, "   %-30s", count == null ? "" : engine + " " + cell(count));
            }
            out.println();
        });
    }

    private static String cell(Map<String, Integer> count) {
        StringJoiner cell = new StringJoiner(", ");
        for (Verdict verdict : Verdict.values()) {
            int number = count.getOrDefault(verdict.key(), 0);
            if (number > 0 || verdict == Verdict.AGREE) {
                cell.add(number + " " + verdict.key());
            }
        }
        return cell.toString();
    }

    private static String percent(double fraction) {
        return FailureMessage.number(100 * fraction) + " %";
    }
}
