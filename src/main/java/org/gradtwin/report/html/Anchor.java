package org.gradtwin.report.html;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.gradtwin.report.RunReport.Row;

/** The places in the page that a link can point at. They depend on names only, so that a link outlives the run. */
final class Anchor {
    private Anchor() {}

    static String ofCase(String name) {
        return id("case/" + name);
    }

    static String ofCheck(Row check) {
        return id("check/"
                + String.join(
                        "/",
                        check.caseName(),
                        check.engine(),
                        check.against(),
                        check.dtype(),
                        check.quantity(),
                        check.name()));
    }

    static String ofFailure(int number) {
        return "failure-" + number;
    }

    /** A link to an anchor of this page. */
    static String link(String id) {
        return "#"
                + URLEncoder.encode(id, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
    }

    /** A link to the checks that a filter of the list leaves. */
    static String state(Map<String, String> filter) {
        return filter.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .sorted()
                .collect(Collectors.joining("&", "#?", ""));
    }

    /** An id in HTML has no white space. */
    private static String id(String text) {
        return text.replaceAll("\\s", "_");
    }
}
