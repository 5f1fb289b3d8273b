package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of fixtures in which something is odd: a record that is too wide, a file that is refused, data from elsewhere. */
class OddFixturesTest {
    private static final String TOLERANCE = "{\"rtol\": %s, \"atol\": %s, \"because\": \"a test\"}";

    @TempDir
    private Path folder;

    private Path fixtures;

    @BeforeEach
    void makeFolder() throws IOException {
        fixtures = Files.createDirectories(folder.resolve("fixtures/op")).getParent();
    }

    private Cli verify(String... globs) {
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                "--fixtures",
                fixtures.toString(),
                "--report",
                folder.resolve("report").toString()));
        for (String glob : globs) {
            arguments.addAll(List.of("--case", glob));
        }
        return Cli.run(arguments.toArray(new String[0]));
    }

    private void write(String path, String id, String value, String tolerance, String accepted) throws IOException {
        Files.writeString(fixtures.resolve(path), """
                {"format": "gradtwin-fixture-1", "title": "t", "source": "s", "flags": {}, "cases": [{
                  "id": "%s", "comment": "c", "inputs": {"x": {"values": 2.0}}, "program": ["y = square(x)"],
                  "backward": {"of": "y"}, "dtypes": ["float64"], %s
                  "expect": {"float64": {"value": {"y": %s}, "grad": {"x": 4.0, "y": 1.0}}},
                  "tolerance": {"float64": {"value": {"y": %s}, "grad": {"x": %s, "y": %s}}}
                }], "provenance": {"torch": "2.13.0", "script": "a test"}}
                """.formatted(id, accepted, value, tolerance, exact(), exact()));
    }

    private static String exact() {
        return TOLERANCE.formatted("0.0", "0.0");
    }

    private void writeSound(String path, String id) throws IOException {
        write(path, id, "4.0", exact(), "");
    }

    @Test
    void aWrongRecordUnderAWideToleranceFailsTheGate() throws IOException {
        write("op/a.json", "a", "4.3", TOLERANCE.formatted("0.0", "0.5"), "");
        Cli cli = verify();
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out())
                .contains("op/a: the check of the value of y (float64) on scalar is dull: an error of 1 % would pass")
                .contains(
                        "write why it stays in the case: \"accepted\": [{\"dtype\": \"float64\", \"quantity\": \"value\","
                                + " \"names\": [\"y\"], \"because\": \"…\"}]")
                .contains("0 disagree, 0 skipped, 0 vacuous and 6 dull (6 without a written reason), 0 drift");
    }

    @Test
    void aDullCheckWithAWrittenReasonPassesAndOneThatIsNotDullMayNotHaveOne() throws IOException {
        String accepted =
                "\"accepted\": [{\"dtype\": \"float64\", \"quantity\": \"value\", \"names\": [\"y\"], \"because\": \"a test\"}],";
        write("op/a.json", "a", "4.0", TOLERANCE.formatted("0.0", "0.5"), accepted);
        assertThat(verify().exit()).isEqualTo(Main.AGREE);
        write("op/a.json", "a", "4.0", TOLERANCE.formatted("0.01", "0.0"), accepted);
        Cli sharp = verify();
        assertThat(sharp.exit()).isEqualTo(Main.DISAGREE);
        assertThat(sharp.out()).contains("accepts this check as vacuous or dull, but it is neither");
    }

    @ParameterizedTest
    @ValueSource(strings = {"op/b*", "op/broken", "*", "o*", "op/?roken"})
    void aRefusedFileThatMayHoldWhatIsAskedForEndsTheRun(String glob) throws IOException {
        writeSound("op/a.json", "b");
        write("op/broken.json", "broken", "[4.0]", exact(), "");
        Cli cli = verify("op/b", glob);
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).contains("op/broken.json: case broken: expect.float64.value.y: is of shape (1,)");
    }

    @Test
    void aRefusedFileOfOtherCasesIsTold() throws IOException {
        writeSound("op/a.json", "a");
        write("op/broken.json", "broken", "[4.0]", exact(), "");
        Cli cli = verify("op/a");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).contains("1 case, 18 checks: ");
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err())
                .startsWith("gradtwin: not read, and not asked for: ")
                .contains("op/broken.json: case broken: expect.float64.value.y: is of shape (1,)");
        assertThat(verify().exit()).isEqualTo(Main.BROKEN);
    }

    @Test
    void aFileWhoseIdsCannotBeReadMayHoldAnyCaseOfItsFolder() throws IOException {
        writeSound("op/a.json", "a");
        Files.createDirectories(fixtures.resolve("other"));
        Files.writeString(fixtures.resolve("other/broken.json"), "{");
        assertThat(verify("op/a").exit()).isEqualTo(Main.AGREE);
        Files.move(fixtures.resolve("other/broken.json"), fixtures.resolve("op/broken.json"));
        assertThat(verify("op/a").exit()).isEqualTo(Main.BROKEN);
    }

    @Test
    void anIdInTwoFilesConcernsThatIdOnly() throws IOException {
        writeSound("op/a.json", "a");
        writeSound("op/b.json", "b");
        writeSound("op/c.json", "b");
        assertThat(verify("op/a").exit()).isEqualTo(Main.AGREE);
        assertThat(verify("op/b").exit()).isEqualTo(Main.BROKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.txt", "/dev/zero", "link.txt", ".", "none.txt", "a\\u0000b"})
    void dataComeFromAFileInTheFolderOfTheFixtures(String file) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret:x:0:0\n");
        Files.createSymbolicLink(fixtures.resolve("link.txt"), secret);
        String digits = Files.readString(Path.of("fixtures/training/digits.json"));
        assertThat(digits).contains("\"data/digits.txt\"");
        Files.writeString(fixtures.resolve("op/digits.json"), digits.replace("data/digits.txt", file));
        Cli cli = verify();
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).contains("data.file: ").contains(" is not a file in the folder of the fixtures");
        assertThat(cli.err()).doesNotContain("secret:x");
    }

    /** Each would be read for ever. */
    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @ValueSource(strings = {"verify --case op/tanh-matrix --known ", "report ", "regenerate "})
    void aPipeOrADeviceIsNoFile(String verb) throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (String file : List.of(pipe.toString(), "/dev/zero")) {
            Cli cli = assertTimeoutPreemptively(Duration.ofMinutes(1), () -> Cli.run((verb + file).split(" ")));
            assertThat(cli.exit()).isEqualTo(Main.BROKEN);
            assertThat(cli.err())
                    .isEqualToIgnoringNewLines("gradtwin: " + file + ": is a pipe or a device, not a file");
        }
    }

    @Test
    void anIdHasABoundedLength() throws IOException {
        writeSound("op/a.json", "a".repeat(200));
        assertThat(verify().exit()).isEqualTo(Main.AGREE);
        writeSound("op/a.json", "a".repeat(201));
        assertThat(verify().err()).contains("op/a.json: cases[0].id: has 201 characters, at most 200 are read");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "comment": "c"     | "comment": "\\ud800"  | case a: comment: holds half of a pair of surrogates, which is no character
            "rtol": 0.0        | "rtol": 1%s          | case a: tolerance.float64.value.y.rtol: 1000000000000000000000000000000000000000… is beyond float64
            "id": "a"          | "id": "A/../b"       | cases[0].id: 'A/../b' is not of lower-case letters, digits and hyphens
            "comment": "c"     | "foreach": true      | case a: unknown key 'foreach', expected
            y = square(x)      | y = R'square'(x)     | case a: program: line 1
            """)
    void whatIsOddIsToldInALineOfItsPlace(String right, String odd, String message) throws IOException {
        writeSound("op/a.json", "a");
        Path file = fixtures.resolve("op/a.json");
        Files.writeString(file, Files.readString(file).replace(right, odd.formatted("0".repeat(309))));
        Cli cli = verify();
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).startsWith("gradtwin: " + fixtures + "/op/a.json: " + message);
    }

    @Test
    void dataThatAreTooLargeAreRefused() throws IOException {
        Files.write(fixtures.resolve("large.txt"), new byte[(1 << 24) + 1]);
        String digits = Files.readString(Path.of("fixtures/training/digits.json"));
        Files.writeString(fixtures.resolve("op/digits.json"), digits.replace("data/digits.txt", "large.txt"));
        assertThat(verify().err()).contains("large.txt has 16,777,217 bytes, at most 16,777,216 are read");
    }
}
