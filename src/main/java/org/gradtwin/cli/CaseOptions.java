package org.gradtwin.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cases a verb runs. */
final class CaseOptions {
    @Option(names = "--fixtures", paramLabel = "DIR", description = "A folder of fixtures (default: those in the jar).")
    private @Nullable Path fixtures;

    @Option(
            names = "--case",
            split = ",",
            paramLabel = "GLOB",
            description = "Cases whose full name matches, as op/tanh* (default: all). * is any characters, ? is one.")
    private List<String> globs = List.of();

    /** The folder; null for the fixtures in the jar. */
    @Nullable
    Path fixtures() {
        return fixtures;
    }

    /** The names; none for all. */
    List<String> globs() {
        return globs;
    }
}
