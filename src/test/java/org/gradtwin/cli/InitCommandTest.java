package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class InitCommandTest {
    /** The command that its help and the README show. */
    public static final String EXAMPLE = "java -jar target/gradtwin.jar init my-engine && mvn -f my-engine test";

    @TempDir
    private Path folder;

    @Test
    void theHelpShowsTheWholeWay() {
        assertThat(Cli.run("init", "--help").out()).contains("Example: " + EXAMPLE);
    }

    @Test
    void aProjectIsWrittenAndNothingIsWrittenOver() throws IOException {
        Path project = folder.resolve("my engine!");
        Cli first = Cli.run("init", project.toString());
        assertThat(first.exit()).isEqualTo(Main.AGREE);
        assertThat(first.out().lines())
                .hasSize(InitCommand.FILES.size() + 1)
                .last()
                .isEqualTo("next     mvn -f " + project.resolve("pom.xml") + " test");
        try (Stream<Path> written = Files.walk(project)) {
            assertThat(written.filter(Files::isRegularFile)
                            .map(file -> project.relativize(file).toString().replace('\\', '/')))
                    .containsExactlyInAnyOrderElementsOf(InitCommand.FILES);
        }
        assertThat(project.resolve("pom.xml")).content().contains("<artifactId>my-engine</artifactId>");

        Path mine = Files.writeString(folder.resolve("known.json"), "[]");
        Cli second = Cli.run("init", folder.toString());
        assertThat(second.exit()).isEqualTo(Main.USAGE);
        assertThat(second.err().lines())
                .containsExactly(
                        "gradtwin: " + mine + " is there already: name a folder without it (see gradtwin init --help)");
        assertThat(mine).hasContent("[]");
        assertThat(folder.resolve("pom.xml")).doesNotExist();
    }
}
