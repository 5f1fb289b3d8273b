package org.gradtwin.report.html;

import static j2html.TagCreator.article;
import static j2html.TagCreator.caption;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.header;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.report.CampaignReport;
import org.gradtwin.report.CampaignReport.Drawn;
import org.gradtwin.report.CampaignReport.Growth;
import org.gradtwin.report.CampaignReport.Moment;
import org.gradtwin.report.CampaignReport.Part;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.draw.XyPlot;

/** The page about random programs. */
public final class CampaignPage {
    /** The file beside it. */
    public static final String REPORT = "campaign.json";

    private static final Map<String, String> PLACES = new LinkedHashMap<>();

    static {
        PLACES.put("suspects", "Suspects");
        PLACES.put("coverage", "Coverage");
        PLACES.put("drawn", "Drawn and never drawn");
        PLACES.put("speed", "Speed");
    }

    private final CampaignReport report;

    private CampaignPage(CampaignReport report) {
        this.report = report;
    }

    /**
     * Sees that {@link #write} will find a place, before a long run.
     *
     * @throws UncheckedIOException if the folder cannot be made or written, or if one is where a file should be
     */
    public static void requirePlace(Path folder) {
        List.of(REPORT, Page.FILE).forEach(name -> ReportFiles.requireFile(folder.resolve(name)));
    }

    /**
     * Writes {@code campaign.json} and {@code index.html} into a folder.
     *
     * @throws UncheckedIOException if the folder cannot be made or written
     */
    public static void write(Path folder, CampaignReport report) {
        ReportFiles.write(folder.resolve(REPORT), ReportFiles.json(report));
        Page.write(folder, REPORT, () -> page(report));
    }

    /** The page; the same bytes for the same report, and what times are in it stands in its last section. */
    static String page(CampaignReport report) {
        CampaignPage page = new CampaignPage(report);
        return Page.of(
                "gradtwin fuzz: " + (report.passes() ? "pass" : "fail") + ", " + page.verdict(),
                page::top,
                PLACES,
                page.contents(),
                "gradtwin " + report.environment().gradtwin() + ", report format " + report.format(),
                "");
    }

    private Map<String, Supplier<DomContent>> contents() {
        Map<String, Supplier<DomContent>> contents = new LinkedHashMap<>();
        contents.put("suspects", this::suspects);
        contents.put("coverage", this::coverage);
        contents.put("drawn", this::drawn);
        contents.put("speed", this::speed);
        return contents;
    }

    private String verdict() {
        String programs = Phrases.count(report.programs(), "program");
        String outcome = report.programs() == 0
                ? "No program was examined."
                : report.disagree() > 0
                        ? Phrases.count(report.disagree(), "run") + " of " + programs + " disagree with PyTorch."
                        : report.checks() == 0
                                ? "Nothing was compared in " + programs + "."
                                : "Nothing disagrees in " + programs + ", " + Phrases.count(report.checks(), "check")
                                        + ".";
        String ended = report.ended().isEmpty()
                ? ""
                : " " + Phrases.count(report.ended().size(), "program") + " ended the process.";
        return (report.unfinished() == null ? "" : "Unfinished: " + report.unfinished() + ". ") + outcome + ended;
    }

    private DomContent top() {
        return header(
                        h1(span(report.passes() ? "✓ pass" : "✗ fail").withClass("badge"), span(" " + verdict()))
                                .withClass(report.passes() ? "pass" : "fail"),
                        each(
                                report.suspects(),
                                found -> p(strong(found.suspect())).withClass("suspect")),
                        each(report.known(), one -> p("Known: " + one)),
                        dl(
                                        count("programs", report.programs()),
                                        count("checks", report.checks()),
                                        count("sharp checks", report.sharp()),
                                        count("runs that disagree", report.disagree()),
                                        count("refused by PyTorch, or off there alone", report.twinFaults()),
                                        count("cells covered", report.cells()))
                                .withClass("counts"),
                        dl(VerdictSection.entry("engines", String.join(", ", report.engines())))
                                .withClass("environment"),
                        VerdictSection.environment(report.environment()))
                .withId("verdict");
    }

    private static DomContent count(String term, long count) {
        return VerdictSection.entry(term, Phrases.count(count));
    }

