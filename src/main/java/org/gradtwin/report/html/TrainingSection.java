package org.gradtwin.report.html;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.section;

import j2html.tags.DomContent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.TrainingCurve;
import org.gradtwin.report.draw.XyPlot;

/** Trainings made twice: the loss of both sides, and how far apart they drift. */
final class TrainingSection {
    private final List<TrainingCurve> curves;

    TrainingSection(RunReport report) {
        curves = report.training();
    }

    boolean isEmpty() {
        return curves.isEmpty();
    }

    DomContent content() {
        return section(h2("Training twins"), each(curves, TrainingSection::twin))
                .withId("training");
    }

    private static DomContent twin(TrainingCurve curve) {
        XyPlot loss = new XyPlot("Loss: " + curve.caseName() + ", " + curve.dtype(), "step", "loss")
                .line("recorded", steps(curve.reference()), curve.reference());
        XyPlot drift = new XyPlot(
                        "Drift: " + curve.caseName() + ", " + curve.dtype(), "step", "error of the loss ÷ allowed")
                .log(false, true);
        for (TrainingCurve.Side side : curve.sides()) {
            loss.line(side.engine(), steps(side.loss()), side.loss());
            drift.line(side.engine(), steps(side.drift()), side.drift());
        }
        drift.line(
                "allowed",
                steps(curve.reference()),
                Arrays.stream(curve.reference()).map(d -> 1).toArray());
        return div(
                h3(curve.caseName() + " in " + curve.dtype()),
                div(
                                Plots.drawing("The loss of all sides at every step", loss.toSvg()),
                                Plots.drawing("How far they are apart", drift.toSvg()))
                        .withClass("figures"));
    }

    private static double[] steps(double[] values) {
        return IntStream.rangeClosed(1, values.length).asDoubleStream().toArray();
    }
}
