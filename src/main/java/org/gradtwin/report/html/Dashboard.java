package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;

/** The page that a run leaves beside its report. */
public final class Dashboard {
    /** Nothing is loaded from anywhere: what is needed is in the page. */
    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

    private Dashboard() {}

    /**
     * Writes {@code report.json} and {@code index.html} into a folder.
     *
     * @throws UncheckedIOException if the folder cannot be made or written
     */
    public static void write(Path folder, RunReport run) {
        ReportFiles.write(folder.resolve("report.json"), ReportFiles.json(run));
        ReportFiles.write(folder.resolve("index.html"), page(List.of(run)));
    }

    /**
     * The page about the last of several runs, with the trend over all of them; the same bytes for the same reports.
     *
     * @param runs the oldest first
     * @throws IllegalArgumentException if there are none
     */
    public static String page(List<RunReport> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("a page about 0 runs");
        }
        RunReport run = runs.get(runs.size() - 1);
        String result = run.passes() ? "pass" : "fail";
        return "<!DOCTYPE html>\n"
                + html(
                                head(
                                        meta().withCharset("utf-8"),
                                        meta().attr("http-equiv", "Content-Security-Policy")
                                                .withContent(POLICY),
                                        meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                        meta().withName("color-scheme").withContent("light dark"),
                                        title("gradtwin: " + result + ", " + Words.verdict(run)),
                                        rawHtml("<style>" + resource("dashboard.css") + "</style>")),
                                body(
                                        a("Skip to the content")
                                                .withHref("#main")
                                                .withClass("skip"),
                                        new VerdictSection(run).content(),
                                        navigation(runs),
                                        main(sections(runs, run)).withId("main"),
                                        footer(p("gradtwin " + run.environment().gradtwin() + ", report format "
                                                + run.format())),
                                        rawHtml("<script>" + resource("dashboard.js") + "</script>")))
                        .withLang("en")
                        .render()
                + "\n";
    }

    private static DomContent[] sections(List<RunReport> runs, RunReport run) {
        CaseSections cases = new CaseSections(run);
        TrainingSection training = new TrainingSection(run);
        return new DomContent[] {
            new FailureCards(run).content(),
            new OpGrid(run).content(),
            new Plots(run).content(),
            new DriftSection(run).content(),
            iff(!training.isEmpty(), training.isEmpty() ? null : training.content()),
            iff(runs.size() > 1, runs.size() > 1 ? new Trends(runs).content() : null),
            cases.inFull(),
            new CheckList(new CheckData(run)).content(),
            cases.all()
        };
    }

    private static DomContent navigation(List<RunReport> runs) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("failures", "Disagreements");
        places.put("operations", "Operations");
        places.put("uncovered", "Uncovered");
        places.put("skipped", "Skipped");
        places.put("headroom", "Headroom");
        places.put("drift", "Drift");
        if (!runs.get(runs.size() - 1).training().isEmpty()) {
            places.put("training", "Training");
        }
        if (runs.size() > 1) {
            places.put("trend", "Trend");
        }
        places.put("cases", "Cases in full");
        places.put("list", "All checks");
        places.put("all-cases", "All cases");
        return nav(ul(each(places.entrySet(), place -> li(a(place.getValue()).withHref("#" + place.getKey())))))
                .attr("aria-label", "Sections");
    }

    private static String resource(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