    private DomContent suspects() {
        return section(
                        h2("Suspects"),
                        iff(report.disagree() == 0, p("No engine disagrees with PyTorch.")),
                        each(
                                report.suspects(),
                                found -> article(
                                                h3("✗ " + found.suspect()),
                                                pre(found.program()).attr("tabindex", "0"))
                                        .withClass("card")),
                        iff(
                                report.unexplained() > 0,
                                p("… and " + Phrases.count(report.unexplained(), "run")
                                        + " that none of these explains.")),
                        each(
                                report.ended().entrySet(),
                                end -> p("Seed " + end.getKey() + " ended the process: " + end.getValue() + ".")),
                        each(
                                report.skipped().entrySet(),
                                lacks -> p("Skipped, for " + lacks.getKey() + " lacks the op: "
                                        + lacks.getValue().entrySet().stream()
                                                .map(op -> op.getKey() + " (" + Phrases.count(op.getValue()) + ")")
                                                .collect(Collectors.joining(", ")))))
                .withId("suspects");
    }

    private DomContent coverage() {
        double[] programs =
                report.growth().stream().mapToDouble(Growth::programs).toArray();
        double[] cells = report.growth().stream().mapToDouble(Growth::cells).toArray();
        return section(
                        h2("Coverage"),
                        p(
                                "A cell is a way to call an op (a value of an attribute, a kind of operand), on operands of some shapes"
                                        + " and layout."),
                        Plots.drawing(
                                Phrases.count(report.cells(), "cell") + " after "
                                        + Phrases.count(report.programs(), "program"),
                                new XyPlot("Cells covered", "programs", "cells").line("cells", programs, cells)::toSvg))
                .withId("coverage");
    }

    private DomContent drawn() {
        List<String> kinds = report.ops().isEmpty()
                ? List.of()
                : report.ops().get(0).parts().stream().map(Part::kind).toList();
        String about = "What was drawn of each op, and what never: ways to call it, shapes and layouts of its operands";
        return section(
                        h2("Drawn and never drawn"),
                        p("Programs have finite numbers only, and keep away from kinks."),
                        Tables.scrolling(
                                about,
                                table(
                                                caption(about),
                                                thead(tr(
                                                        th("op").attr("scope", "col"),
                                                        th("cells").attr("scope", "col"),
                                                        each(kinds, kind -> th(kind).attr("scope", "col")),
                                                        th("never drawn").attr("scope", "col"))),
                                                tbody(each(report.ops(), CampaignPage::row)))
                                        .withClass("grid")),
                        p("Ops that no program has, as their files say: "
                                + (report.undrawn().isEmpty() ? "none" : String.join(", ", report.undrawn())) + "."))
                .withId("drawn");
    }

    private static DomContent row(Drawn drawn) {
        String never =
                drawn.parts().stream().flatMap(part -> part.never().stream()).collect(Collectors.joining(", "));
        return tr(
                th(drawn.op()).attr("scope", "row"),
                td(Phrases.count(drawn.cells())).withClass(drawn.cells() == 0 ? "bad" : ""),
                each(drawn.parts(), CampaignPage::share),
                td(drawn.cells() == 0 ? "all of it" : never).withClass("words"));
    }

    private static DomContent share(Part part) {
        int drawn = part.drawn().size();
        int all = drawn + part.never().size();
        return td(all == 0 ? "–" : drawn + " of " + all)
                .withClass(all == 0 ? "none" : drawn == 0 ? "bad" : drawn < all ? "close" : "exact");
    }

    private DomContent speed() {
        List<Moment> moments = report.times().moments();
        double[] seconds = IntStream.range(1, moments.size())
                .mapToDouble(i -> moments.get(i).seconds())
                .toArray();
        double[] rates = IntStream.range(1, moments.size())
                .mapToDouble(
                        i -> (moments.get(i).programs() - moments.get(i - 1).programs())
                                / (moments.get(i).seconds() - moments.get(i - 1).seconds()))
                .toArray();
        return section(
                        h2("Speed"),
                        p("Began " + report.times().occasion().inWords() + ", took "
                                + VerdictSection.seconds(
                                        report.times().occasion().duration()) + "."),
                        rates.length == 0
                                ? p("Too short for a curve.")
                                : Plots.drawing(
                                        "Programs a second over time; while a program is made small, none is examined",
                                        new XyPlot("Programs a second", "seconds", "programs a second")
                                                .line("programs a second", seconds, rates)::toSvg))
                .withId("speed");
    }
}
