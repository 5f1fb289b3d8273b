package org.gradtwin.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.caption;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.report.Deviation;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.verify.FailureMessage;
import org.jspecify.annotations.Nullable;

/** Every op on every engine, in both types, value and gradient: how far off, and what nobody looked at. */
final class OpGrid {
    private static final List<String> KINDS = List.of("value", "grad");

    private static final Map<String, Group> GROUPS = Ops.all().stream().collect(Collectors.toMap(Op::id, Op::group));

    private final Map<Group, Map<String, Share>> shares = new HashMap<>();
    private final Map<String, Cell> cells = new HashMap<>();
    private final Set<String> engines = new LinkedHashSet<>();
    private final Set<String> dtypes = new LinkedHashSet<>();
    private final Map<String, List<Row>> skipped = new TreeMap<>();
    private final Map<String, List<Row>> vacuous = new TreeMap<>();
    private final Map<String, List<Row>> known = new TreeMap<>();
    private final Map<String, List<Row>> conventions = new TreeMap<>();

    /** What is known of an op in one column. */
    private static final class Cell {
        private int compared;
        private int failing;
        private int skipped;
        private boolean missing;
        private @Nullable Deviation worst;

        void add(Row check) {
            if (check.verdict().equals("skipped")) {
                skipped++;
                return;
            }
            compared++;
            failing += check.failsGate() ? 1 : 0;
            missing |= check.failsGate() && check.deviation() == null;
            Deviation here = check.deviation();
            if (here != null && !Verdict.named(check.verdict()).explained() && here.ofAllowed() > ofAllowed()) {
                worst = here;
            }
        }

        private double ofAllowed() {
            return worst == null ? -1 : worst.ofAllowed();
        }

        String text() {
            if (compared == 0) {
                return skipped > 0 ? "skipped" : "none";
            }
            if (missing) {
                return "✗ missing";
            }
            String number =
                    worst == null ? "ok" : worst.abs() == null ? FailureMessage.number(worst.ulp()) : worst.inWords();
            return failing > 0 ? "✗ " + number : ofAllowed() > 0.5 ? "▲ " + number : number;
        }

        String tint() {
            if (compared == 0) {
                return "none";
            }
            return failing > 0 ? "bad" : ofAllowed() > 0.5 ? "close" : ofAllowed() > 0 ? "near" : "exact";
        }
    }

    /** How many checks of a column pass whose programs apply an op of a group. */
    private static final class Share {
        private int compared;
        private int passing;
        private int conventions;
        private int known;

        void add(Row check) {
            compared += check.verdict().equals("skipped") ? 0 : 1;
            conventions += check.verdict().equals("convention") ? 1 : 0;
            known += check.verdict().equals("known") ? 1 : 0;
            passing += check.verdict().equals("skipped") || check.failsGate() ? 0 : 1;
        }

        boolean fails() {
            return passing < compared;
        }

        String text() {
            if (compared == 0) {
                return "none";
            }
            int agreeing = passing - conventions - known;
            // What is not all is never shown as all.
            double percent = Math.floor(1000.0 * agreeing / compared) / 10;
            return (fails() ? "✗ " : "")
                    + (agreeing == compared ? "100" : FailureMessage.number(percent)) + " %: "
                    + Phrases.count(agreeing) + " of " + Phrases.count(compared)
                    + (conventions == 0 ? "" : " ≈ " + Phrases.count(conventions))
                    + (known == 0 ? "" : " ○ " + Phrases.count(known));
        }
    }

