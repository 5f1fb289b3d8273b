package org.gradtwin.report.html;

import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.gradtwin.report.Deviation;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.draw.LogHistogram;

/** How far the PyTorch that runs live is from the one that wrote the numbers down. */
final class DriftSection {
    /** So many differences besides those that are known. */
    private static final int SHOWN = 8;

    private final List<Row> checks;
    private final boolean few;

    DriftSection(RunReport report) {
        few = Plots.isOfFew(report);
        checks = report.checks().stream()
                .filter(check -> check.engine().equals("pytorch") && check.deviation() != null)
                .toList();
    }

    DomContent content() {
        long exact = checks.stream().filter(check -> check.ofAllowed() == 0).count();
        Map<String, Integer> known = new TreeMap<>();
        checks.stream()
                .filter(check -> check.verdict().equals("drift"))
                .forEach(check -> known.merge(check.caseName() + ": " + check.reason(), 1, Integer::sum));
        List<Row> largest = checks.stream()
                .filter(check -> check.ofAllowed() > 0)
                .sorted(Comparator.comparingDouble(Row::ofAllowed).reversed())
                .limit(SHOWN + known.values().stream().mapToInt(i -> i).sum())
                .toList();
        return section(
                        h2("Drift: PyTorch live against the recorded PyTorch"),
                        p(
                                checks.isEmpty()
                                        ? "PyTorch itself was not among the engines of this run."
                                        : Phrases.count(exact) + " of " + Phrases.count(checks.size(), "check")
                                                + " give the very same numbers."),
                        iff(!known.isEmpty(), ul(each(known.entrySet(), entry -> li(entry.getKey())))),
                        iff(
                                !largest.isEmpty(),
                                Tables.of(
                                        "The largest differences, by what is allowed",
                                        List.of("case", "quantity", "error", "of what is allowed", "verdict"),
                                        largest.stream().map(DriftSection::row).toList())),
                        largest.isEmpty() || few ? each() : histogram())
                .withId("drift");
    }

    private static List<DomContent> row(Row check) {
        return List.of(
                Tables.cell(check.caseName()),
                Tables.cell(Phrases.kind(check.quantity()) + " of " + check.name() + " (" + check.dtype() + ")"),
                Tables.cell(check.error()),
                Tables.cell(Phrases.percent(check.ofAllowed())),
                Tables.cell(check.verdict()));
    }

    private DomContent histogram() {
        return Plots.drawing(
                "Differences between the two versions of PyTorch, in ulp, the worst element of each check; where they are larger than"
                        + " the number itself, they are left out",
                new LogHistogram(
                        "Drift",
                        "ulp",
                        checks.stream()
                                .map(Row::deviation)
                                .filter(worst -> worst != null && worst.abs() == null)
                                .mapToDouble(Deviation::ulp)
                                .toArray(),
                        OptionalDouble.empty())::toSvg);
    }
}
