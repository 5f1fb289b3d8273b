package org.gradtwin.report.html;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.tensor.Decimals;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The checks for the page's script: columns of numbers and of positions in lists of names, a third of a row's text. */
final class CheckData {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Row> checks;
    private final Map<String, CaseDetail> details = new HashMap<>();
    private final Set<String> shown;
    private final Names cases = new Names();
    private final Names engines = new Names();
    private final Names against = new Names();
    private final Names dtypes = new Names();
    private final Names verdicts = new Names();
    private final Names names = new Names();
    private final Names reasons = new Names();

    /** Different texts in the order in which they came. */
    private static final class Names {
        private final Map<String, Integer> positions = new LinkedHashMap<>();

        int of(String name) {
            return positions.computeIfAbsent(name, key -> positions.size());
        }

        List<String> all() {
            return List.copyOf(positions.keySet());
        }
    }

    CheckData(RunReport report) {
        checks = report.checks();
        shown = report.shownInFull();
        report.cases().forEach(given -> details.put(given.name(), given));
        reasons.of("");
        for (Row check : checks) {
            cases.of(check.caseName());
            engines.of(check.engine());
            against.of(check.against());
            dtypes.of(check.dtype());
            verdicts.of(check.verdict());
        }
    }

    List<String> engines() {
        return engines.all();
    }

    List<String> against() {
        return against.all();
    }

    List<String> dtypes() {
        return dtypes.all();
    }

    List<String> verdicts() {
        return verdicts.all();
    }

    List<String> flags() {
        TreeSet<String> flags = new TreeSet<>();
        details.values().forEach(given -> given.flags().forEach(flag -> flags.add(flag.name())));
        return List.copyOf(flags);
    }

    List<String> ops() {
        TreeSet<String> ops = new TreeSet<>();
        details.values().forEach(given -> ops.addAll(given.ops()));
        return List.copyOf(ops);
    }

    /** The data as JSON that may stand in a script element. */
    String json() {
        Map<String, List<Object>> columns = new LinkedHashMap<>();
        for (Row check : checks) {
            put(columns, "case", cases.of(check.caseName()));
            put(columns, "engine", engines.of(check.engine()));
            put(columns, "against", against.of(check.against()));
            put(columns, "dtype", dtypes.of(check.dtype()));
            put(columns, "quantity", check.quantity().equals("grad") ? 1 : 0);
            put(columns, "name", names.of(check.name()));
            put(columns, "verdict", verdicts.of(check.verdict()));
            put(columns, "reason", reasons.of(check.reason() == null ? "" : check.reason()));
            put(columns, "mismatched", check.mismatched());
            put(columns, "elements", check.elements());
            put(
                    columns,
                    "ulp",
                    number(check.worst() == null ? null : check.worst().ulp()));
            put(
                    columns,
                    "headroom",
                    number(check.worst() == null ? null : check.worst().ofAllowed()));
            put(
                    columns,
                    "abs",
                    number(
                            check.worst() == null || check.worst().inUlp()
                                    ? null
                                    : check.worst().abs()));
            put(columns, "sharpness", number(check.sharpness()));
        }
        List<List<Object>> about = new ArrayList<>();
        for (String name : cases.all()) {
            CaseDetail given = details.get(name);
            about.add(
                    given == null
                            ? List.of(name, List.of(), List.of(), 0)
                            : List.of(
                                    name,
                                    given.flags().stream()
                                            .map(CaseDetail.FlagNote::name)
                                            .toList(),
                                    given.ops(),
                                    shown.contains(name) ? 1 : 0));
        }
        return "{\"cases\":" + text(about) + ",\"engine\":" + text(engines.all()) + ",\"against\":"
                + text(against.all()) + ",\"dtype\":" + text(dtypes.all()) + ",\"verdict\":" + text(verdicts.all())
                + ",\"name\":" + text(names.all()) + ",\"reason\":" + text(reasons.all()) + ",\"columns\":{"
                + String.join(
                        ",",
                        columns.entrySet().stream()
                                .map(column -> "\"" + column.getKey() + "\":" + numbers(column.getValue()))
                                .toList())
                + "}}";
    }

    private static void put(Map<String, List<Object>> columns, String key, Object value) {
        columns.computeIfAbsent(key, name -> new ArrayList<>()).add(value);
    }

    private static String numbers(List<Object> values) {
        return "[" + String.join(",", values.stream().map(String::valueOf).toList()) + "]";
    }

    /** Three digits; an infinity as a number that JSON reads as one. */
    private static String number(@Nullable Double value) {
        if (value == null || Double.isNaN(value)) {
            return "null";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "1e999" : "-1e999";
        }
        String digits = Decimals.rounded(value, 3);
        return digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits;
    }

    /** No text may end the script element. */
    private static String text(Object value) {
        return JSON.writeValueAsString(value).replace("<", "\\u003c");
    }
}
