package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.Provenance;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.write.FixtureWriter;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegenerateCommandTest {
    private static final String CASE = """
            {"id": "%s", "comment": "c", "inputs": {"x": {"values": 3}}, "program": ["y = x*x"], "backward": {"of": "y"},
             "dtypes": ["float64"]%s}""";

    private static final String TORCH = "{\"torch\": \"9.9\"}\n";

    @TempDir
    private Path folder;

    /** A program in Python's place: it answers the question for torch with a code, a script with what it was given to say. */
    private String python(int probe, String... answers) throws IOException {
        Files.writeString(folder.resolve("answers"), String.join("", answers));
        return program("[ \"$1\" = -c ] && exit " + probe + "\ncat > " + folder.resolve("jobs") + "\ncat "
                + folder.resolve("answers"));
    }

    private String program(String script) throws IOException {
        Path file = folder.resolve("python");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    private Path fixture(String... cases) throws IOException {
        return Files.writeString(
                folder.resolve("a.json"),
                "{\"format\": \"gradtwin-fixture-1\", \"title\": \"t\", \"source\": \"s\", \"flags\": {}, \"cases\": ["
                        + String.join(",", cases) + "]}");
    }

    /** One quantity: 9, 6 and 1 in float64. */
    private static String quantity(String name, String base64, String state) {
        String number = state.equals("changed")
                ? ", \"number\": {\"dtype\": \"float64\", \"shape\": [], \"base64\": \"" + base64 + "\"}"
                : "";
        return "\"" + name + "\": {\"state\": \"" + state + "\", \"why\": \"" + (number.isEmpty() ? "" : "not recorded")
                + "\", \"tolerance\": {\"rtol\": 1e-15, \"atol\": 0.0, \"because\": \"b\"}" + number + "}";
    }

    private static String answer(String state) {
        return "{\"notes\": [], \"dtypes\": {\"float64\": {\"value\": {" + quantity("y", "AAAAAAAAIkA=", state)
                + "}, \"grad\": {" + quantity("x", "AAAAAAAAGEA=", state) + ", "
                + quantity("y", "AAAAAAAA8D8=", state) + "}}}}\n";
    }

    private Cli regenerate(String python, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("regenerate", "--python", python, "--fixtures", folder.toString(), "--jobs", "1"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void numbersAreFilledInAndStay() throws IOException {
        Path file = fixture(CASE.formatted("b", ""));
        String before = Files.readString(file);
        Cli check = regenerate(python(0, TORCH, answer("changed")), "--check", file.toString());
        assertThat(check.err()).isEmpty();
        assertThat(check.exit()).isEqualTo(Main.DISAGREE);
        assertThat(check.out())
                .contains("changed       b float64 gradient of x: not recorded")
                .endsWith("1 files, 1 cases: 0 identical, 0 within noise, 3 changed; 0 written\n");
        assertThat(file).hasContent(before);

        assertThat(regenerate(python(0, TORCH, answer("changed")), file.toString())
                        .exit())
                .isEqualTo(Main.AGREE);
        Fixture written = FixtureReader.read(file);
        assertThat(written.provenance()).contains(new Provenance("9.9", "reference-scripts/regenerate.py"));
        assertThat(written.cases().get(0).expected(DType.FLOAT64).get(Quantity.grad("x")))
                .contains(Tensor.scalar(DType.FLOAT64, 6));
        String text = Files.readString(file);
        assertThat(FixtureWriter.text(written)).isEqualTo(text);

        Cli again = regenerate(python(0, TORCH, answer("identical")), file.toString());
        assertThat(again.out()).isEqualTo("1 files, 1 cases: 3 identical, 0 within noise, 0 changed; 0 written\n");
        assertThat(file).hasContent(text);
        assertThat(folder.resolve("jobs")).content().contains("\"call\":\"*\"").contains("\"base64\":\"AAAAAAAACEA=\"");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aRecordOfAnotherProgramIsMadeAnew() throws IOException {
        Path file = fixture(CASE.formatted("b", ""));
        regenerate(python(0, TORCH, answer("changed")), file.toString());
        String text = Files.readString(file);
        String other = text.replace("\"rtol\": 1e-15", "\"rtol\": 1e-9")
                .replace("\"value\": {\"y\": 9.0}", "\"value\": {\"y\": 9.0, \"z\": 1.0}");
        assertThat(other).isNotEqualTo(text).contains("\"z\"");
        Files.writeString(file, other);
        Cli cli = regenerate(python(0, TORCH, answer("identical")), file.toString());
        assertThat(cli.out())
                .contains("value of z: recorded, but there is no such quantity")
                .contains("tolerance rtol 1e-09, atol 0.0 is now rtol 1e-15, atol 0.0");
        assertThat(file).hasContent(text);
    }

    /** Without a file name: a case that is recorded as PyTorch computes it is not asked for again, one that was changed since is. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void withoutAFileOnlyWhatIsNewOrChangedIsComputed() throws IOException {
        Path file = fixture(CASE.formatted("b", ""));
        Cli first = regenerate(python(0, TORCH, answer("changed")));
        assertThat(first.out()).endsWith("1 files, 1 cases: 0 identical, 0 within noise, 3 changed; 1 written\n");
        String recorded = Files.readString(file);

        Cli again = regenerate(python(1));
        assertThat(again.err()).isEmpty();
        assertThat(again.out()).isEqualTo("1 files, 1 cases: 0 identical, 0 within noise, 0 changed; 0 written\n");

        Files.writeString(file, recorded.replace("x*x", "x+x"));
        // It is asked for; what is answered here is what is recorded.
        assertThat(regenerate(python(0, TORCH, answer("changed"))).out()).endsWith("3 changed; 0 written\n");
        Files.writeString(file, recorded.replace("\"c\"", "\"another comment\"").replaceAll("\n +", ""));
        assertThat(regenerate(python(1)).out()).endsWith("; 1 written\n");
        assertThat(file).hasContent(recorded.replace("\"c\"", "\"another comment\""));
    }

    @Test
    void whereNobodySeesABarThereAreLines() {
        StringWriter err = new StringWriter();
        assertThat(Progress.lines("regenerate", List.of(1, 2), new PrintWriter(err), 0))
                .hasSize(2);
        assertThat(err.toString().lines()).containsExactly("regenerate  0 of 2", "regenerate  1 of 2");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatIsRefusedIsOneLineAndTheOtherFilesGoOn() throws IOException {
        Path file = fixture(CASE.formatted("b", ""), CASE.formatted("c", ", \"extra\": 1"));
        Cli cli = regenerate(python(0, TORCH), file.toString());
        isOneLine(cli, file + ": case c: unknown key 'extra'");

        fixture(CASE.formatted("b", ""));
        String before = Files.readString(file);
        cli = regenerate(python(0, TORCH, "{\"problem\": \"backward: no \\u001b\"}\n"), file.toString());
        assertThat(cli.err()).isEqualTo("gradtwin: " + file + ": case b: backward: no \\u001b\n");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(file).hasContent(before);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPythonThatEndsTooEarlyIsOneLine() throws IOException {
        Path file = fixture(CASE.formatted("b", ""));
        isOneLine(
                regenerate(
                        program("[ \"$1\" = -c ] && exit 0\necho words >&2\necho the last >&2; exit 3"),
                        file.toString()),
                "the last");
        isOneLine(regenerate(python(0, TORCH), file.toString()), "Python ended with 0 before it had answered");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void alarmsAreCountedAndNeedARecord() throws IOException {
        Path file = fixture(CASE.formatted("b", ""));
        String said =
                "{\"ratios\": [0.1, 0.2, \"Infinity\"], \"left_out\": 2, \"alarms\": [\"float64 value of y: inf\"]}\n";
        Cli cli = regenerate(python(0, TORCH), "--alarms", "5", file.toString());
        assertThat(cli.err()).contains("case b: expect: there are no numbers of float64 yet, run regenerate");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        regenerate(python(0, TORCH, answer("changed")), file.toString());
        cli = regenerate(python(0, TORCH, said), "--alarms", "5", file.toString());
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out()).isEqualTo("""
                        alarm         b float64 value of y: inf
                        3 quantities, 5 samples of each: 1 with a false alarm
                        2 elements were left out: in float32 its range decides them, not rounding
                        largest error of a quantity in all its samples, of what is allowed: median 20%, 99th percentile infinite, largest infinite
                        """);
    }

    @Test
    void aPlanNeedsNoPython() throws IOException {
        Path file = fixture(CASE.formatted("b", ""));
        Cli cli = regenerate("none", "--plan", file.toString());
        assertThat(cli.out()).isEqualTo("b: 1 line, float64, new\n1 files, 1 cases\n");
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
        isOneLine(regenerate(python(probe), fixture(CASE.formatted("b", "")).toString()), message);
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
    void aMissingPythonIsOneLine() throws IOException {
        Cli cli = regenerate(
                folder.resolve("none").toString(),
                fixture(CASE.formatted("b", "")).toString());
        isOneLine(cli, "there is no Python '" + folder.resolve("none") + "': install Python 3.10 or later");
    }

    @Test
    void outsideOfTheProjectIsOneLine() {
        Cli cli = Cli.run("regenerate", "--project", folder.toString());
        isOneLine(cli, "execute.py: there is no such file: run from the project's directory");
    }

    private static void isOneLine(Cli cli, String message) {
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).startsWith("gradtwin: ").contains(message);
    }

    /** With {@code -Dgradtwin.python=PATH} or {@code GRADTWIN_PYTHON}: a Python that has torch. */
    @Tag("campaign")
    @Test
    void theRealScriptFindsARecordUnchangedAndAChangedNumber() throws IOException {
        Optional<String> python =
                Optional.ofNullable(System.getProperty("gradtwin.python", System.getenv("GRADTWIN_PYTHON")));
        assumeTrue(python.isPresent(), "no Python with torch is named");
        Path recorded = Path.of("fixtures/notebook/expressions.json");

        Cli same = Cli.run("regenerate", "--check", "--python", python.orElseThrow(), recorded.toString());
        assertThat(same.err().lines()).allMatch(line -> line.startsWith("regenerate  "), "says how far it is");
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
