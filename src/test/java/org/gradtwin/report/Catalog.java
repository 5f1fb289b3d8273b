package org.gradtwin.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.Flag;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.FixtureFile;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;

/**
 * What there is in a set of fixtures, as Markdown: the files, the classes of bugs that their flags stand for, and the
 * cases of each op. It follows from the op table and the cases alone.
 */
public final class Catalog {
    private final FixtureSet set;
    private final Map<Op, Integer> cases = new LinkedHashMap<>();
    private final Map<Op, Integer> refusals = new LinkedHashMap<>();
    private final Map<Op, TreeSet<String>> flagsOfOps = new LinkedHashMap<>();
    private final Map<String, Integer> flagged = new TreeMap<>();
    private final Map<String, Flag> flags = new TreeMap<>();

    private Catalog(FixtureSet set) {
        this.set = set;
        for (FixtureFile file : set.files()) {
            file.fixture().flags().forEach(flags::putIfAbsent);
            file.fixture().cases().forEach(this::count);
        }
    }

    /** The text of {@code fixtures/README.md}. */
    public static String text(FixtureSet set) {
        return new Catalog(set).text();
    }

    private void count(FixtureCase given) {
        boolean refused = given.refusal().isPresent();
        given.flags().forEach(flag -> flagged.merge(flag, 1, Integer::sum));
        for (Op op : given.parsed().ops()) {
            (refused ? refusals : cases).merge(op, 1, Integer::sum);
            flagsOfOps.computeIfAbsent(op, key -> new TreeSet<>()).addAll(given.flags());
        }
    }

    private String text() {
        List<String> lines = new ArrayList<>();
        int total = set.cases().size();
        long refused = set.cases().stream()
                .filter(named -> named.given().refusal().isPresent())
                .count();
        lines.add("# The fixtures");
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%,d files with %,d cases, %,d of which are programs that must be refused, and %,d trainings. This page is made from them and"
                        + " from the op table by `mvn test -Dgroups=pages -Dgradtwin.update=true`; the numbers and"
                        + " tolerances in the files are PyTorch's, by `regenerate`.",
                set.files().size(),
                total,
                refused,
                set.trainings().size()));
        files(lines);
        trainings(lines);
        flags(lines);
        ops(lines);
        return String.join("\n", lines) + "\n";
    }

    private void files(List<String> lines) {
        lines.addAll(List.of("", "## Files", "", "| file | title | cases | source |", "|---|---|---:|---|"));
        for (FixtureFile file : set.files()) {
            Fixture fixture = file.fixture();
            lines.add(row(
                    "[" + file.path() + "](" + file.path() + ")",
                    fixture.title(),
                    Integer.toString(fixture.cases().size()),
                    fixture.source()));
        }
    }

    private void trainings(List<String> lines) {
        lines.addAll(List.of(
                "",
                "## Trainings",
                "",
                "PyTorch's loss at every step, and all parameters at marked ones.",
                "",
                "| case | what it is | steps |",
                "|---|---|---:|"));
        for (NamedTraining named : set.trainings()) {
            lines.add(row(
                    named.name(),
                    named.given().comment(),
                    String.format(Locale.ROOT, "%,d", named.given().steps())));
        }
    }

    private void flags(List<String> lines) {
        lines.addAll(List.of(
                "",
                "## Flags",
                "",
                "| flag | cases | what they have in common | a failure would mean |",
                "|---|---:|---|---|"));
        flags.forEach((name, flag) ->
                lines.add(row(name, Integer.toString(flagged.getOrDefault(name, 0)), flag.meaning(), flag.catches())));
    }

    private void ops(List<String> lines) {
        lines.addAll(List.of(
                "",
                "## Ops",
                "",
                "Cases that apply the op, alone or among others; at its kinks PyTorch does what the fourth column says, and where there is no"
                        + " one answer, the fifth says why: random programs stay clear of it.",
                "",
                "| op | cases | refused | kinks | no one answer | flags |",
                "|---|---:|---:|---|---|---|"));
        for (Op op : Ops.all()) {
            lines.add(row(
                    op.id(),
                    Integer.toString(cases.getOrDefault(op, 0)),
                    Integer.toString(refusals.getOrDefault(op, 0)),
                    op.kinks(),
                    String.join("; ", op.unanswered().reasons()),
                    String.join(", ", flagsOfOps.getOrDefault(op, new TreeSet<>()))));
        }
    }

    /** A table row; a bar or an asterisk in a cell would end it or make it bold. */
    private static String row(String... cells) {
        List<String> escaped = new ArrayList<>();
        for (String cell : cells) {
            escaped.add(cell.replace("|", "\\|").replace("*", "\\*").replace("\n", " "));
        }
        return "| " + String.join(" | ", escaped) + " |";
    }
}
