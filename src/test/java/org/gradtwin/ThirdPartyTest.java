package org.gradtwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gradtwin.cli.Main;
import org.junit.jupiter.api.Test;

/** What the jar says of the libraries that it needs. */
class ThirdPartyTest {
    /** As Maven lists them in {@code target/classpath}, of a repository: its folders are group, artifact and version. */
    @Test
    void everyLibraryAtRunTimeStandsInTheNoticesAndNoOther() throws Exception {
        Path own = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertThat(own.resolve("META-INF/LICENSE")).hasSameTextualContentAs(Path.of("LICENSE"));
        List<String> noticed = Files.readString(own.resolve("META-INF/THIRD-PARTY-NOTICES"))
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .toList();
        assertThat(noticed).containsExactlyInAnyOrderElementsOf(libraries());
    }

    private static List<String> libraries() throws IOException {
        return Stream.of(Files.readString(Path.of("target/classpath")).strip().split(File.pathSeparator))
                .map(Path::of)
                .map(jar -> jar.getParent().getParent().getFileName() + ":"
                        + jar.getParent().getFileName())
                .toList();
    }
}
