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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.gradtwin.report.Guarded;
import org.gradtwin.report.ReportFiles;

/** What pages have in common. Nothing is loaded from anywhere: what is needed is in the page, and of scripts only its own is run. */
final class Page {
    static final String FILE = "index.html";

    private Page() {}

    /**
     * A page.
     *
     * @param title of the window
     * @param top what stands above the navigation
     * @param places what the navigation leads to, titles by id
     * @param contents of the sections, by id, in their order; one of no place is left out
     * @param foot the last line
     * @param script that is run; empty for none
     */
    static String of(
            String title,
            Supplier<DomContent> top,
            Map<String, String> places,
            Map<String, Supplier<DomContent>> contents,
            String foot,
            String script) {
        String policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + sha256(script)
                + "'; img-src data:; base-uri 'none'; form-action 'none'";
        return "<!DOCTYPE html>\n"
                + html(
                                head(
                                        meta().withCharset("utf-8"),
                                        meta().attr("http-equiv", "Content-Security-Policy")
                                                .withContent(policy),
                                        meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                        meta().withName("color-scheme").withContent("light dark"),
                                        title(title),
                                        rawHtml("<style>" + resource("dashboard.css") + "</style>")),
                                body(
                                        a("Skip to the content")
                                                .withHref("#main")
                                                .withClass("skip"),
                                        part("verdict", "Verdict", top),
                                        nav(ul(each(
                                                        places.entrySet(),
                                                        place -> li(a(place.getValue())
                                                                .withHref("#" + place.getKey())))))
                                                .attr("aria-label", "Sections"),
                                        main(each(sections(places, contents))).withId("main"),
                                        footer(p(foot)),
                                        rawHtml(script.isEmpty() ? "" : "<script>" + script + "</script>")))
                        .withLang("en")
                        .render()
                + "\n";
    }

    /** The parts that have a place: several at once, for plots take as long as all others. */
    private static Stream<DomContent> sections(Map<String, String> places, Map<String, Supplier<DomContent>> contents) {
        return List.copyOf(contents.entrySet()).parallelStream()
                .filter(section -> places.containsKey(section.getKey()))
                .map(section -> part(
                        section.getKey(), Objects.requireNonNull(places.get(section.getKey())), section.getValue()))
                .toList()
                .stream();
    }

    /** A part of a page, which costs only itself where it cannot be made. */
    private static DomContent part(String id, String title, Supplier<DomContent> content) {
        return Guarded.or(
                content,
                problem -> section(h2(title), p("This part could not be made: " + problem))
                        .withId(id));
    }

    /** Writes a page beside its report, which is whole without it. */
    static void write(Path folder, String report, Supplier<String> page) {
        ReportFiles.write(
                folder.resolve(FILE),
                Guarded.or(
                        page,
                        problem -> "<!DOCTYPE html>\n"
                                + html(body(p("This page could not be made: " + problem + ". The report is in " + report
                                                + ".")))
                                        .render()));
    }

    static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            // As a browser reads it, which the hash is of.
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
