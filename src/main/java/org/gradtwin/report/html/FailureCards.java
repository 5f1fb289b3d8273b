package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.article;
import static j2html.TagCreator.code;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.section;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.text;

import j2html.tags.DomContent;
import java.util.stream.IntStream;
import org.gradtwin.report.Failure;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;

/** What disagrees, one card a check: the message as on the terminal, and links to the case and the check. */
final class FailureCards {
    private final RunReport report;

    FailureCards(RunReport report) {
        this.report = report;
    }

    DomContent content() {
        long failing = report.checks().stream().filter(Row::failsGate).count();
        return section(
                        h2("Disagreements"),
                        iff(failing == 0, p("Nothing disagrees with its reference.")),
                        each(IntStream.range(0, report.failures().size()).mapToObj(this::card)),
                        iff(
                                failing > report.failures().size(),
                                p(Phrases.count(failing) + " checks fail; the messages of "
                                        + Phrases.count(report.failures().size())
                                        + " are kept, some of each case, and the list of all checks has them all: filter it"
                                        + " by verdict.")))
                .withId("failures");
    }

    private DomContent card(int i) {
        Failure failure = report.failures().get(i);
        Row check = failure.check();
        String[] parts = failure.message().split("\n\n", 2);
        return article(
                        h3("✗ " + parts[0]),
                        iff(
                                failure.firstOff() != null,
                                p(strong("First off: "), code(String.valueOf(failure.firstOff())))),
                        pre(parts.length > 1 ? parts[1] : "").attr("tabindex", "0"),
                        p(
                                a("case " + check.caseName()).withHref(Anchor.link(Anchor.ofCase(check.caseName()))),
                                text(" · "),
                                a("this check in the list").withHref(Anchor.link(Anchor.ofCheck(check)))))
                .withClass("card")
                .withId(Anchor.ofFailure(i + 1));
    }
}
