package org.gradtwin.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gradtwin.mutants.Mutant;
import org.gradtwin.mutants.Mutants;
import org.gradtwin.mutants.Score;

/**
 * What {@code mutants} prints: how many are noticed, and of which kinds and ops most escape.
 *
 * @param score what is noticed
 * @param cases how many cases
 * @param programs how many programs
 * @param seed of the first of them
 */
record MutantsSummary(Score score, int cases, long programs, long seed) {
    /** Kinds, ops and names that are told. */
    private static final int TOLD = 5;

    void print(PrintWriter out, boolean all) {
        NavigableSet<Integer> acting = score.acting();
        int ops = grouped(acting, mutant -> mutant.op().id()).size();
        out.printf(
                Locale.ROOT,
                "%,d mutants of %d %s act in %,d %s%s%n",
                acting.size(),
                ops,
                ops == 1 ? "op" : "ops",
                cases,
                cases == 1 ? "case" : "cases",
                programs == 0 ? "" : String.format(Locale.ROOT, " or %,d programs from seed %d", programs, seed));
        String either = programs == 0
                ? ""
                : ", programs " + percent(score.byPrograms()) + ", either " + percent(score.byEither());
        out.println("  noticed    cases notice " + percent(score.byCases()) + either);
        List<Integer> left = acting.stream()
                .filter(number -> !score.byCases().contains(number))
                .toList();
        out.printf(Locale.ROOT, "  escaped    no case notices %,d%n", left.size());
        most("condition", left, Mutant::kind, out);
        most("op", left, mutant -> mutant.op().id(), out);
        if (all) {
            left.forEach(number -> out.println("  escapes    " + Mutants.of(number)
                    + (score.byPrograms().contains(number) ? "; a program notices it" : "")));
        }
        Set<String> unsound = score.unsound();
        if (!unsound.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "  not used   %,d in which a right engine disagrees: %s%s%n",
                    unsound.size(),
                    unsound.stream().limit(TOLD).collect(Collectors.joining(", ")),
                    unsound.size() > TOLD ? ", …" : "");
        }
    }

    /** What escapes most, with how many act and one that escapes. */
    private void most(String what, List<Integer> left, Function<Mutant, String> by, PrintWriter out) {
        Map<String, List<Integer>> all = grouped(score.acting(), by);
        grouped(left, by).entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, List<Integer>> group) ->
                        -group.getValue().size()))
                .limit(TOLD)
                .forEach(group -> out.printf(
                        Locale.ROOT,
                        "  %-10s %s: %,d of %,d, as %s%n",
                        what,
                        group.getKey(),
                        group.getValue().size(),
                        all.getOrDefault(group.getKey(), List.of()).size(),
                        Mutants.of(group.getValue().get(0))));
    }

    private static Map<String, List<Integer>> grouped(Collection<Integer> numbers, Function<Mutant, String> by) {
        return numbers.stream()
                .collect(Collectors.groupingBy(
                        number -> by.apply(Mutants.of(number)), TreeMap::new, Collectors.toList()));
    }

    private String percent(Set<Integer> noticed) {
        return String.format(
                Locale.ROOT, "%.1f %%", 100.0 * noticed.size() / score.acting().size());
    }
}
