package org.gradtwin.report.html;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.summary;

import j2html.tags.DomContent;
import j2html.tags.specialized.DetailsTag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.TrainingCurve;
import org.gradtwin.report.draw.XyPlot;

/** Trainings that engines repeated: the loss of all sides, and how far they drift from the recorded one. */
final class TrainingSection {
    /** A training of more steps is open from the start. */
    private static final int SHORT = 100;

    /** The loss of a training of more steps is drawn as a moving average. */
    private static final int LONG = 1000;

    /** Over so many steps, as many as the calibration averages to say what can be followed. */
    private static final int WINDOW = 100;

    /** Drifts beyond this do not fit beside the line of what is allowed, unless the axis is logarithmic. */
    private static final double FAR = 3;

    private static final List<String> HEADS =
            List.of("engine and type", "verdict", "farthest off", "of what is allowed");

    private final Map<String, List<TrainingCurve>> curves = new LinkedHashMap<>();
    private final Map<String, CaseDetail> cases = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Row>>> checks = new LinkedHashMap<>();

    TrainingSection(RunReport report) {
        report.training()
                .forEach(curve -> curves.computeIfAbsent(curve.caseName(), name -> new ArrayList<>())
                        .add(curve));
        report.cases().stream()
                .filter(given -> curves.containsKey(given.name()))
                .forEach(given -> cases.put(given.name(), given));
        report.checks().stream()
                .filter(check -> curves.containsKey(check.caseName()))
                .forEach(check -> checks.computeIfAbsent(check.caseName(), name -> new LinkedHashMap<>())
                        .computeIfAbsent(check.engine() + " " + check.dtype(), key -> new ArrayList<>())
                        .add(check));
    }

    boolean isEmpty() {
        return curves.isEmpty();
    }

    DomContent content() {
        int followable = 0;
        int steps = 0;
        for (List<TrainingCurve> ofCase : curves.values()) {
            for (TrainingCurve curve : ofCase) {
                followable += curve.followable();
                steps += curve.reference().length;
            }
        }
        return section(
                        h2("Training twins"),
                        p("The weights, batches and optimizers of " + Phrases.count(curves.size(), "training")
                                + " that PyTorch recorded, on the engines again: the loss of every step and all parameters"
                                + " after the marked ones. Rounding allows one to follow " + Phrases.count(followable)
                                + " of " + Phrases.count(steps, "step") + "."),
                        each(curves.entrySet(), entry -> training(entry.getKey(), entry.getValue())))
                .withId("training");
    }

    private DomContent training(String name, List<TrainingCurve> ofCase) {
        Map<String, List<Row>> rows = checks.getOrDefault(name, Map.of());
        boolean fails = rows.values().stream().flatMap(List::stream).anyMatch(Row::failsGate);
        CaseDetail given = cases.get(name);
        DomContent title = h3((fails ? "✗ " : "✓ ") + name);
        DomContent content = each(
                p(given == null ? "" : given.comment() + " " + String.join("; ", given.program()) + "."),
                Tables.of(
                        "Engines that repeat " + name,
                        HEADS,
                        rows.entrySet().stream()
                                .map(entry -> row(entry.getKey(), entry.getValue()))
                                .toList()),
                each(ofCase, TrainingSection::drawings));
        boolean open = fails || ofCase.get(0).reference().length > SHORT;
        DetailsTag box = open ? details(summary(title), content).attr("open") : Packed.box(title, content);
        return box.withId(Anchor.ofCase(name));
    }

    private static List<DomContent> row(String side, List<Row> rows) {
        Row closest = rows.get(0);
        for (Row row : rows) {
            closest = row.ofAllowed() > closest.ofAllowed() ? row : closest;
        }
        long fail = rows.stream().filter(Row::failsGate).count();
        long skipped =
                rows.stream().filter(row -> row.verdict().equals("skipped")).count();
        long known = rows.stream().filter(row -> row.verdict().equals("known")).count();
        String verdict = fail > 0
                ? "✗ " + fail + " of " + rows.size() + " disagree"
                : skipped == rows.size()
                        ? "skipped: " + rows.get(0).reason()
                        : "✓ agrees in " + Phrases.count(rows.size() - (int) (skipped + known), "check")
                                + (known == 0 ? "" : ", " + known + " known to fail")
                                + (skipped == 0 ? "" : ", " + skipped + " skipped");
        return List.of(
                Tables.cell(side),
                Tables.cell(verdict),
                Tables.cell(closest.ofAllowed() > 0 ? closest.name() : ""),
                Tables.cell(skipped == rows.size() ? "" : Phrases.ofAllowed(closest.ofAllowed())));
    }

    private static DomContent drawings(TrainingCurve curve) {
        String title = curve.caseName() + ", " + curve.dtype();
        Thinned recorded = loss(curve.reference());
        XyPlot loss =
                new XyPlot("Loss: " + title, "step", "loss").dashed().line("recorded", recorded.x(), recorded.y());
        XyPlot drift = new XyPlot("Drift: " + title, "step", "drift").dashed();
        int steps = curve.reference().length;
        drift.line("allowed", new double[] {1, steps}, new double[] {1, 1});
        double largest = 0;
        String where = "";
        for (TrainingCurve.Side side : curve.sides()) {
            Thinned losses = loss(side.loss());
            Thinned peaks = Thinned.peaks(side.drift());
            loss.line(side.engine(), losses.x(), losses.y());
            drift.line(side.engine(), peaks.x(), peaks.y());
            for (int i = 0; i < side.drift().length; i++) {
                if (side.drift()[i] > largest) {
                    largest = side.drift()[i];
                    where = ", " + side.engine() + " in step " + (i + 1);
                }
            }
        }
        boolean log = steps > SHORT || largest > FAR;
        drift.log(false, log);
        return div(
                        Plots.drawing(
                                "The loss of all sides in " + curve.dtype() + ", step by step"
                                        + (steps > LONG ? ", the mean of " + WINDOW + " steps" : ""),
                                loss::toSvg),
                        Plots.drawing(
                                "How far the loss is from the recorded one in " + curve.dtype() + ", at most "
                                        + Phrases.ofAllowed(largest) + " of what is allowed" + where
                                        + (log ? "; gaps are exact" : ""),
                                drift::toSvg))
                .withClass("figures");
    }

    private static Thinned loss(double[] values) {
        return Thinned.envelope(values.length > LONG ? XyPlot.movingAverage(values, WINDOW) : values);
    }
}
