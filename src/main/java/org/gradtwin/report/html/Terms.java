package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.section;
import static j2html.TagCreator.text;

import j2html.tags.DomContent;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words that a reader may not know: each is a link to its explanation, which a pointer over it shows, and which is printed. */
final class Terms {
    private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

    static {
        MEANINGS.put(
                "ulp",
                "unit in the last place: the distance from a number to the next one of its type. 1 ulp of 1.0 is 1.2e-07 in"
                        + " float32, 2.2e-16 in float64.");
        MEANINGS.put("error ÷ allowed", "how far a number is off, divided by its tolerance: above 1 the check fails.");
        MEANINGS.put("headroom", "what is left of a tolerance: the further below 1 error ÷ allowed is, the more.");
        MEANINGS.put("recorded", "the numbers of the newest PyTorch, which stand in the fixture under expect.");
        MEANINGS.put(
                "sharpness",
                "the smallest relative error of the whole tensor that a check would notice: less is better.");
        MEANINGS.put("vacuous", "an answer of zeros would pass this check, where zeros are not right.");
        MEANINGS.put("dull", "an error of one percent would pass this check.");
        MEANINGS.put(
                "exact zeros", "what is right here is 0 everywhere, so that an engine without gradients passes too.");
        MEANINGS.put(
                "drift",
                "the PyTorch that runs live differs from the recorded one, as the fixture says: engines are held against the"
                        + " recorded numbers there.");
        MEANINGS.put(
                "convention",
                "at a kink, as of relu at 0, several slopes are right: the engine gives another one than PyTorch.");
        MEANINGS.put("known", "it fails as a file of known failures says, with the reason.");
        MEANINGS.put("skipped", "nothing was compared, for the reason given, as an op that the engine lacks.");
    }

    private Terms() {}

    /** A term as a link. */
    static DomContent of(String term) {
        return of(term, term);
    }

    /** The same under other words. */
    static DomContent of(String term, String words) {
        String meaning = MEANINGS.get(term);
        return meaning == null
                ? text(words)
                : a(words).withClass("term").withHref("#" + id(term)).withTitle(meaning);
    }

    /** Its meaning; empty for a word that needs none. */
    static String meaning(String term) {
        return MEANINGS.getOrDefault(term, "");
    }

    private static String id(String term) {
        return "term-" + term.replaceAll("[^a-z]+", "-");
    }

    static DomContent content() {
        return section(
                        h2("Terms"),
                        dl(each(
                                MEANINGS.entrySet(),
                                entry -> div(dt(entry.getKey()), dd(entry.getValue()))
                                        .withId(id(entry.getKey())))))
                .withId("terms");
    }
}
