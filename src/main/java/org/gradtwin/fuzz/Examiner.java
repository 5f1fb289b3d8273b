package org.gradtwin.fuzz;

import java.io.Serializable;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.gradtwin.engine.Engine;
import org.jspecify.annotations.Nullable;

/** Who examines the programs of a campaign: the threads of this process, or workers elsewhere. */
public interface Examiner extends AutoCloseable {
    /**
     * Examines programs.
     *
     * @param from the first seed
     * @param to the seed after the last
     * @param block how many make a block; 0 if it does not matter
     * @param each is given the sums of each block, in the order of the seeds; false ends the campaign there
     */
    void examine(long from, long to, int block, Predicate<Tally> each);

    /** Makes the first program of a suspect small. */
    Shown show(Suspect suspect);

    /** The campaign came to its end, and its results were told. */
    void done();

    @Override
    void close();

    /** What makes a campaign's engines where they are to run; as text, all that its results depend on. */
    interface Plan extends Serializable {
        /**
         * The campaign.
         *
         * @throws IllegalArgumentException if there is none, or nothing to compare
         */
        Campaign open();

        /** An engine that takes part, anew. */
        Engine fresh(String engine);
    }

    /** Offers workers elsewhere. Found as a service. */
    interface Provider {
        /**
         * Starts them.
         *
         * @param master where, in the words of the service; empty for its default
         * @param folder for what is finished
         * @param plan what they are to run
         * @param tells what a person should know meanwhile
         * @throws IllegalArgumentException if there is no such master
         */
        Examiner open(String master, String folder, Plan plan, Consumer<String> tells);
    }

    /** The first program of a suspect, made small by a campaign. */
    static Shown show(Plan plan, Campaign campaign, Suspect suspect, @Nullable Finding found) {
        Finding finding = found != null
                ? found
                : campaign.examine(suspect.seed()).findings().stream()
                        .filter(one -> one.engine().equals(suspect.engine()) && one.dtype() == suspect.dtype())
                        .findFirst()
                        .orElse(null);
        return finding == null
                ? Shown.unshrunk(
                        suspect,
                        "run again, the same program agrees: the engine is not deterministic, or its graphs share state")
                : Shown.of(campaign.shrink(finding, () -> plan.fresh(suspect.engine())));
    }
}
