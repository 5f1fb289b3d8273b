package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Puts the blocks of a campaign together, in the order of the seeds, and shows what is new: one program of each suspect, made
 * small. A run whose ops include those of a small program that goes wrong in the same way is counted with it. What comes out
 * depends on the seeds alone, not on how they were cut.
 */
public final class Gathering {
    private final int limit;
    private final Function<Suspect, Shown> small;
    private final Consumer<Shown> shower;
    private final LongConsumer twinFaults;
    // Both are read by whoever tells of an interrupted campaign.
    private volatile Map<Suspect, Shown> shown = Map.of();
    private volatile Tally tally;

    /**
     * Of no block yet.
     *
     * @param none the sums over no program; its cells do not count as new
     * @param limit how many suspects are shown
     * @param small makes the first program of a suspect small
     * @param shower shows it
     * @param twinFaults shows what the twin got wrong of a seed
     */
    public Gathering(
            Tally none, int limit, Function<Suspect, Shown> small, Consumer<Shown> shower, LongConsumer twinFaults) {
        this.tally = none;
        this.limit = limit;
        this.small = small;
        this.shower = shower;
        this.twinFaults = twinFaults;
    }

    /** The sums so far. */
    public Tally tally() {
        return tally;
    }

    /** Whether as many suspects as there may be are shown. */
    public boolean isFull() {
        return shown.size() >= limit;
    }

    /** Adds the next block, and shows what it has that is new. */
    public void add(Tally block) {
        record Event(long seed, Runnable show) {}
        Tally sum = tally.plus(block);
        Stream<Event> faults = sum.twinFaultSeeds().stream()
                .skip(tally.twinFaultSeeds().size())
                .map(seed -> new Event(seed, () -> twinFaults.accept(seed)));
        Stream<Event> suspects =
                block.suspects().stream().map(suspect -> new Event(suspect.seed(), () -> show(suspect)));
        List<Event> events = Stream.concat(faults, suspects)
                .sorted(Comparator.comparingLong(Event::seed))
                .toList();
        tally = sum;
        events.forEach(event -> event.show().run());
    }

    private void show(Suspect suspect) {
        if (!isFull() && shown.entrySet().stream().noneMatch(known -> explains(known, suspect))) {
            Shown made = small.apply(suspect);
            Map<Suspect, Shown> more = new LinkedHashMap<>(shown);
            more.put(suspect, made);
            shown = Collections.unmodifiableMap(more);
            shower.accept(made);
        }
    }

    private static boolean explains(Map.Entry<Suspect, Shown> known, Suspect suspect) {
        return suspect.isExplainedBy(known.getValue().suspect()) || suspect.isExplainedBy(known.getKey());
    }

    /**
     * The suspects.
     *
     * @param shown those that were shown, with all of their runs
     * @param rest the runs that none of these explains
     */
    public record Suspects(List<Shown> shown, long rest) {
        /** A line for each suspect that was shown, with its runs, and one for the rest. */
        public List<String> inWords() {
            List<String> lines = new ArrayList<>();
            shown.forEach(one -> lines.add("  suspect    " + one.suspect()));
            if (rest > 0) {
                lines.add(String.format(Locale.ROOT, "  … and %,d runs that none of these explains", rest));
            }
            return lines;
        }
    }

    /** The suspects of all blocks so far. */
    public Suspects suspects() {
        Map<Suspect, Shown> counted = new LinkedHashMap<>();
        shown.forEach((first, made) -> counted.put(first, made.from(first)));
        long rest = 0;
        for (Suspect suspect : tally.suspects()) {
            Suspect first = shown.entrySet().stream()
                    .filter(known -> explains(known, suspect))
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .orElse(null);
            if (first == null) {
                rest += suspect.runs();
            } else {
                counted.compute(first, (key, sum) -> Objects.requireNonNull(sum).plus(suspect.runs()));
            }
        }
        return new Suspects(List.copyOf(counted.values()), rest);
    }
}
