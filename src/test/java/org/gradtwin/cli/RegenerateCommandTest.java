package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegenerateCommandTest {
    @TempDir
    private Path folder;

    /** A program in Python's place: it answers the question for torch with a code, and a script with what it was given. */
    private String python(int probe, int exit) throws IOException {
        Path file = folder.resolve("python");
        Files.writeString(
                file,
                "#!/bin/sh\n[ \"$1\" = -c ] && exit " + probe + "\necho \"$@\"\necho 'a problem ≤' >&2\nexit " + exit
                        + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    @ParameterizedTest(name = "the script''s code {0}")
    @CsvSource({"0", "1", "2", "3"})
    @DisabledOnOs(OS.WINDOWS)
    void passesOnArgumentsOutputAndExitCode(int exit) throws IOException {
        Cli cli = Cli.run(
                "regenerate",
                "--check",
                "--fresh",
                "--alarms",
                "20",
                "--python",
                python(0, exit),
                "a.json",
                "b c.json");

        assertThat(cli.exit()).isEqualTo(exit);
        assertThat(cli.out().strip())
                .isEqualTo("reference-scripts/regenerate.py --check --fresh --alarms 20 -- a.json b c.json");
        assertThat(cli.err().strip()).isEqualTo("a problem ≤");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "10|has no torch: install it with",
                "11|is older than Python 3.10",
                "7|does not run as Python does: it ended with 7"
            })
    @DisabledOnOs(OS.WINDOWS)
    void aPythonThatCannotRunTheScriptIsOneLine(int probe, String message) throws IOException {
        isOneLine(Cli.run("regenerate", "--python", python(probe, 0)), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3"})
    void noSamplesAreWrongUsage(String samples) {
        Cli cli = Cli.run("regenerate", "--alarms", samples);
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.err()).startsWith("gradtwin: --alarms: at least 1 sample is needed, not " + samples);
        assertThat(cli.err().lines()).hasSize(1);
    }

    @Test
    void aMissingPythonIsOneLine() {
        Cli cli = Cli.run("regenerate", "--python", folder.resolve("none").toString());
        isOneLine(cli, "there is no Python '" + folder.resolve("none") + "': install Python 3.10 or later");
    }

    @Test
    void outsideOfTheProjectIsOneLine() {
        Cli cli = Cli.run("regenerate", "--project", folder.toString());
        isOneLine(cli, "regenerate.py: there is no such file: run from the project's directory");
    }

    private static void isOneLine(Cli cli, String message) {
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).startsWith("gradtwin: ").contains(message);
    }

    /** With {@code -Dgradtwin.python=PATH} or {@code GRADTWIN_PYTHON}: a Python that has torch. */
    @Test
    void theRealScriptFindsARecordUnchangedAndAChangedNumber() throws IOException {
        Optional<String> python =
                Optional.ofNullable(System.getProperty("gradtwin.python", System.getenv("GRADTWIN_PYTHON")));
        assumeTrue(python.isPresent(), "no Python with torch is named");
        Path recorded = Path.of("fixtures/notebook/expressions.json");

        Cli same = Cli.run("regenerate", "--check", "--python", python.orElseThrow(), recorded.toString());
        assertThat(same.err()).isEmpty();
        assertThat(same.out()).contains("1 files, 10 cases").contains(" 0 changed; 0 written");
        assertThat(same.exit()).isEqualTo(Main.AGREE);

        String text = Files.readString(recorded);
        int expect = text.indexOf("\"expect\"");
        String wrong = text.substring(0, expect) + text.substring(expect).replaceFirst("(\\d\\.\\d)\\b", "97.5");
        Path changed = Files.writeString(folder.resolve("expressions.json"), wrong);
        Cli cli = Cli.run("regenerate", "--check", "--python", python.orElseThrow(), changed.toString());
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out()).contains("changed");
        assertThat(changed).hasContent(wrong);
    }
}