    OpGrid(RunReport report) {
        Map<String, List<String>> ops = new HashMap<>();
        report.cases().forEach(given -> ops.put(given.name(), given.ops()));
        for (Row check : report.checks()) {
            engines.add(check.engine());
            dtypes.add(check.dtype());
            List<String> applied = ops.getOrDefault(check.caseName(), List.of());
            applied.stream()
                    .flatMap(op -> Optional.ofNullable(GROUPS.get(op)).stream())
                    .distinct()
                    .forEach(group -> shares.computeIfAbsent(group, key -> new HashMap<>())
                            .computeIfAbsent(check.engine() + " " + check.dtype(), key -> new Share())
                            .add(check));
            for (String op : applied) {
                cells.computeIfAbsent(key(op, check.engine(), check.dtype(), check.quantity()), key -> new Cell())
                        .add(check);
            }
            if (check.verdict().equals("skipped")) {
                skipped.computeIfAbsent(String.valueOf(check.reason()), key -> new ArrayList<>())
                        .add(check);
            } else if (check.verdict().equals("known") || check.verdict().equals("convention")) {
                (check.verdict().equals("known") ? known : conventions)
                        .computeIfAbsent(String.valueOf(check.reason()), key -> new ArrayList<>())
                        .add(check);
            } else if (check.verdict().equals("vacuous")) {
                vacuous.computeIfAbsent(
                                check.reason() == null ? "without a written reason" : check.reason(),
                                key -> new ArrayList<>())
                        .add(check);
            }
        }
    }

    private static String key(String op, String engine, String dtype, String quantity) {
        return op + " " + engine + " " + dtype + " " + quantity;
    }

    DomContent content() {
        return section(
                        h2("Operations"),
                        p(
                                "Each number is the error in ulp of the check that comes closest to its tolerance, over all cases"
                                        + " whose program applies the op; or, followed by abs, the error itself where it exceeds the expected"
                                        + " number. ✗ outside the tolerance or not there at all, ▲ beyond half of it; the"
                                        + " tint says the same."),
                        Tables.of(
                                "Share of the compared checks that pass, by what their programs apply: ≈ conventions, ○ known"
                                        + " failures; each group opens into its ops",
                                Stream.concat(Stream.of("group"), columns().stream())
                                        .toList(),
                                shares()),
                        each(shown(), this::ops),
                        uncovered(),
                        reasons("Skipped, with reason", "skipped", skipped, "Nothing was skipped."),
                        reasons("Vacuous, with reason", "vacuous", vacuous, "No check is vacuous."),
                        conventions(),
                        reasons("Known failures, with reason", "known", known, "No failure is known."))
                .withId("operations");
    }

    private List<String> columns() {
        return engines.stream()
                .flatMap(engine -> dtypes.stream().map(dtype -> engine + " " + dtype))
                .toList();
    }

    /** The groups of which an op is applied. */
    private List<Group> shown() {
        return Stream.of(Group.values()).filter(shares::containsKey).toList();
    }

    private Share share(Group group, String column) {
        return shares.getOrDefault(group, Map.of()).getOrDefault(column, new Share());
    }

