package org.gradtwin.mutants;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.Selection;
import org.jspecify.annotations.Nullable;

/**
 * Which cases and programs hunt mutants: all that what comes of it depends on.
 *
 * @param fixtures a folder, where it is on every machine; "" for the fixtures in the jar
 * @param sum of the bytes of its files
 * @param globs which of its cases; empty for all
 * @param seed of the first program
 * @param programs how many; of the ops that the cases apply
 * @param matrix whether it is told which of them notices which mutant: then none is left out that another one notices
 */
public record Plan(String fixtures, long sum, List<String> globs, long seed, long programs, boolean matrix)
        implements Serializable {
    /** Immutable. */
    public Plan {
        globs = List.copyOf(globs);
    }

    /** With a folder as it is now; null for the fixtures in the jar. */
    public static Plan of(@Nullable Path fixtures, List<String> globs, long seed, long programs, boolean matrix) {
        return fixtures == null
                ? new Plan("", 0, globs, seed, programs, matrix)
                : new Plan(fixtures.toAbsolutePath().toString(), sum(fixtures), globs, seed, programs, matrix);
    }

    private static long sum(Path folder) {
        CRC32 sum = new CRC32();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> walk = Files.walk(folder.toRealPath())) {
                for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                    sum.update(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sum.getValue();
    }

    /**
     * The cases and programs.
     *
     * @throws IllegalArgumentException if there are none that could notice a mutant, or this is not the folder that it was
     * @throws org.gradtwin.fixture.FixtureException if the folder is missing, or a file in it is wrong
     */
    public Ground open() {
        FixtureSet set = fixtures.isEmpty()
                ? FixtureSet.bundled(globs.toArray(String[]::new))
                : FixtureSet.in(Path.of(fixtures));
        if (!fixtures.isEmpty() && sum(Path.of(fixtures)) != sum) {
            throw new IllegalArgumentException("--fixtures: " + fixtures + " holds other files than when it began");
        }
        List<NamedCase> cases;
        try {
            cases = FixtureSet.requireComplete(Selection.of(set, globs).cases());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--case: " + e.getMessage(), e);
        }
        return new Ground(this, cases);
    }

    /** Whether it is about all ops: those of the whole corpus. */
    boolean isOfAllOps() {
        return fixtures.isEmpty() && globs.isEmpty();
    }

    @Override
    public String toString() {
        return "mutants of cases " + (globs.isEmpty() ? "" : globs + " ")
                + (fixtures.isEmpty() ? "in the jar" : "in " + fixtures + " (" + Long.toHexString(sum) + ")")
                + (programs == 0 ? "" : ", seeds " + seed + " to " + (seed + programs))
                + (matrix ? ", with their matrix" : "");
    }
}
