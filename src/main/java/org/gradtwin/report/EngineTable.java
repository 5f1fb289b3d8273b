package org.gradtwin.report;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.language.Group;
import org.gradtwin.language.Ops;
import org.gradtwin.report.RunReport.Row;

/** Engines side by side, from the reports of their runs, in Markdown: what was compared, what agrees, why the rest does not, and how fast. */
public final class EngineTable {
    private static final String PROGRAMS = "programs";

    /** An engine of a run, and its checks by the group of the ops that a case is about. */
    private record Column(EngineNote engine, int cases, List<Row> checks, Map<String, List<Row>> byGroup) {}

    private EngineTable() {}

    /** The tables of all engines of those runs. */
    public static String of(List<RunReport> runs, LocalDate date) {
        List<Column> columns = runs.stream().flatMap(EngineTable::columns).toList();
        List<String> groups = Stream.concat(Stream.of(Group.values()).map(Group::word), Stream.of(PROGRAMS))
                .toList();
        StringBuilder out = new StringBuilder();
        out.append(table(
                List.of(
                        "engine",
                        "version",
                        "cases",
                        "checks",
                        "agree",
                        "skipped",
                        "convention",
                        "accuracy",
                        "defect",
                        "unsupported",
                        "unexplained",
                        "programs",
                        "ms a program"),
                columns.stream().map(EngineTable::summary).toList()));
        out.append("\n## Share of the compared checks that agree, by what a case is about\n\n");
        out.append(byGroup(columns, groups, EngineTable::share));
        out.append("\n## Known conventions and known defects, by what a case is about\n\n");
        out.append(byGroup(columns, groups, rows -> {
            long conventions = conventions(rows);
            long defects = known(rows, KnownFailure.Kind.DEFECT);
            return conventions + defects == 0 ? "" : number(conventions) + " + " + number(defects);
        }));
        out.append("\n## The largest error in ulp among the checks that agree, float32 / float64\n\n");
        out.append(byGroup(columns, groups, rows -> {
            String words = ulp(rows, "float32") + " / " + ulp(rows, "float64");
            return words.equals("– / –") ? "" : words;
        }));
        out.append(alone(PyTorchAlone.of(columns.stream().flatMap(column -> column.checks().stream()))));
        RunReport first = runs.get(0);
        out.append("\nMade on ")
                .append(date)
                .append(" by `gradtwin report --engines` from ")
                .append(runs.size())
                .append(runs.size() == 1 ? " report" : " reports")
                .append(", with gradtwin ")
                .append(first.environment().gradtwin())
                .append(", PyTorch ")
                .append(first.environment().pytorch())
                .append(" and Java ")
                .append(first.environment().jdk())
                .append(" on ")
                .append(first.environment().os())
                .append(".\n");
        return out.toString();
    }

    private static String alone(List<PyTorchAlone> all) {
        return all.isEmpty()
                ? ""
                : "\n## Where PyTorch stands alone\n\n"
                        + "Engines that agree with the answer in 50 digits, and so with one another, where PyTorch is off.\n\n"
                        + "| case | quantity | engines |\n|---|---|---|\n"
                        + all.stream()
                                .map(one -> line(List.of(one.caseName(), one.what(), String.join(", ", one.engines()))))
                                .collect(Collectors.joining());
    }

