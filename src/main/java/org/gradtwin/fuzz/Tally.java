package org.gradtwin.fuzz;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gradtwin.fuzz.Examination.Skip;
import org.gradtwin.fuzz.Examination.TwinFault;

/**
 * The sums over a row of seeds. Plain, so that they can be sent and kept; those of two rows are the sums of both, however they
 * were cut.
 *
 * @param programs that were made
 * @param checks tensors that were compared
 * @param sharp how many of them were made under a tolerance that shows a relative error of 1e-9 in float64, of 0.01 in float32
 * @param disagree how often an engine disagreed with the twin in a program and type
 * @param twinFaults how often the twin refused a program in a type, or was off where an engine was not
 * @param skipped how often an engine refused a program in a type, by its name and the op that it lacks
 * @param suspects the runs that disagree, in the order of their first seeds
 * @param twinFaultSeeds the first seeds of these
 * @param ended what each program did, by its seed, that ended the process in which it was examined
 * @param cells what the programs cover, each {@link Cell} with the first seed that does
 */
public record Tally(
        long programs,
        long checks,
        long sharp,
        long disagree,
        long twinFaults,
        NavigableMap<String, NavigableMap<String, Long>> skipped,
        List<Suspect> suspects,
        List<Long> twinFaultSeeds,
        NavigableMap<Long, String> ended,
        NavigableMap<String, Long> cells)
        implements Serializable {
    /** Seeds and lines of a kind that are told. */
    private static final int TOLD = 5;

    /** An immutable copy. */
    public Tally {
        skipped = Collections.unmodifiableNavigableMap(new TreeMap<>(skipped));
        suspects = List.copyOf(suspects);
        twinFaultSeeds = List.copyOf(twinFaultSeeds);
        ended = Collections.unmodifiableNavigableMap(new TreeMap<>(ended));
        cells = Collections.unmodifiableNavigableMap(new TreeMap<>(cells));
    }

    /** The sums over those programs. */
    public static Tally of(List<Examination> all) {
        NavigableMap<String, NavigableMap<String, Long>> skipped = new TreeMap<>();
        NavigableMap<String, Long> cells = new TreeMap<>();
        for (Examination examination : all) {
            examination.cells().forEach(cells::putIfAbsent);
            for (Skip skip : examination.skipped()) {
                skipped.computeIfAbsent(skip.engine(), engine -> new TreeMap<>())
                        .merge(skip.op().id(), 1L, Long::sum);
            }
        }
        List<Finding> findings = all.stream()
                .flatMap(examination -> examination.findings().stream())
                .toList();
        List<TwinFault> faults = all.stream()
                .flatMap(examination -> examination.twinFaults().stream())
                .toList();
        return new Tally(
                all.size(),
                all.stream().mapToLong(Examination::checks).sum(),
                all.stream().mapToLong(Examination::sharp).sum(),
                findings.size(),
                faults.size(),
                skipped,
                merged(findings.stream().map(Finding::suspect)),
                first(faults.stream().map(TwinFault::seed)),
                new TreeMap<>(),
                cells);
    }

    /** The sums over no program, where something is covered already. */
    static Tally covering(NavigableMap<String, Long> cells) {
        return new Tally(0, 0, 0, 0, 0, new TreeMap<>(), List.of(), List.of(), new TreeMap<>(), cells);
    }

    /** A program that ended the process in which it was examined. */
    public static Tally ended(long seed, String how) {
        return new Tally(
                1,
                0,
                0,
                0,
                0,
                new TreeMap<>(),
                List.of(),
                List.of(),
                new TreeMap<>(Map.of(seed, how)),
                new TreeMap<>());
    }

    /** The sums of both; the other one is of later seeds. */
    public Tally plus(Tally other) {
        NavigableMap<String, NavigableMap<String, Long>> both = new TreeMap<>();
        for (Tally tally : List.of(this, other)) {
            tally.skipped.forEach((engine, ops) -> {
                Map<String, Long> counts = both.computeIfAbsent(engine, name -> new TreeMap<>());
                ops.forEach((op, count) -> counts.merge(op, count, Long::sum));
            });
        }
        NavigableMap<Long, String> ends = new TreeMap<>(ended);
        ends.putAll(other.ended);
        NavigableMap<String, Long> first = new TreeMap<>(cells);
        other.cells.forEach(first::putIfAbsent);
        return new Tally(
                programs + other.programs,
                checks + other.checks,
                sharp + other.sharp,
                disagree + other.disagree,
                twinFaults + other.twinFaults,
                both,
                merged(Stream.concat(suspects.stream(), other.suspects.stream())),
                first(Stream.concat(twinFaultSeeds.stream(), other.twinFaultSeeds.stream())),
                ends,
                first);
    }

    /** The same without the cells that earlier seeds cover: nothing is lost by adding it to their sums. */
    public Tally after(Tally earlier) {
        NavigableMap<String, Long> fresh = new TreeMap<>(cells);
        fresh.keySet().removeAll(earlier.cells.keySet());
        return new Tally(
                programs, checks, sharp, disagree, twinFaults, skipped, suspects, twinFaultSeeds, ended, fresh);
    }

    /** The same with those suspects, and so many runs that disagree. */
    Tally withSuspects(List<Suspect> left, long runs) {
        return new Tally(programs, checks, sharp, runs, twinFaults, skipped, left, twinFaultSeeds, ended, cells);
    }

    private static List<Suspect> merged(Stream<Suspect> suspects) {
        Map<List<Object>, Suspect> first = new LinkedHashMap<>();
        suspects.forEach(suspect -> first.merge(
                List.of(suspect.engine(), suspect.what(), suspect.ops()),
                suspect,
                (known, more) -> known.plus(more.runs())));
        return List.copyOf(first.values());
    }

    private static List<Long> first(Stream<Long> seeds) {
        return seeds.distinct().limit(TOLD).toList();
    }

    /** Whether nothing disagrees, and something was compared. */
    public boolean passes() {
        return checks > 0 && disagree == 0 && ended.isEmpty();
    }

    /**
     * The counts in a line, one of faults of the twin, one for each engine that lacks an op, and
     * some of what ended the process.
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
        if (twinFaults > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,d runs in which the twin refused the program, or was off and the engine was not",
                    twinFaults));
        }
        skipped.forEach((engine, ops) -> {
            StringJoiner lacks = new StringJoiner(", ");
            ops.forEach((op, count) -> lacks.add(String.format(Locale.ROOT, "%s (%,d)", op, count)));
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,d runs skipped: op unsupported by engine %s: %s",
                    ops.values().stream().mapToLong(Long::longValue).sum(),
                    engine,
                    lacks));
        });
        ended.entrySet().stream()
                .limit(TOLD)
                .forEach(end -> lines.add("  seed " + end.getKey() + " ended the process: " + end.getValue()));
        if (ended.size() > TOLD) {
            lines.add(String.format(Locale.ROOT, "  … and %,d seeds more that ended it", ended.size() - TOLD));
        }
        return lines;
    }
}
