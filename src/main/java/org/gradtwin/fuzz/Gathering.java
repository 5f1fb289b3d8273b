package org.gradtwin.fuzz;

import java.util.ArrayList;
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
    private final LongConsumer refusals;
    private final Map<Suspect, Suspect> shown = new LinkedHashMap<>();
    private volatile Tally tally = Tally.of(List.of());

    /**
     * Of no block yet.
     *
     * @param limit how many suspects are shown
     * @param small makes the first program of a suspect small
     * @param shower shows it
     * @param refusals shows what the twin refused of a seed
     */
    public Gathering(int limit, Function<Suspect, Shown> small, Consumer<Shown> shower, LongConsumer refusals) {
        this.limit = limit;
        this.small = small;
        this.shower = shower;
        this.refusals = refusals;
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
        Stream<Event> refused = sum.refusals().stream()
                .skip(tally.refusals().size())
                .map(seed -> new Event(seed, () -> refusals.accept(seed)));
        Stream<Event> suspects =
                block.suspects().stream().map(suspect -> new Event(suspect.seed(), () -> show(suspect)));
        List<Event> events = Stream.concat(refused, suspects)
                .sorted(Comparator.comparingLong(Event::seed))
                .toList();
        tally = sum;
        events.forEach(event -> event.show().run());
    }

    private void show(Suspect suspect) {
        if (!isFull() && shown.entrySet().stream().noneMatch(known -> explains(known, suspect))) {
            Shown made = small.apply(suspect);
            shown.put(suspect, made.suspect());
            shower.accept(made);
        }
    }

    private static boolean explains(Map.Entry<Suspect, Suspect> known, Suspect suspect) {
        return suspect.isExplainedBy(known.getValue()) || suspect.isExplainedBy(known.getKey());
    }

    /** A line for each suspect that was shown, with its runs, and one for the rest. */
    public List<String> inWords() {
        Map<Suspect, Suspect> counted = new LinkedHashMap<>();
        shown.forEach((first, made) -> counted.put(
                first, new Suspect(made.engine(), made.what(), made.ops(), first.seed(), first.dtype(), 0)));
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
        List<String> lines = new ArrayList<>();
        counted.values().forEach(suspect -> lines.add("  suspect    " + suspect));
        if (rest > 0) {
            lines.add(String.format(Locale.ROOT, "  … and %,d runs that none of these explains", rest));
        }
        return lines;
    }
}
