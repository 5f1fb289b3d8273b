package org.gradtwin.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The random programs of a verb, by the seed of the first. */
final class SeedOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Of the first program; the next has S + 1.")
    private long first;

    /** The seed of the first program. */
    long first() {
        return first;
    }

    /**
     * The seed after the last of so many programs.
     *
     * @throws ParameterException if there are fewer than the least, or not so many seeds
     */
    long after(long count, long least) {
        if (count < least) {
            throw new ParameterException(spec.commandLine(), "--count: " + count + " programs are none");
        }
        if (first > Long.MAX_VALUE - count) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seed: " + count + " programs from seed " + first + " would need seeds above " + Long.MAX_VALUE);
        }
        return first + count;
    }
}
