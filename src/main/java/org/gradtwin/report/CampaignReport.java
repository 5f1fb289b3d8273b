package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.fuzz.Cell;
import org.gradtwin.fuzz.Gathering.Suspects;
import org.gradtwin.fuzz.Shown;
import org.gradtwin.fuzz.Tally;
import org.gradtwin.language.Features;
import org.gradtwin.language.Op;
import org.gradtwin.language.Operands;
import org.gradtwin.language.Ops;
import org.jspecify.annotations.Nullable;

/**
 * What came of random programs, as {@code campaign.json}; the same for the same seeds but for {@code times}, which come last.
 *
 * @param format of the file
 * @param passes whether the campaign came to its end, something was compared, and nothing disagrees
 * @param unfinished how far it had come when this was written; absent if it had come to its end
 * @param engines what was held against PyTorch, by name and what each says of itself
 * @param seed of the first program
 * @param programs that were made
 * @param checks tensors that were compared
 * @param sharp how many of them would have shown a relative error of 1e-9 in float64, of 0.01 in float32
 * @param disagree how often an engine disagreed with PyTorch in a program and type
 * @param twinFaults how often PyTorch refused a program in a type, or was off where an engine was not
 * @param skipped how often an engine lacked an op, by its name and the op
 * @param ended what each program did, by its seed, that ended its process
 * @param suspects those that were made small
 * @param unexplained runs that disagree and are of none of these
 * @param known how many runs go wrong as known failures do, each with the reason; they are among nothing else here
 * @param cells how many ways to call an op, on operands of some shapes and layout, were drawn
 * @param growth how their number grew
 * @param ops what of each op was drawn, and what never
 * @param undrawn ops that no program has, as their files say
 * @param environment what it was made with
 * @param times when it was, and how fast
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CampaignReport(
        String format,
        boolean passes,
        @Nullable String unfinished,
        List<String> engines,
        long seed,
        long programs,
        long checks,
        long sharp,
        long disagree,
        long twinFaults,
        NavigableMap<String, NavigableMap<String, Long>> skipped,
        NavigableMap<Long, String> ended,
        List<Found> suspects,
        long unexplained,
        List<String> known,
        int cells,
        List<Growth> growth,
        List<Drawn> ops,
        List<String> undrawn,
        Environment environment,
        Times times) {
    /** The format that this version writes. */
    public static final String FORMAT = "gradtwin-campaign-1";

    /** Points of a curve. */
    private static final int POINTS = 100;

    /** A suspect in words, and its smallest program with what is off. */
    public record Found(String suspect, String program) {
        private static Found of(Shown shown, String options) {
            return new Found(shown.suspect().toString(), shown.message(options));
        }
    }

    /** So many cells were covered after so many programs. */
    public record Growth(long programs, int cells) {}

    /** So many programs had been examined after so many seconds. */
    public record Moment(double seconds, long programs) {}

    /** What differs from one run to the next of the same seeds. */
    public record Times(Occasion occasion, List<Moment> moments) {}

    /**
     * What of an op was drawn.
     *
     * @param cells how many
     * @param parts ways to call it, shapes and layouts of its operands, each by itself
     */
    public record Drawn(String op, int cells, List<Part> parts) {}

    /** What was drawn of a kind, and what never. */
    public record Part(String kind, List<String> drawn, List<String> never) {
        private static Part of(String kind, List<Cell> cells, Function<Cell, String> words, Set<String> wanted) {
            Set<String> seen = new LinkedHashSet<>();
            cells.forEach(cell -> seen.addAll(Arrays.asList(words.apply(cell).split(", "))));
            return new Part(
                    kind,
                    wanted.stream().filter(seen::contains).toList(),
                    wanted.stream().filter(each -> !seen.contains(each)).toList());
        }
    }

    /**
     * The report of a campaign.
     *
     * @param options what the command line of its programs has besides seed and engines
     */
    public static CampaignReport of(
            List<DescribedEngine> engines,
            long seed,
            Tally tally,
            Suspects suspects,
            List<String> known,
            String options,
            @Nullable String unfinished,
            Environment environment,
            Times times) {
        return new CampaignReport(
                FORMAT,
                unfinished == null && tally.passes(),
                unfinished,
                engines.stream()
                        .map(engine -> (engine.name() + " " + engine.description()).strip())
                        .toList(),
                seed,
                tally.programs(),
                tally.checks(),
                tally.sharp(),
                tally.disagree(),
                tally.twinFaults(),
                tally.skipped(),
                tally.ended(),
                suspects.shown().stream().map(shown -> Found.of(shown, options)).toList(),
                suspects.rest(),
                known,
                tally.cells().size(),
                growth(seed, tally),
                drawn(tally),
                Ops.all().stream().filter(op -> !op.isDrawn()).map(Op::id).toList(),
                environment,
                times);
    }

    private static List<Growth> growth(long seed, Tally tally) {
        long[] first = tally.cells().values().stream()
                .mapToLong(each -> each - seed)
                .sorted()
                .toArray();
        List<Growth> growth = new ArrayList<>();
        long points = Math.min(POINTS, tally.programs());
        int cells = 0;
        for (long i = 1; i <= points; i++) {
            long programs = Math.round((double) tally.programs() * i / points);
            while (cells < first.length && first[cells] < programs) {
                cells++;
            }
            growth.add(new Growth(programs, cells));
        }
        return growth;
    }

    private static List<Drawn> drawn(Tally tally) {
        Map<String, List<Cell>> byOp = new TreeMap<>();
        for (String text : tally.cells().keySet()) {
            Cell cell = Cell.of(text);
            byOp.computeIfAbsent(cell.op(), op -> new ArrayList<>()).add(cell);
        }
        List<Drawn> drawn = new ArrayList<>();
        for (Op op : Ops.all()) {
            List<Cell> cells = byOp.getOrDefault(op.id(), List.of());
            if (op.isDrawn() || !cells.isEmpty()) {
                drawn.add(new Drawn(
                        op.id(),
                        cells.size(),
                        List.of(
                                Part.of("calls", cells, Cell::feature, Features.of(op)),
                                Part.of("shapes", cells, Cell::shape, Operands.shapes(op)),
                                Part.of("layouts", cells, Cell::layout, Cell.layouts(op)))));
            }
        }
        return drawn;
    }
}
