package org.gradtwin.fuzz;

import java.io.Serializable;
import java.util.List;
import org.gradtwin.fixture.write.FixtureWriter;
import org.gradtwin.verify.CommandLine;
import org.jspecify.annotations.Nullable;

/**
 * A finding that was made small, as text: it may come from another machine.
 *
 * @param suspect what the small program shows
 * @param text the program, its inputs and what is off
 * @param together the names of all engines that the program was made for
 * @param id a name for files
 * @param fixture the program as a fixture, null if there is none
 */
public record Shown(
        Suspect suspect,
        String text,
        List<String> together,
        String id,
        @Nullable String fixture) implements Serializable {
    /** A small finding. */
    public static Shown of(Finding small) {
        return new Shown(
                small.suspect(), small.text(), small.together(), small.id(), FixtureWriter.text(small.fixture()));
    }

    /** A finding that could not be made small. */
    public static Shown unshrunk(Suspect suspect, String why) {
        return new Shown(
                suspect,
                "seed " + suspect.seed() + ": " + suspect.engine() + " disagrees with the twin ("
                        + suspect.dtype().torchName() + ")\n\n  problem    " + suspect.what() + " at "
                        + String.join(" or ", suspect.ops()) + "; " + why,
                List.of(suspect.engine()),
                "fuzz-" + suspect.seed(),
                null);
    }

    /** The same as what the first program of a suspect shows, with none of its runs yet. */
    Shown from(Suspect first) {
        return with(new Suspect(suspect.engine(), suspect.what(), suspect.ops(), first.seed(), first.dtype(), 0));
    }

    /** The same with more runs. */
    Shown plus(long runs) {
        return with(suspect.plus(runs));
    }

    private Shown with(Suspect other) {
        return new Shown(other, text, together, id, fixture);
    }

    /**
     * The text, and the command to run the program again here.
     *
     * @param options what the command line has besides; "" for nothing
     */
    public String message(String options) {
        return text + "\n  again      "
                + CommandLine.of(
                        "fuzz --seed " + suspect.seed() + " --count 1 --dtype "
                                + suspect.dtype().torchName() + options,
                        together);
    }
}
