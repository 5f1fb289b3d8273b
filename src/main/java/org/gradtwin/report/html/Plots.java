package org.gradtwin.report.html;

import static j2html.TagCreator.div;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Verdict;
import org.gradtwin.report.CaseDetail.Figure;
import org.gradtwin.report.Deviation;
import org.gradtwin.report.Guarded;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.draw.LogHistogram;
import org.gradtwin.report.draw.SafeSvg;
import org.gradtwin.report.draw.XyPlot;
import org.gradtwin.verify.FailureMessage;

/** How close to the edge everything is: headroom against sharpness, and the errors in ulp. */
final class Plots {
    /** Points closer than this, in decades, are drawn as one. */
    private static final double GRAIN = 0.04;

    /** Of no more cases a distribution says little, and drawing it takes longer than their checks. */
    private static final int FEW = 24;

    private final List<Row> compared;
    private final boolean few;

    Plots(RunReport report) {
        few = isOfFew(report);
        compared = report.checks().stream()
                .filter(check -> check.deviation() != null
                        && !Verdict.named(check.verdict()).explained())
                .toList();
    }

    DomContent content() {
        return section(
                        h2("Headroom and sharpness"),
                        few
                                ? p("Drawn for runs of more than " + FEW + " cases.")
                                : div(headroom(), ulp("float32"), ulp("float64"), fraction())
                                        .withClass("figures"))
                .withId("headroom");
    }

    /** Whether a run is of too few cases for the drawing of a distribution. */
    static boolean isOfFew(RunReport report) {
        return report.summary().cases() <= FEW;
    }

    /** A drawing under a caption, in a box that scrolls; where it cannot be made the caption says why. */
    static DomContent drawing(String caption, Supplier<String> svg) {
        return Guarded.or(
                () -> figure(Tables.scrolling(caption, rawHtml(svg.get())), figcaption(caption)),
                problem -> figure(figcaption(caption + ": it could not be drawn: " + problem)));
    }

    /** A drawing that the report holds; it may be anybody's. */
    static DomContent stored(Figure stored) {
        return stored.svg().isEmpty()
                ? figure(figcaption(stored.caption()))
                : drawing(stored.caption(), () -> SafeSvg.of(stored.svg()));
    }

    private DomContent headroom() {
        List<double[]> passing = new ArrayList<>();
        List<double[]> failing = new ArrayList<>();
        Set<List<Long>> drawn = new HashSet<>();
        double least = Sharpness.DULL;
        double greatest = 10 * Sharpness.VACUOUS;
        double lowest = 0.1;
        int exact = 0;
        for (Row check : compared) {
            Double sharpness = check.sharpness();
            if (sharpness == null || !(sharpness > 0) || !Double.isFinite(sharpness)) {
                continue;
            }
            double y = check.ofAllowed();
            exact += y == 0 ? 1 : 0;
            if (!(y >= XyPlot.LEAST) || !Double.isFinite(y)) {
                continue;
            }
            least = Math.min(least, sharpness);
            greatest = Math.max(greatest, sharpness);
            lowest = Math.min(lowest, y);
            boolean fails = check.failsGate();
            if (drawn.add(List.of(grain(sharpness), grain(y), fails ? 1L : 0L))) {
                (fails ? failing : passing).add(new double[] {sharpness, y});
            }
        }
        XyPlot plot = new XyPlot("Every check", "sharpness: least relative error noticed", "error ÷ allowed")
                .log(true, true)
                .points("agrees", column(passing, 0), column(passing, 1))
                .points("fails", column(failing, 0), column(failing, 1))
                .line("allowed", new double[] {least, greatest}, new double[] {1, 1})
                .line("dull", new double[] {Sharpness.DULL, Sharpness.DULL}, new double[] {lowest, 10})
                .line("vacuous", new double[] {Sharpness.VACUOUS, Sharpness.VACUOUS}, new double[] {lowest, 10});
        return drawing(
                "Every check: near the line 'allowed' it is about to fail, right of 'dull' it misses an error of 1 %, right"
                        + " of 'vacuous' it checks nothing. " + Phrases.count(exact)
                        + " exact ones lie below the axis.",
                plot::toSvg);
    }

    private static long grain(double value) {
        return Math.round(Math.log10(value) / GRAIN);
    }

    private static double[] column(List<double[]> points, int i) {
        return points.stream().mapToDouble(point -> point[i]).toArray();
    }

    private DomContent ulp(String dtype) {
        List<Row> ofType =
                compared.stream().filter(check -> check.dtype().equals(dtype)).toList();
        List<Deviation> errors = ofType.stream()
                .filter(Plots::isRelative)
                .map(Row::deviation)
                .filter(worst -> worst != null && Double.isFinite(worst.ulp()))
                .toList();
        double[] allowed = errors.stream()
                .filter(worst -> worst.ulp() > 0 && worst.ofAllowed() > 0)
                .mapToDouble(worst -> worst.ulp() / worst.ofAllowed())
                .filter(value -> value > 1e-300 && value < 1e300)
                .sorted()
                .toArray();
        OptionalDouble median =
                allowed.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(rounded(allowed[allowed.length / 2]));
        return drawing(
                "The worst element of each check in " + dtype + ", in ulp"
                        + (median.isPresent()
                                ? "; the line is what the median check allows, "
                                        + FailureMessage.number(median.getAsDouble()) + " ulp"
                                : "")
                        + (errors.size() == ofType.size()
                                ? ""
                                : ". Left out: " + Phrases.count(ofType.size() - errors.size())
                                        + " that are held to an absolute tolerance too, near 0, or are infinitely off"),
                new LogHistogram(
                        "Errors in " + dtype,
                        "ulp",
                        errors.stream().mapToDouble(Deviation::ulp).toArray(),
                        median)::toSvg);
    }

    /** Whether the tolerance is relative alone: where it has an absolute part, near 0, an error in ulp says nothing. */
    private static boolean isRelative(Row check) {
        return check.tolerance() != null && check.tolerance().atol() == 0;
    }

    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.1e", value));
    }

    private DomContent fraction() {
        double[] fractions = compared.stream().mapToDouble(Row::ofAllowed).toArray();
        return drawing(
                "The same errors as a fraction of what each check allows: beyond the line it fails",
                new LogHistogram("Error ÷ allowed", "error ÷ allowed", fractions, OptionalDouble.of(1))::toSvg);
    }
}
