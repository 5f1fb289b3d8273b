package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.gradtwin.fuzz.Campaign.Examination;
import org.gradtwin.fuzz.Campaign.Skip;
import org.gradtwin.language.Op;

/**
 * The sums over a campaign.
 *
 * @param programs that were made
 * @param checks tensors that were compared
 * @param sharp how many of them would have shown a relative error of 1e-9 in float64, of 0.01 in float32
 * @param disagree how often an engine disagreed with the twin in a program and type
 * @param refused how often the twin refused a program in a type
 * @param skipped how often an engine refused a program in a type, by its name and the op that it lacks
 */
public record Tally(
        long programs,
        long checks,
        long sharp,
        long disagree,
        long refused,
        SortedMap<String, Map<Op, Integer>> skipped) {
    /** An immutable copy. */
    public Tally {
        skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
    }

    /** The sums over those programs. */
    public static Tally of(List<Examination> all) {
        SortedMap<String, Map<Op, Integer>> skipped = new TreeMap<>();
        for (Examination examination : all) {
            for (Skip skip : examination.skipped()) {
                skipped.computeIfAbsent(skip.engine(), engine -> new LinkedHashMap<>())
                        .merge(skip.op(), 1, Integer::sum);
            }
        }
        return new Tally(
                all.size(),
                all.stream().mapToLong(Examination::checks).sum(),
                all.stream().mapToLong(Examination::sharp).sum(),
                all.stream()
                        .mapToLong(examination -> examination.findings().size())
                        .sum(),
                all.stream()
                        .mapToLong(examination -> examination.refused().size())
                        .sum(),
                skipped);
    }

    /** The sums of both. */
    public Tally plus(Tally other) {
        SortedMap<String, Map<Op, Integer>> both = new TreeMap<>();
        for (Tally tally : List.of(this, other)) {
            tally.skipped.forEach((engine, ops) -> {
                Map<Op, Integer> counts = both.computeIfAbsent(engine, name -> new LinkedHashMap<>());
                ops.forEach((op, count) -> counts.merge(op, count, Integer::sum));
            });
        }
        return new Tally(
                programs + other.programs,
                checks + other.checks,
                sharp + other.sharp,
                disagree + other.disagree,
                refused + other.refused,
                both);
    }

    /** Whether nothing disagrees, and something was compared. */
    public boolean passes() {
        return checks > 0 && disagree == 0;
    }

    /**
     * The counts in a line, one of programs that the twin refused, and one for each engine that lacks an op.
     *
     * @param seed of the first program
     */
    public List<String> inWords(long seed) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%,d programs from seed %d, %,d checks, %,d of them sharp (1e-9 in float64, 0.01 in float32): %,d disagree",
                programs,
                seed,
                checks,
                sharp,
                disagree));
        if (refused > 0) {
            lines.add(String.format(
                    Locale.ROOT, "  %,d runs in which the twin refused the program: nothing was compared", refused));
        }
        skipped.forEach((engine, ops) -> {
            StringJoiner lacks = new StringJoiner(", ");
            ops.forEach((op, count) -> lacks.add(String.format(Locale.ROOT, "%s (%,d)", op.id(), count)));
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,d runs skipped: op unsupported by engine %s: %s",
                    ops.values().stream().mapToInt(Integer::intValue).sum(),
                    engine,
                    lacks));
        });
        return lines;
    }
}
