package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.gradtwin.report.Badge;
import org.gradtwin.report.Guarded;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;

/** The page that a run leaves beside its report. */
public final class Dashboard {
    private static final List<String> FILES = List.of("report.json", "badge.json", "index.html");

    private static final String SCRIPT = resource("dashboard.js");

    /** Nothing is loaded from anywhere: what is needed is in the page, and of scripts only its own is run. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
            + sha256(SCRIPT) + "'; img-src data:; base-uri 'none'; form-action 'none'";

    private Dashboard() {}

    /**
     * Sees that {@link #write} will find a place, before a long run.
     *
     * @throws UncheckedIOException if the folder cannot be made or written, or if one is where a file should be
     */
    public static void requirePlace(Path folder) {
        FILES.forEach(name -> ReportFiles.requireFile(folder.resolve(name)));
    }

    /**
     * Writes {@code report.json}, {@code badge.json} and {@code index.html} into a folder.
     *
     * @throws UncheckedIOException if the folder cannot be made or written
     */
    public static void write(Path folder, RunReport run) {
        ReportFiles.write(folder.resolve("report.json"), ReportFiles.json(run));
        ReportFiles.write(folder.resolve("badge.json"), Badge.of(run).json());
        // The report is whole without the page.
        String page = Guarded.or(
                () -> page(List.of(run)),
                problem -> "<!DOCTYPE html>\n"
                        + html(body(p("This page could not be made: " + problem + ". The report is in report.json.")))
                                .render());
        ReportFiles.write(folder.resolve("index.html"), page);
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
                                        title("gradtwin: " + result + ", " + Phrases.verdict(run)),
                                        rawHtml("<style>" + resource("dashboard.css") + "</style>")),
                                body(
                                        a("Skip to the content")
                                                .withHref("#main")
                                                .withClass("skip"),
                                        Guarded.or(
                                                () -> new VerdictSection(run).content(),
                                                problem -> missing("verdict", "Verdict", problem)),
                                        navigation(runs),
                                        main(sections(runs, run)).withId("main"),
                                        footer(p("gradtwin " + run.environment().gradtwin() + ", report format "
                                                + run.format())),
                                        rawHtml("<script>" + SCRIPT + "</script>")))
                        .withLang("en")
                        .render()
                + "\n";
    }

    private static DomContent[] sections(List<RunReport> runs, RunReport run) {
        Map<String, Supplier<DomContent>> contents = new LinkedHashMap<>();
        contents.put("failures", () -> new FailureCards(run).content());
        contents.put("trend", () -> new Trends(runs).content());
        contents.put("operations", () -> new OpGrid(run).content());
        contents.put("headroom", () -> new Plots(run).content());
        contents.put("drift", () -> new DriftSection(run).content());
        contents.put("training", () -> new TrainingSection(run).content());
        contents.put("cases", () -> new CaseSections(run).inFull());
        contents.put("list", () -> new CheckList(run).content());
        contents.put("all-cases", () -> new CaseSections(run).all());
        contents.put("terms", Terms::content);
        contents.keySet().retainAll(places(runs).keySet());
        List<DomContent> sections = new ArrayList<>();
        contents.forEach((id, content) -> sections.add(Guarded.or(
                content, problem -> missing(id, places(runs).getOrDefault(id, id), problem))));
        return sections.toArray(DomContent[]::new);
    }

    private static DomContent missing(String id, String title, String problem) {
        return section(h2(title), p("This part could not be made: " + problem)).withId(id);
    }

    /** The places that the navigation leads to, with their titles. */
    private static Map<String, String> places(List<RunReport> runs) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("failures", "Disagreements");
        if (runs.size() > 1) {
            places.put("trend", "Trend");
        }
        places.put("operations", "Operations");
        places.put("uncovered", "Uncovered");
        places.put("skipped", "Skipped");
        places.put("headroom", "Headroom");
        places.put("drift", "Drift");
        if (!runs.get(runs.size() - 1).training().isEmpty()) {
            places.put("training", "Training");
        }
        places.put("cases", "Cases in full");
        places.put("list", "All checks");
        places.put("all-cases", "All cases");
        places.put("terms", "Terms");
        return places;
    }

    private static DomContent navigation(List<RunReport> runs) {
        return nav(ul(each(
                        places(runs).entrySet(), place -> li(a(place.getValue()).withHref("#" + place.getKey())))))
                .attr("aria-label", "Sections");
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            // As a browser reads it, which the hash is of.
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