    private static Stream<Column> columns(RunReport run) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        run.cases().forEach(given -> groups.put(given.name(), groups(given)));
        return run.environment().engines().stream().map(engine -> {
            List<Row> checks = run.checks().stream()
                    .filter(row -> row.engine().equals(engine.name()) && groups.containsKey(row.caseName()))
                    .toList();
            Map<String, List<Row>> byGroup = new LinkedHashMap<>();
            checks.forEach(row -> groups.getOrDefault(row.caseName(), Set.of())
                    .forEach(group -> byGroup.computeIfAbsent(group, key -> new ArrayList<>())
                            .add(row)));
            return new Column(engine, groups.size(), checks, byGroup);
        });
    }

    /** A case of an op is about the groups of its ops, every other one is a program. */
    private static Set<String> groups(CaseDetail given) {
        if (!given.name().startsWith("op/")) {
            return Set.of(PROGRAMS);
        }
        EnumSet<Group> groups = EnumSet.noneOf(Group.class);
        given.ops().forEach(id -> groups.add(Ops.of(id).group()));
        return groups.stream().map(Group::word).collect(Collectors.toSet());
    }

    private static List<String> summary(Column column) {
        List<Row> rows = column.checks();
        EngineNote engine = column.engine();
        Set<String> compared =
                rows.stream().filter(EngineTable::isCompared).map(Row::caseName).collect(Collectors.toSet());
        return List.of(
                engine.name(),
                engine.description(),
                number(compared.size()) + " of " + number(column.cases()),
                number(rows.stream().filter(EngineTable::isCompared).count()),
                share(rows),
                number(count(rows, Verdict.SKIPPED)),
                number(conventions(rows)),
                number(known(rows, KnownFailure.Kind.ACCURACY)),
                number(known(rows, KnownFailure.Kind.DEFECT)),
                number(known(rows, KnownFailure.Kind.UNSUPPORTED)),
                number(rows.stream().filter(Row::failsGate).count()),
                number(engine.programs()),
                engine.programs() == 0
                        ? ""
                        : String.format(Locale.ROOT, "%.2f", 1000 * engine.seconds() / engine.programs()));
    }

    private static boolean isCompared(Row row) {
        return !row.verdict().equals(Verdict.SKIPPED.key());
    }

    private static long count(List<Row> rows, Verdict verdict) {
        return rows.stream().filter(row -> row.verdict().equals(verdict.key())).count();
    }

    private static long known(List<Row> rows, KnownFailure.Kind kind) {
        return rows.stream()
                .filter(row -> row.verdict().equals(Verdict.KNOWN.key())
                        && row.reason() != null
                        && row.reason().startsWith(kind.key() + ": "))
                .count();
    }

    private static long conventions(List<Row> rows) {
        return known(rows, KnownFailure.Kind.CONVENTION)
                + rows.stream()
                        .filter(row -> row.verdict().equals("convention"))
                        .count();
    }

    private static String share(List<Row> rows) {
        long compared = rows.stream().filter(EngineTable::isCompared).count();
        long off = rows.stream()
                .filter(row -> row.failsGate()
                        || row.verdict().equals(Verdict.KNOWN.key())
                        || row.verdict().equals("convention"))
                .count();
        // Rounded down: only all is 100 %.
        return compared == 0
                ? ""
                : String.format(Locale.ROOT, "%.1f %%", Math.floor(1000.0 * (compared - off) / compared) / 10);
    }

    private static String ulp(List<Row> rows, String dtype) {
        return rows.stream()
                .filter(row -> row.dtype().equals(dtype) && row.verdict().equals(Verdict.AGREE.key()))
                .map(Row::deviation)
                .filter(deviation -> deviation != null && deviation.abs() == null)
                .mapToDouble(Deviation::ulp)
                .max()
                .stream()
                .mapToObj(ulp -> number(Math.round(ulp)))
                .findFirst()
                .orElse("–");
    }

    private static String byGroup(List<Column> columns, List<String> groups, Function<List<Row>, String> cell) {
        return table(
                Stream.concat(Stream.of("engine"), groups.stream()).toList(),
                columns.stream()
                        .map(column -> Stream.concat(
                                        Stream.of(column.engine().name()),
                                        groups.stream()
                                                .map(group -> cell.apply(
                                                        column.byGroup().getOrDefault(group, List.of()))))
                                .toList())
                        .toList());
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String table(List<String> head, List<List<String>> rows) {
        String rule = "|---" + String.join("", Collections.nCopies(head.size() - 1, "|--:")) + "|\n";
        return line(head) + rule + rows.stream().map(EngineTable::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
