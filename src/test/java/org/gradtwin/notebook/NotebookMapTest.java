package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.fixture.read.FixtureSet;
import org.junit.jupiter.api.Test;

/** The table of src/docs/notebook.md: every class, case and figure that it names exists, and no cell is empty. */
class NotebookMapTest {
    private static final Path PAGE = Path.of("src/docs/notebook.md");
    private static final Path TESTS = Path.of("src/test/java/org/gradtwin");

    private static List<List<String>> rows() throws IOException {
        try (Stream<String> lines = Files.lines(PAGE)) {
            return lines.filter(line -> line.startsWith("|"))
                    .skip(2)
                    .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                            .map(String::strip)
                            .toList())
                    .toList();
        }
    }

    private static List<String> found(String pattern, int column) throws IOException {
        List<String> found = rows().stream()
                .map(row -> row.get(column))
                .flatMap(cell -> {
                    List<String> names = Pattern.compile(pattern)
                            .matcher(cell)
                            .results()
                            .map((MatchResult match) -> match.group(1))
                            .toList();
                    assertThat(names).as("names in '%s'", cell).isNotEmpty();
                    return names.stream();
                })
                .distinct()
                .toList();
        assertThat(found).isNotEmpty();
        return found;
    }

    @Test
    void noCellIsEmpty() throws IOException {
        // The last bar of a line leaves an empty rest.
        assertThat(rows())
                .hasSizeGreaterThan(15)
                .allSatisfy(row -> assertThat(row)
                        .hasSize(6)
                        .endsWith("")
                        .filteredOn(String::isEmpty)
                        .hasSize(1));
    }

    @Test
    void everyClassExists() throws IOException {
        for (String name : found("`(\\w+Test)`", 2)) {
            try (Stream<Path> files = Files.walk(TESTS)) {
                assertThat(files.filter(file -> file.endsWith(name + ".java")))
                        .as(name)
                        .hasSize(1);
            }
        }
    }

    @Test
    void everyCaseExists() throws IOException {
        Set<String> cases = FixtureSet.bundled().cases().stream()
                .map(FixtureSet.NamedCase::name)
                .collect(Collectors.toCollection(TreeSet::new));
        FixtureSet.bundled().trainings().forEach(training -> cases.add(training.name()));
        assertThat(cases).containsAll(found("`([\\w/-]+)`", 3));
    }

    @Test
    void everyFigureExistsAndIsShown() throws IOException {
        List<String> shown = found("\\(figures/([\\w-]+)\\.svg\\)", 4);
        try (Stream<Path> files = Files.list(Figures.FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            shown.stream().map(name -> name + ".svg").toList());
        }
    }

    @Test
    void everyTestOfTheNotebookIsInTheTable() throws IOException {
        try (Stream<Path> files = Files.list(TESTS.resolve("notebook"))) {
            List<String> written = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java") && !name.startsWith("NotebookMap"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .toList();
            assertThat(found("`(\\w+Test)`", 2)).containsAll(written);
        }
    }
}
