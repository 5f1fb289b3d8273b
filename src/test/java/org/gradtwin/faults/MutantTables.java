package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.gradtwin.mutants.Condition;
import org.gradtwin.mutants.Mutant;

/** The generic mutants in words and tables. */
final class MutantTables {
    /** Rows of what escapes. */
    private static final int ROWS = 40;

    private MutantTables() {}

    /** The section of the page. */
    static List<String> section(MutantScore score, int programs) {
        Set<Mutant> either = score.byEither;
        List<String> lines = new ArrayList<>(List.of(
                "A generic mutant is a right engine that gives a wrong gradient, or a wrong value, of one op where a condition holds: an attribute or a",
                "way to call it, a layout or a use of an operand, a size, a rank, special numbers in the operand or in the cotangent, or a pair of these.",
                "What is wrong: all of it is 1 % too large or 0, its first or last element is another, or the elements at the special numbers are. The",
                "mutants of an op follow from its file (`org.gradtwin.mutants.Mutants`): all single conditions, and as many pairs, drawn by a seed.",
                "",
                "Each case and each program runs once on the right engine, which records what every application of an op sees and gives. A mutant *acts*",
                "if what it gives differs from that somewhere in the corpus or in the programs; only these are counted. Mutants that do the same damage",
                "in the same places of a program are one engine; the program runs again with it, from the record, and the checks of `verify`, or the",
                "tolerances of `fuzz`, decide in float64. Conditions look at what the right engine sees. In the programs of `fuzz` the matrix engine",
                "stands in the place of PyTorch.",
                "",
                String.format(
                        Locale.ROOT,
                        "Of %,d mutants that act, **fixtures notice %s, %,d programs of `fuzz` (seeds 0 to %d) %s, either %s.**",
                        score.acting.size(),
                        percent(score.byFixtures, score.acting),
                        programs,
                        programs - 1,
                        percent(score.byFuzz, score.acting),
                        percent(either, score.acting)),
                "",
                "The same programs notice " + score.faults.size() + " of the " + Fault.values().length
                        + " faults above; not "
                        + Arrays.stream(Fault.values())
                                .filter(fault -> !score.faults.containsKey(fault))
                                .map(Fault::name)
                                .collect(Collectors.joining(", "))
                        + ".",
                "",
                "| condition | acting | fixtures | fuzz | either |",
                "|---|---:|---:|---:|---:|"));
        grouped(score.acting, Mutant::kind).forEach((kind, mutants) -> lines.add(row(kind, mutants, score, either)));
        lines.addAll(
                List.of("", "| single condition | acting | fixtures | fuzz | either |", "|---|---:|---:|---:|---:|"));
        Set<Mutant> single = score.acting.stream()
                .filter(mutant -> mutant.conditions().size() == 1
                        && mutant.conditions().get(0).kind() != Condition.Kind.CALL)
                .collect(Collectors.toSet());
        grouped(single, mutant -> mutant.conditions().get(0).words())
                .forEach((words, mutants) -> lines.add(row(words, mutants, score, either)));
        escaping(lines, "fixtures", score, score.byFixtures::contains);
        escaping(lines, "fuzz", score, score.byFuzz::contains);
        escaping(lines, "both", score, either::contains);
        lines.addAll(
                List.of(
                        "",
                        "This section is written by `mvn -Pmutants`; the verb `mutants` counts the same for cases of your own."));
        return lines;
    }

    private static void escaping(List<String> lines, String whom, MutantScore score, Predicate<Mutant> noticed) {
        Map<String, List<Mutant>> groups = grouped(
                score.acting.stream().filter(noticed.negate()).collect(Collectors.toSet()),
                mutant -> mutant.kind() + " | " + mutant.op().group().name().toLowerCase(Locale.ROOT));
        lines.addAll(List.of(
                "",
                "### What escapes " + whom,
                "",
                "| condition | op group | mutants | for instance |",
                "|---|---|---:|---|"));
        groups.entrySet().stream()
                .sorted(Comparator.comparing(entry -> -entry.getValue().size()))
                .limit(ROWS)
                .forEach(entry -> lines.add("| " + entry.getKey() + " | "
                        + entry.getValue().size() + " | "
                        + entry.getValue().stream()
                                .map(Mutant::toString)
                                .min(Comparator.naturalOrder())
                                .orElseThrow() + " |"));
        if (groups.size() > ROWS) {
            int rest = groups.values().stream()
                    .map(List::size)
                    .sorted(Comparator.reverseOrder())
                    .skip(ROWS)
                    .mapToInt(size -> size)
                    .sum();
            lines.add("| … | | " + rest + " | |");
        }
    }

    private static Map<String, List<Mutant>> grouped(Set<Mutant> mutants, Function<Mutant, String> by) {
        return mutants.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()));
    }

    private static String row(String words, List<Mutant> mutants, MutantScore score, Set<Mutant> either) {
        Set<Mutant> of = Set.copyOf(mutants);
        return "| " + words + " | " + of.size() + " | " + percent(score.byFixtures, of) + " | "
                + percent(score.byFuzz, of) + " | " + percent(either, of) + " |";
    }

    private static String percent(Set<Mutant> noticed, Set<Mutant> of) {
        return String.format(
                Locale.ROOT,
                "%.1f %%",
                100.0 * of.stream().filter(noticed::contains).count() / of.size());
    }
}
