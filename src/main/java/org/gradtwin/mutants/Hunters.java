package org.gradtwin.mutants;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Who hunts mutants: the threads of this process, or workers elsewhere. */
public interface Hunters extends AutoCloseable {
    /**
     * Hunts with all cases and programs.
     *
     * @param steps is told how many more are done
     */
    Score hunt(LongConsumer steps);

    /** The results were told. */
    void done();

    @Override
    void close();

    /** Offers workers elsewhere. Found as a service. */
    interface Provider {
        /**
         * Starts them.
         *
         * @param master where, in the words of the service; empty for its default
         * @param folder for what is finished
         * @param plan what they hunt with
         * @param size how many cases and programs it has
         * @param tells what a person should know meanwhile
         * @throws IllegalArgumentException if there is no such master
         */
        Hunters open(String master, String folder, Plan plan, long size, Consumer<String> tells);
    }
}