    private List<List<DomContent>> shares() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (Group group : shown()) {
            String link = Anchor.link(id(group));
            List<DomContent> row = new ArrayList<>(List.of(a(group.word()).withHref(link)));
            columns().forEach(column -> row.add(a(share(group, column).text()).withHref(link)));
            rows.add(row);
        }
        return rows;
    }

    private static String id(Group group) {
        return "ops/" + group.name().toLowerCase(Locale.ROOT);
    }

    /** The ops of a group, open where a check fails. */
    private DomContent ops(Group group) {
        boolean fails =
                columns().stream().anyMatch(column -> share(group, column).fails());
        return details(
                        summary(h3(group.word())),
                        Tables.scrolling("Operations by engine, type and quantity: " + group.word(), grid(group)))
                .withId(id(group))
                .condAttr(fails, "open", null);
    }

    private DomContent grid(Group group) {
        List<String> columns = columns();
        return table(
                        caption("Error in ulp of the check closest to its tolerance, by op, engine, type and quantity"),
                        thead(
                                tr(
                                        th("op").attr("scope", "col").attr("rowspan", "2"),
                                        each(
                                                columns,
                                                column -> th(column)
                                                        .attr("scope", "colgroup")
                                                        .attr("colspan", "2"))),
                                tr(each(
                                        columns,
                                        column -> each(
                                                KINDS,
                                                kind -> th(Phrases.kind(kind)).attr("scope", "col"))))),
                        tbody(each(
                                Ops.all().stream()
                                        .filter(op -> op.group() == group)
                                        .toList(),
                                op -> tr(
                                        th(op.id()).attr("scope", "row"),
                                        each(columns, column -> each(KINDS, kind -> cell(op, column, kind)))))))
                .withClass("grid");
    }

    private DomContent cell(Op op, String column, String kind) {
        Cell cell = cells.getOrDefault(op.id() + " " + column + " " + kind, new Cell());
        int space = column.lastIndexOf(' ');
        return td(cell.compared == 0
                        ? text(cell.text())
                        : a(cell.text())
                                .withHref(Anchor.state(Map.of(
                                        "op",
                                        op.id(),
                                        "engine",
                                        column.substring(0, space),
                                        "dtype",
                                        column.substring(space + 1)))))
                .withClass(cell.tint());
    }

    private DomContent uncovered() {
        List<String> missing = new ArrayList<>();
        List<String> nowhere = new ArrayList<>();
        for (Op op : Ops.all()) {
            List<String> where = new ArrayList<>();
            for (String engine : engines) {
                for (String dtype : dtypes) {
                    for (String kind : KINDS) {
                        Cell cell = cells.get(key(op.id(), engine, dtype, kind));
                        if (cell == null || cell.compared == 0) {
                            where.add(engine + " " + dtype + " " + Phrases.kind(kind));
                        }
                    }
                }
            }
            if (where.size() == engines.size() * dtypes.size() * KINDS.size()) {
                nowhere.add(op.id());
            } else if (!where.isEmpty()) {
                missing.add(op.id() + ": " + String.join(", ", where));
            }
        }
        if (!nowhere.isEmpty()) {
            missing.add(0, "not checked at all: " + String.join(", ", nowhere));
        }
        return section(
                        h3("Uncovered ops"),
                        missing.isEmpty()
                                ? p("Every op is checked on every engine, in every type, value and gradient.")
                                : ul(each(missing, line -> li(line))))
                .withId("uncovered");
    }

    /** Which engine gives which answer of its own at a kink, and how often. */
    private DomContent conventions() {
        List<String> heads = new ArrayList<>(List.of("at the kink"));
        heads.addAll(engines);
        List<List<DomContent>> rows = new ArrayList<>();
        conventions.forEach((reason, checks) -> {
            List<DomContent> row = new ArrayList<>(List.of(text(reason)));
            engines.forEach(engine -> row.add(Tables.cell(checks.stream()
                    .filter(check -> check.engine().equals(engine))
                    .count())));
            rows.add(row);
        });
        return section(
                        h3("Conventions at kinks"),
                        rows.isEmpty()
                                ? p("No engine has one of its own.")
                                : Tables.of("Checks that differ by a convention, by engine", heads, rows))
                .withId("conventions");
    }

    private static DomContent reasons(String title, String id, Map<String, List<Row>> reasons, String none) {
        return section(
                        h3(title),
                        reasons.isEmpty()
                                ? p(none)
                                : ul(each(reasons.entrySet(), entry -> li(reason(entry.getKey(), entry.getValue())))))
                .withId(id);
    }

    private static String reason(String reason, List<Row> checks) {
        Set<String> cases = new LinkedHashSet<>();
        checks.forEach(check -> cases.add(check.caseName()));
        return Phrases.count(checks.size(), "check") + ": " + reason + " — "
                + cases.stream().limit(4).reduce((a, b) -> a + ", " + b).orElse("")
                + (cases.size() > 4 ? " and " + Phrases.count(cases.size() - 4, "more case") : "");
    }
}
