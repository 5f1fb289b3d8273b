package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What to type to see a failure again, for engines of the jar, commands, and classes of one's own. */
@Isolated("sets the class path of the run")
class CommandLineTest {
    private static final String CLASSES =
            "java --add-modules jdk.incubator.vector -cp target/classes org.gradtwin.cli.Main ";

    /** A class of its own. */
    static final class OwnClass extends GivenEngine {
        OwnClass() {
            super("own-class", new MatrixEngine()::newGraph);
        }
    }

    @BeforeAll
    static void describe() {
        DescribedEngine.of(new OwnClass());
        DescribedEngine.of(new GivenEngine("a-command", new MatrixEngine()::newGraph) {
            @Override
            public Optional<String> choice() {
                return Optional.of("a-command=python3 own.py --fast,safe");
            }
        });
    }

    /** The class path of the run in the meantime. */
    static <T> T withClassPath(String path, Supplier<T> work) {
        String before = System.setProperty("java.class.path", path);
        try {
            return work.get();
        } finally {
            System.setProperty("java.class.path", before);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            scalar                     | java -jar target/gradtwin.jar verify --engine scalar
            scalar matrix pytorch      | java -jar target/gradtwin.jar verify --engine scalar,matrix,pytorch
            a-command                  | java -jar target/gradtwin.jar verify --engine "a-command=python3 own.py --fast,safe"
            matrix a-command scalar    | java -jar target/gradtwin.jar verify --engine matrix,scalar --engine "a-command=python3 own.py --fast,safe"
            never-seen                 | CLASSES verify --engine never-seen
            own-class                  | CLASSES verify --engine "org.gradtwin.verify.CommandLineTest$OwnClass"
            matrix own-class a-command | CLASSES verify --engine "matrix,org.gradtwin.verify.CommandLineTest$OwnClass" --engine "a-command=python3 own.py --fast,safe"
            """)
    void enginesOfTheJarAndCommandsNeedTheJarAlone(String engines, String line) {
        assertThat(withClassPath("target/classes", () -> CommandLine.of("verify", List.of(engines.split(" ")))))
                .isEqualTo(line.replace("CLASSES ", CLASSES).replace('"', '\''));
    }

    @Test
    void withoutEnginesNoneIsChosen() {
        assertThat(CommandLine.of("fuzz --seed 1", List.of())).isEqualTo("java -jar target/gradtwin.jar fuzz --seed 1");
    }

    @Test
    void theClassPathIsRelativeBelowTheWorkingDirectory() {
        Path here = Path.of("").toAbsolutePath();
        Path beside = here.resolveSibling("beside.jar");
        String path = String.join(
                File.pathSeparator,
                here.resolve("lib/../lib/a.jar").toString(),
                here.toString(),
                "",
                "../beside.jar",
                "target");
        assertThat(withClassPath(path, () -> CommandLine.of("verify", List.of("never-seen"))))
                .contains(" -cp lib/a.jar:" + here + ":" + here + ":" + beside + ":target org.gradtwin.cli.Main");
    }

    @Test
    void aClassPathThatNobodyCopiesIsTooLongForEnginesThatNeedIt() {
        String longest = "l".repeat(1_000);
        assertThat(withClassPath(longest, () -> CommandLine.isTooLongFor("own-class")))
                .isFalse();
        for (String engine : List.of("own-class", "never-seen")) {
            assertThat(withClassPath(longest + "l", () -> CommandLine.isTooLongFor(engine)))
                    .as(engine)
                    .isTrue();
        }
        for (String engine : List.of("matrix", "a-command")) {
            assertThat(withClassPath(longest + "l", () -> CommandLine.isTooLongFor(engine)))
                    .as(engine)
                    .isFalse();
        }
    }
}
