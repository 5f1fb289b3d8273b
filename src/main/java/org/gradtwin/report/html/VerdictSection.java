package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.header;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.ol;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.text;

import j2html.tags.DomContent;
import java.util.List;
import java.util.StringJoiner;
import org.gradtwin.report.Environment;
import org.gradtwin.report.Failure;
import org.gradtwin.report.Occasion;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.RunReport.Summary;
import org.gradtwin.verify.FailureMessage;

/** The top of the page: whether the run passes, what is wrong and where to look, and what it was made with. */
final class VerdictSection {
    /** More would push the rest off the first screen. */
    private static final int SHOWN = 6;

    private final RunReport report;

    VerdictSection(RunReport report) {
        this.report = report;
    }

    DomContent content() {
        Summary summary = report.summary();
        boolean passes = report.passes();
        return wrapped(
                h1(span(passes ? "✓ pass" : "✗ fail").withClass("badge"), span(" " + Phrases.verdict(report)))
                        .withClass(passes ? "pass" : "fail"),
                each(report.suspects(), suspect -> p(strong(suspect.inWords())).withClass("suspect")),
                each(report.stale(), entry -> p(strong(entry))),
                iff(!report.failures().isEmpty(), culprits()),
                counts(summary),
                closest(summary),
                environment(report.environment()),
                ran());
    }

    private static DomContent wrapped(DomContent... content) {
        return header(content).withId("verdict");
    }

    /** One line for each case and engine that fails, with the first node that is off. */
    private DomContent culprits() {
        List<Failure> simplest = report.simplest();
        int failing = (int) report.checks().stream()
                .filter(Row::failsGate)
                .map(check -> check.engine() + "\n" + check.caseName())
                .distinct()
                .count();
        return div(
                p(strong("Where to look")),
                ol(each(simplest.stream().limit(SHOWN).map(this::culprit))).withClass("culprits"),
                iff(
                        failing > Math.min(SHOWN, simplest.size()),
                        p(a("… and " + Phrases.count(failing - Math.min(SHOWN, simplest.size())) + " more: "
                                        + Phrases.count(report.failing().size(), "case")
                                        + (report.failing().size() == 1 ? " fails" : " fail"))
                                .withHref("#failures"))));
    }

    private DomContent culprit(Failure failure) {
        Row check = failure.check();
        String where = failure.firstOff() != null
                ? "first off: " + failure.firstOff()
                : check.reason() != null ? check.reason() : Phrases.check(check);
        long failing = report.checks().stream()
                .filter(other -> other.failsGate()
                        && other.caseName().equals(check.caseName())
                        && other.engine().equals(check.engine()))
                .count();
        return li(
                a(check.caseName())
                        .withHref(Anchor.link(Anchor.ofFailure(report.failures().indexOf(failure) + 1))),
                span(" on " + check.engine() + ", " + Phrases.count(failing, "check") + ". "),
                strong(where));
    }

    private static DomContent counts(Summary summary) {
        return dl(
                        entry("agree", Phrases.count(summary.agree())),
                        entry("disagree", Phrases.count(summary.disagree())),
                        entry(Terms.of("skipped"), Phrases.count(summary.skipped())),
                        entry(
                                Terms.of("vacuous"),
                                Phrases.count(summary.vacuous()) + " (" + summary.unexplained() + " without a reason)"),
                        entry(Terms.of("drift"), Phrases.count(summary.drift())),
                        entry(Terms.of("convention", "conventions at kinks"), Phrases.count(summary.convention())),
                        entry(Terms.of("known", "known failures"), Phrases.count(summary.known())),
                        entry(Terms.of("exact zeros"), Phrases.count(summary.zero())),
                        entry(Terms.of("dull", "dull (miss 1 %)"), Phrases.count(summary.dull())))
                .withClass("counts");
    }

    private static DomContent closest(Summary summary) {
        StringJoiner medians = new StringJoiner(", ");
        summary.medianSharpness()
                .forEach((dtype, sharpness) -> medians.add(FailureMessage.number(sharpness) + " in " + dtype));
        Row worst = summary.worst();
        String closest = worst == null
                ? ""
                : "Closest to its tolerance: " + worst.caseName() + ", " + Phrases.kind(worst.quantity()) + " of "
                        + worst.name() + " on " + worst.engine() + " (" + worst.dtype() + "), " + worst.error() + ", "
                        + Phrases.percent(worst.ofAllowed()) + " of what is allowed. ";
        return medians.length() == 0
                ? p(closest)
                : p(text(closest + "Median "), Terms.of("sharpness"), text(" " + medians + "."));
    }

    private DomContent ran() {
        Occasion occasion = report.occasion();
        return occasion == null
                ? text("")
                : dl(entry("ran", occasion.inWords()), entry("duration", seconds(occasion.duration())))
                        .withClass("environment");
    }

    static DomContent environment(Environment environment) {
        return dl(
                        entry("gradtwin", environment.gradtwin()),
                        entry("PyTorch", environment.pytorch() + " through DJL " + environment.djl()),
                        entry("JDK", environment.jdk()),
                        entry("system", environment.os()),
                        entry("PyTorch's CPU capability", environment.cpuCapability()),
                        entry("kernels", environment.kernels()),
                        each(
                                environment.engines(),
                                engine -> iff(
                                        !engine.description().isEmpty(), entry(engine.name(), engine.description()))))
                .withClass("environment");
    }

    static String seconds(double duration) {
        return FailureMessage.number(duration) + " s";
    }

    static DomContent entry(String term, String text) {
        return entry(text(term), text);
    }

    private static DomContent entry(DomContent term, String text) {
        return div(dt(term), dd(text));
    }
}
