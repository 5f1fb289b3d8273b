package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.gradtwin.check.Comparison;
import org.gradtwin.language.Op;
import org.gradtwin.readme.Pages;
import org.gradtwin.verify.Check;

/** The mutation score in words and tables. */
final class MutationPage {
    private static final String GENERIC = "## Generic mutants";

    private MutationPage() {}

    private static long killed(List<Result> results) {
        return results.stream().filter(result -> result.caught() > 0).count();
    }

    /** Fixed columns, one line a fault. */
    static String table(List<Result> results) {
        List<String> lines = new ArrayList<>();
        lines.add("mutation score: " + killed(results) + " of " + results.size() + " faults noticed");
        for (Result result : results) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-26s %-13s %4d of %4d cases   %s",
                    result.fault().name(),
                    family(result.fault()),
                    result.caught(),
                    result.cases(),
                    result.first().map(MutationPage::check).orElse("NOT NOTICED")));
        }
        return String.join("\n", lines) + "\n";
    }

    /** A page with that section of generic mutants in the place of the one that it has. */
    static String withGeneric(String page, List<String> section) {
        int start = page.indexOf(GENERIC);
        return (start < 0 ? page : page.substring(0, start - 1)) + "\n" + GENERIC + "\n\n" + String.join("\n", section)
                + "\n";
    }

    /** The section of generic mutants that a page has, for another run writes it. */
    static String generic(String page) {
        int start = page.indexOf(GENERIC);
        return start < 0 ? "" : "\n" + page.substring(start);
    }

    /** The page of the documentation, without the generic mutants. */
    static String page(List<Result> results) {
        List<String> lines = new ArrayList<>();
        lines.add("# Mutation score");
        lines.add("");
        lines.add(
                "The harness is tested by engines that are wrong on purpose. Each fault below is a gradient bug that a real");
        lines.add(
                "engine has had. An engine with that one fault is verified on every bundled case that applies the ops concerned,");
        lines.add(
                "and one of the graph on every case of several ops, in float64, against the recorded numbers; the same engine without a");
        lines.add("fault agrees with all of them. A fault counts as noticed when at least one check disagrees.");
        lines.add("");
        lines.add("**" + killed(results) + " of " + results.size() + " faults are noticed**, from "
                + results.stream()
                        .map(result -> result.fault().row())
                        .distinct()
                        .count()
                + " bugs. None is equivalent to the right engine.");
        lines.add("");
        lines.add("| class | faults | noticed |");
        lines.add("|---|---:|---:|");
        for (Family family : Family.values()) {
            List<Result> mine = results.stream()
                    .filter(result -> result.fault().family() == family)
                    .toList();
            lines.add(
                    "| " + family.name().toLowerCase(Locale.ROOT) + " | " + mine.size() + " | " + killed(mine) + " |");
        }
        lines.add("");
        lines.add("## Faults");
        lines.add("");
        lines.add("| fault | class | what is wrong | found in | ops | noticed by | first check that notices |");
        lines.add("|---|---|---|---|---|---:|---|");
        for (Result result : results) {
            Fault fault = result.fault();
            lines.add(
                    "| " + fault.name() + " | " + family(fault) + " | " + fault.what() + " | " + fault.source() + " | "
                            + ops(fault) + " | " + result.caught() + " of " + result.cases() + " | "
                            + result.first().map(MutationPage::check).orElse("none") + " |");
        }
        lines.add("");
        lines.add("## Bugs that are not seeded");
        lines.add("");
        lines.add("| bug | found in | why |");
        lines.add("|---|---|---|");
        for (NotSeeded row : NotSeeded.values()) {
            lines.add("| " + row.name() + " | " + row.source() + " | " + row.why() + " |");
        }
        lines.add("");
        lines.add(
                "Bugs of optimizers (M52 to M57) are no faults of an autograd engine: `OptimizerBugsTest` seeds each of them,"
                        + " and the recorded trainings notice all.");
        lines.add("");
        lines.add("This section and those above are written by `" + Pages.COMMAND
                + "` and checked by `MutationScoreTest`.");
        return String.join("\n", lines) + "\n";
    }

    private static String family(Fault fault) {
        return fault.family().name().toLowerCase(Locale.ROOT);
    }

    private static String ops(Fault fault) {
        return fault.ops().isEmpty()
                ? "any"
                : fault.ops().stream().map(Op::id).sorted().collect(Collectors.joining(", "));
    }

    private static String check(Check check) {
        Comparison comparison = check.comparison();
        String extent = comparison == null || comparison.elements() == 0
                ? ""
                : ", " + comparison.mismatched() + " of " + comparison.elements();
        return check.caseName() + ", " + check.quantity() + extent;
    }
}
