package org.gradtwin.report.html;

import static j2html.TagCreator.button;
import static j2html.TagCreator.caption;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.form;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;
import static j2html.TagCreator.noscript;
import static j2html.TagCreator.option;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.select;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.Columns;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;

/** Every check, in a table that the reader's browser fills, searches, filters and sorts. */
final class CheckList {
    /** The keys by which script and state in the URL know the columns, and what people read. */
    private static final Map<String, String> COLUMNS = Map.of(
            "case", "case",
            "engine", "engine",
            "against", "against",
            "dtype", "type",
            "quantity", "quantity",
            "verdict", "verdict",
            "ulp", "error in ulp or abs",
            "headroom", "error ÷ allowed",
            "sharpness", "sharpness");

    private static final List<String> ORDER =
            List.of("case", "engine", "against", "dtype", "quantity", "verdict", "ulp", "headroom", "sharpness");

    private static final Map<String, String> TERMS =
            Map.of("ulp", "ulp", "headroom", "error ÷ allowed", "sharpness", "sharpness", "against", "recorded");

    /** A case as the script searches and filters it. */
    record Case(String name, List<String> flags, List<String> ops) {}

    private final RunReport report;

    CheckList(RunReport report) {
        this.report = report;
    }

    DomContent content() {
        return section(
                        h2("All checks"),
                        noscript(p("The list of single checks needs script; the tables above and below do not.")),
                        form(
                                        div(
                                                label("Search").attr("for", "f-q"),
                                                input().withId("f-q")
                                                        .withName("q")
                                                        .withType("search")
                                                        .attr("autocomplete", "off")),
                                        filter("engine", "Engine", different(Row::engine)),
                                        filter("against", "Against", different(Row::against)),
                                        filter("dtype", "Type", different(Row::dtype)),
                                        filter("verdict", "Verdict", different(Row::verdict)),
                                        filter("flag", "Flag", ofCases(CheckList::flags)),
                                        filter("op", "Op", ofCases(CaseDetail::ops)),
                                        button("Clear").withType("reset"))
                                .withId("filter")
                                .attr("role", "search")
                                .attr("aria-label", "Filter the checks"),
                        p().withId("shown").attr("role", "status"),
                        Tables.scrolling(
                                "All checks, by search, filter and order",
                                table(caption("Checks"), thead(tr(each(ORDER, CheckList::head))), tbody())
                                        .withId("checks")),
                        p(button("Show more").withId("more").withType("button")),
                        Packed.data("data-checks", Columns.packed(report.checks())),
                        Packed.data("data-cases", Columns.packed(cases())))
                .withId("list")
                .withClass("needs-script");
    }

    private List<Case> cases() {
        return report.cases().stream()
                .map(given -> new Case(given.name(), flags(given), given.ops()))
                .toList();
    }

    private static List<String> flags(CaseDetail given) {
        return given.flags().stream().map(CaseDetail.FlagNote::name).toList();
    }

    private List<String> different(Function<Row, String> of) {
        return report.checks().stream().map(of).distinct().toList();
    }

    private List<String> ofCases(Function<CaseDetail, List<String>> of) {
        return report.cases().stream()
                .flatMap(given -> of.apply(given).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static DomContent head(String key) {
        return th(button(text(COLUMNS.getOrDefault(key, key)))
                        .withType("button")
                        .withTitle(Terms.meaning(TERMS.getOrDefault(key, "")))
                        .attr("data-sort", key))
                .attr("scope", "col")
                .attr("aria-sort", "none");
    }

    private static DomContent filter(String key, String title, List<String> values) {
        return div(
                label(title).attr("for", "f-" + key),
                select(
                                option("any").withValue(""),
                                each(values, value -> option(value).withValue(value)))
                        .withId("f-" + key)
                        .withName(key));
    }
}
