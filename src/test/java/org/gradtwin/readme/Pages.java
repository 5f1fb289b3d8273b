package org.gradtwin.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Pages that list the corpus. One command writes them all anew, and {@code .ci/run} requires that it changes nothing. A test
 * that is run with others only requires that a page says nothing that is not so, numbers aside: who adds a case to a folder
 * need not care for pages.
 */
public final class Pages {
    /** What a failing test asks for. */
    public static final String COMMAND = "mvn test -Dgroups=pages -Dgradtwin.update=true";

    private Pages() {}

    /** Whether pages are written. */
    public static boolean updating() {
        return Boolean.getBoolean("gradtwin.update");
    }

    /** Writes a page if pages are written, and requires that each of its lines follows from the corpus, numbers aside. */
    public static void require(Path page, String text) throws IOException {
        if (updating()) {
            Files.writeString(page, text);
        }
        requireLines(page, Files.readAllLines(page), text);
    }

    /** Requires that these lines of a page are in a text, numbers aside. */
    public static void requireLines(Path page, List<String> lines, String text) {
        Set<String> known = Set.copyOf(masked(text.lines().toList()));
        assertThat(masked(lines).stream().filter(line -> !known.contains(line)))
                .as("lines of %s that the corpus does not give: write it anew with %s", page, COMMAND)
                .isEmpty();
    }

    /** Lines without their numbers, and without the name of the check that happens to be the first. */
    private static List<String> masked(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceAll("[a-z-]+/[a-z0-9-]+, (value|gradient) of [^|]*", "#")
                        .replaceAll("\\d[\\d,.]*(e[+-]?\\d+)?|–", "#")
                        .replaceAll("\\s+", " ")
                        .strip())
                .toList();
    }
}
