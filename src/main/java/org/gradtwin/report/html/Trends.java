package org.gradtwin.report.html;

import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gradtwin.report.Occasion;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.draw.XyPlot;

/** How things moved over several runs, the oldest first. */
final class Trends {
    /** More changes than this between two runs are counted. */
    private static final int SHOWN = 40;

    private static final List<String> HEADS = List.of(
            "run",
            "verdict",
            "cases",
            "checks",
            "agree",
            "disagree",
            "skipped",
            "vacuous",
            "drift",
            "convention",
            "worst error",
            "of what is allowed",
            "duration");

    private final List<RunReport> runs;

    Trends(List<RunReport> runs) {
        this.runs = List.copyOf(runs);
    }

    /** What changed from a run to the next, in words. */
    static List<String> changes(RunReport before, RunReport after) {
        Map<String, String> old = verdicts(before);
        Map<String, String> now = verdicts(after);
        List<String> changes = new ArrayList<>();
        now.forEach((name, verdict) -> {
            String was = old.get(name);
            if (was == null) {
                changes.add(name + " appeared: " + verdict);
            } else if (!was.equals(verdict)) {
                changes.add(name + " changed from " + was + " to " + verdict);
            }
        });
        old.forEach((name, verdict) -> {
            if (!now.containsKey(name)) {
                changes.add(name + " vanished, was " + verdict);
            }
        });
        return changes;
    }

    /** The gravest verdict of each case. */
    private static Map<String, String> verdicts(RunReport run) {
        List<String> order = List.of("skipped", "agree", "drift", "dull", "vacuous", "convention", "known", "disagree");
        Map<String, String> verdicts = new LinkedHashMap<>();
        run.checks()
                .forEach(check -> verdicts.merge(
                        check.caseName(), check.verdict(), (a, b) -> order.indexOf(a) >= order.indexOf(b) ? a : b));
        return verdicts;
    }

    DomContent content() {
        int last = runs.size() - 1;
        return section(
                        h2("Trend over " + Phrases.count(runs.size(), "run")),
                        changed(last),
                        Tables.of("Runs, the newest first", HEADS, rows()),
                        Plots.drawing(
                                "The check that comes closest to its tolerance, run by run", () -> plot().toSvg()),
                        each(IntStream.range(1, last).mapToObj(i -> changed(last - i))))
                .withId("trend");
    }

    private XyPlot plot() {
        double[] number = IntStream.range(0, runs.size()).asDoubleStream().toArray();
        double[] failing = IntStream.range(0, runs.size())
                .filter(i -> !runs.get(i).passes())
                .asDoubleStream()
                .toArray();
        return new XyPlot("Closest to its tolerance", "run", "error ÷ allowed")
                .named(IntStream.range(0, runs.size()).mapToObj(this::name).toList())
                .line(
                        "worst of those that agree",
                        number,
                        runs.stream().mapToDouble(Trends::worst).toArray())
                .line("allowed", number, runs.stream().mapToDouble(run -> 1).toArray())
                .faults(
                        "a run that fails",
                        failing,
                        Arrays.stream(failing)
                                .map(i -> worst(runs.get((int) i)))
                                .toArray());
    }

    private static double worst(RunReport run) {
        Row worst = run.summary().worst();
        return worst == null ? 0 : worst.ofAllowed();
    }

    /** A run's number, and its date if that is known. */
    private String name(int i) {
        Occasion occasion = runs.get(i).occasion();
        return (i + 1) + (occasion == null ? "" : ", " + occasion.time().replaceFirst("T.*", ""));
    }

    private List<List<DomContent>> rows() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (int i = runs.size() - 1; i >= 0; i--) {
            List<DomContent> row = new ArrayList<>();
            cells(i + 1, runs.get(i)).forEach(cell -> row.add(Tables.cell(cell)));
            rows.add(row);
        }
        return rows;
    }

    private static List<String> cells(int number, RunReport run) {
        Occasion occasion = run.occasion();
        List<String> cells = new ArrayList<>(List.of(
                number + (occasion == null ? "" : ": " + occasion.inWords()), run.passes() ? "✓ pass" : "✗ fail"));
        cells.addAll(Phrases.counts(run.summary()));
        cells.add(occasion == null ? "" : VerdictSection.seconds(occasion.duration()));
        return cells;
    }

    private DomContent changed(int i) {
        List<String> changes = changes(runs.get(i - 1), runs.get(i));
        List<String> shown = new ArrayList<>(changes.subList(0, Math.min(SHOWN, changes.size())));
        if (changes.size() > SHOWN) {
            shown.add("… and " + Phrases.count(changes.size() - SHOWN) + " more");
        }
        return section(
                h3("From run " + i + " to run " + (i + 1)),
                shown.isEmpty()
                        ? p("No case appeared, vanished or changed its verdict.")
                        : ul(each(shown, line -> li(line))));
    }
}
