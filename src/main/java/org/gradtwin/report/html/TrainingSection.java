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
        XyPlot loss = new XyPlot("Loss: " + curve.name() + ", " + curve.engine(), "step", "loss")
                .line("PyTorch", steps(curve.reference()), curve.reference())
                .line(curve.engine(), steps(curve.loss()), curve.loss());
        XyPlot drift = new XyPlot(
                        "Drift: " + curve.name() + ", " + curve.engine(), "step", "error of the loss ÷ allowed")
                .log(false, true)
                .line(curve.engine(), steps(curve.drift()), curve.drift())
                .line(
                        "allowed",
                        steps(curve.drift()),
                        Arrays.stream(curve.drift()).map(d -> 1).toArray());
        double largest = Arrays.stream(curve.drift()).max().orElse(0);
        return div(
                h3(curve.name() + " on " + curve.engine()),
                div(
                                Plots.drawing("The loss of both sides at every step", loss.toSvg()),
                                Plots.drawing(
                                        "How far the two are apart, at most " + Words.percent(largest)
                                                + " of what is allowed",
                                        drift.toSvg()))
                        .withClass("figures"));
    }

    private static double[] steps(double[] values) {
        return IntStream.range(0, values.length).asDoubleStream().toArray();
    }
}
