package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FuzzCommandTest {
    @Test
    void aFewProgramsAgree() {
        Cli cli = Cli.run("fuzz", "--seed", "5", "--count", "10");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).startsWith("10 programs from seed 5, ").contains(": 0 disagree");
    }

    @Test
    void aTimeIsALimitToo() {
        Cli cli = Cli.run("fuzz", "--minutes", "0.01", "--dtype", "float64", "--engine", "scalar");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).contains(" programs from seed 0, ").contains(": 0 disagree");
    }

    @Test
    void aFileWhereProgramsShouldBeSavedIsNoticedAtOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Cli cli = Cli.run("fuzz", "--count", "5", "--save", file.toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: " + file + ": is a file, not a folder");
    }

    @Test
    void anEngineThatComputesInNoneOfTheTypesLeavesNothingToCompare() {
        Cli cli = Cli.run("fuzz", "--count", "5", "--engine", "scalar", "--dtype", "float32");
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("gradtwin: --dtype: nothing to compare: none of [scalar] computes in float32");
        assertThat(cli.err().lines()).hasSize(1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--count|0|--count: 0 programs are none",
                "--count|many|Invalid value for option '--count'",
                "--minutes|-1|--minutes: -1.0 is no time",
                "--engine|numpy|--engine: there is no engine 'numpy'",
                "--engine|pytorch|--engine: pytorch is what engines are held against",
                "--seed|9223372036854775000|--seed: 1000 programs from seed 9223372036854775000 would need seeds above",
                "--dtype|int64|--dtype: 'int64' is neither float32 nor float64"
            })
    void wrongUsageIsOneLine(String option, String value, String message) {
        Cli cli = Cli.run("fuzz", option, value);
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains(message);
    }
}
