package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.section;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import j2html.tags.specialized.DetailsTag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.Deviation;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.FailureMessage;
import org.jspecify.annotations.Nullable;

/** The cases: those with numbers and drawings in full, and a table a directory of them all. */
final class CaseSections {
    /** A program is shown to this length in the table. */
    private static final int STATEMENTS = 6;

    private static final List<String> HEADS = List.of(
            "case",
            "program",
            "flags",
            "agree",
            "disagree",
            "skipped",
            "vacuous",
            "dull",
            "drift",
            "convention",
            "known",
            "worst error",
            "error ÷ allowed");

    private final RunReport report;
    private final Set<String> shown;
    private final Map<String, Tally> tallies = new LinkedHashMap<>();

    /** The checks of a case, counted. */
    private static final class Tally {
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        private @Nullable Deviation worst;
        private boolean fails;

        void add(Row check) {
            counts.merge(check.verdict(), 1, Integer::sum);
            fails |= check.failsGate();
            if (check.ofAllowed() > ofAllowed()) {
                worst = check.deviation();
            }
        }

        double ofAllowed() {
            return worst == null ? 0 : worst.ofAllowed();
        }

        String error() {
            return worst == null ? "0" : worst.inWords();
        }

        int count(String verdict) {
            return counts.getOrDefault(verdict, 0);
        }
    }

    CaseSections(RunReport report) {
        this.report = report;
        this.shown = report.shownInFull();
        report.checks()
                .forEach(check -> tallies.computeIfAbsent(check.caseName(), name -> new Tally())
                        .add(check));
    }

    /** The cases that are shown in full; those that fail are open. */
    DomContent inFull() {
        List<CaseDetail> full =
                report.cases().stream().filter(CaseDetail::hasMore).toList();
        return section(
                        h2("Cases in full"),
                        p(
                                full.isEmpty()
                                        ? "This report carries no numbers and drawings."
                                        : "Programs, inputs, numbers and drawings of the cases that fail and of the notebook's."),
                        each(full, this::inFull))
                .withId("cases");
    }

    private DomContent inFull(CaseDetail given) {
        boolean fails = tallies.getOrDefault(given.name(), new Tally()).fails;
        DomContent title = h3((fails ? "✗ " : "✓ ") + given.name());
        DomContent content = each(
                p(given.comment()),
                iff(!given.note().isEmpty(), p(strong(given.note()))),
                iff(
                        !given.flags().isEmpty(),
                        ul(each(
                                given.flags(),
                                flag -> li(
                                        strong(flag.name()),
                                        text(": " + flag.meaning() + "; catches: " + flag.catches()))))),
                pre(code(String.join("\n", given.program()))).attr("tabindex", "0"),
                iff(
                        !given.inputs().isEmpty(),
                        Tables.of(
                                "Inputs of " + given.name(),
                                List.of("name", "type", "elements"),
                                given.inputs().stream()
                                        .map(input -> List.<DomContent>of(
                                                Tables.cell(input.name()),
                                                Tables.cell(input.type()),
                                                Tables.cell(input.elements())))
                                        .toList())),
                div(each(given.figures(), figure -> Plots.stored(figure))).withClass("drawings"),
                iff(!given.sheets().isEmpty(), NumberTable.of(given, failing(given))));
        DetailsTag box = fails ? details(summary(title), content).attr("open") : Packed.box(title, content);
        return box.withId(Anchor.ofCase(given.name()));
    }

    private List<Row> failing(CaseDetail given) {
        return report.checks().stream()
                .filter(check -> check.failsGate()
                        && check.against().equals(Check.Against.EXPECT.key())
                        && check.caseName().equals(given.name()))
                .toList();
    }

    /** All cases, a table a directory. */
    DomContent all() {
        Map<String, List<CaseDetail>> directories = new LinkedHashMap<>();
        report.cases()
                .forEach(given -> directories
                        .computeIfAbsent(Phrases.directory(given.name()), name -> new ArrayList<>())
                        .add(given));
        return section(
                        h2("All cases"),
                        each(directories.entrySet(), entry -> directory(entry.getKey(), entry.getValue())))
                .withId("all-cases");
    }

    private DomContent directory(String name, List<CaseDetail> cases) {
        String title = name + ": " + Phrases.count(cases.size(), "case");
        return Packed.box(
                h3(title), Tables.of(title, HEADS, cases.stream().map(this::row).toList()));
    }

    private static String inShort(List<String> program) {
        return program.size() <= STATEMENTS
                ? String.join("; ", program)
                : String.join("; ", program.subList(0, STATEMENTS)) + "; … "
                        + Phrases.count(program.size() - STATEMENTS, "more statement");
    }

    private List<DomContent> row(CaseDetail given) {
        Tally tally = tallies.getOrDefault(given.name(), new Tally());
        List<DomContent> row = new ArrayList<>();
        row.add(
                shown.contains(given.name())
                        ? a(given.name()).withHref(Anchor.link(Anchor.ofCase(given.name())))
                        : text(given.name()));
        row.add(code(inShort(given.program())));
        row.add(text(String.join(
                ", ", given.flags().stream().map(CaseDetail.FlagNote::name).toList())));
        row.add(Tables.cell(tally.count("agree")));
        row.add(tally.count("disagree") == 0 ? text("0") : strong("✗ " + tally.count("disagree")));
        for (String verdict : List.of("skipped", "vacuous", "dull", "drift", "convention", "known")) {
            row.add(Tables.cell(tally.count(verdict)));
        }
        row.add(Tables.cell(tally.error()));
        row.add(Tables.cell(FailureMessage.number(tally.ofAllowed())));
        return row;
    }
}
