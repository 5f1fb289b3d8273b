package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Failures that are known do not fail a run, and what is known to fail and passes does. */
class KnownFailuresTest {
    private static final String WRONG = WrongTanh.class.getName();

    @TempDir
    private Path folder;

    private Path known;

    @BeforeEach
    void setUp() {
        known = folder.resolve("known.json");
    }

    private Cli verify(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("verify", "--report", folder.resolve("report").toString()));
        all.addAll(List.of(arguments));
        return Cli.run(all.toArray(new String[0]));
    }

    private RunReport report() {
        return ReportFiles.read(folder.resolve("report/report.json"));
    }

    private void write(String entries) throws IOException {
        Files.writeString(known, "[" + entries + "]");
    }

    /** Of each case in a list something fails. */
    @Test
    void casesInAListAreHeldOneByOneAndStayAList() throws IOException {
        write("{\"case\": [\"op/tanh-*\", \"op/relu-*\"], \"kind\": \"defect\", \"because\": \"it is sigmoid\"}");
        Cli cli = verify("--case", "op/tanh-*,op/relu-*", "--engine", WRONG, "--known", known.toString());
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.err()).endsWith("known.json: op/relu-*: does not fail any more: take it out\n");

        write("{\"case\": [\"op/tanh-v*\", \"op/tanh-m*\"], \"kind\": \"defect\", \"because\": \"it is sigmoid\"}");
        cli = verify("--case", "op/tanh-v*,op/tanh-m*", "--engine", WRONG, "--write-known", known.toString());
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(Files.readString(known)).contains("\"op/tanh-v*\",").doesNotContain("},");
    }

    @Test
    void whatIsKnownPassesIsCountedAndIsNamedOnTheTerminalAndThePage() throws IOException {
        write(
                "{\"case\": \"op/tanh-*\", \"engine\": \"wrong-tanh\", \"kind\": \"defect\", \"because\": \"it is sigmoid\","
                        + " \"link\": \"https://example.org/7\"}");
        Cli cli = verify("--case", "op/tanh-*,op/relu-*", "--engine", WRONG, "--known", known.toString());

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(report().summary().disagree()).isZero();
        int count = report().summary().known();
        assertThat(count).isPositive().isLessThan(report().summary().compared());
        assertThat(cli.out())
                .doesNotContain("suspect:")
                .contains(count + " known\n")
                .containsPattern("  known +" + count
                        + " of op/tanh\\S* on wrong-tanh: defect: it is sigmoid \\(https://example.org/7\\)\n");
        assertThat(Files.readString(folder.resolve("report/index.html")))
                .contains("✓ pass", "but for " + count + " checks known to fail", "defect: it is sigmoid");
    }

    @Test
    void anEntryThatDoesNotFailAnyMoreFailsTheRunInALine() throws IOException {
        write("{\"case\": \"op/tanh-*\", \"quantity\": \"grad *\", \"dtype\": \"float64\", \"kind\": \"accuracy\","
                + " \"because\": \"once\"}");
        Cli cli = verify("--case", "op/tanh-*", "--engine", "matrix", "--known", known.toString());

        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.err().lines())
                .containsExactly(
                        "gradtwin: " + known + ": op/tanh-*, grad *, float64: does not fail any more: take it out");
        assertThat(Files.readString(folder.resolve("report/index.html")))
                .contains("✗ fail", "Of 1 entry of the known failures nothing fails any more");
    }

    @Test
    void anEntryIsNotJudgedWhereItsCasesOrTypesDidNotAllRun() throws IOException {
        write("{\"case\": \"op/*\", \"kind\": \"accuracy\", \"because\": \"elsewhere\"}");
        assertThat(verify("--case", "op/tanh-*", "--engine", "matrix", "--known", known.toString())
                        .exit())
                .isEqualTo(Main.AGREE);
        write("{\"case\": \"op/tanh-*\", \"kind\": \"accuracy\", \"because\": \"in float32\"}");
        assertThat(verify("--case", "op/tanh*", "--engine", "matrix", "--dtype", "float64", "--known", known.toString())
                        .exit())
                .isEqualTo(Main.AGREE);
    }

    @Test
    void whatFailsIsWrittenAndReasonsThatStillHoldStay() throws IOException {
        String[] arguments = {"--case", "op/tanh-*,op/relu-*", "--engine", WRONG, "--write-known", known.toString()};
        Cli first = verify(arguments);
        assertThat(first.exit()).isEqualTo(Main.AGREE);
        JsonNode written = JsonMapper.shared().readTree(Files.readString(known));
        assertThat(written.size()).isPositive();
        assertThat(first.out()).contains(written.size() + " written, 0 kept, 0 taken out");
        for (JsonNode entry : written) {
            assertThat(entry.get("case").asString()).startsWith("op/tanh");
            assertThat(entry.get("engine").asString()).isEqualTo("wrong-tanh");
            assertThat(entry.get("kind").asString()).isEqualTo("defect");
            assertThat(entry.get("because").asString()).isNotBlank().doesNotContain("\n");
        }
        assertThat(verify("--case", "op/tanh-*", "--engine", WRONG, "--known", known.toString())
                        .exit())
                .isEqualTo(Main.AGREE);

        String kept = Files.readString(known)
                .replaceFirst("\"kind\": \"defect\"", "\"kind\": \"convention\"")
                .replaceFirst("\"because\": \"[^\"]*\"", "\"because\": \"by hand\"");
        Files.writeString(
                known,
                kept.replaceFirst(
                        Pattern.quote("["),
                        "[{\"case\": \"op/relu-*\", \"kind\": \"defect\", \"because\": \"mended\"},"));
        Cli again = verify(arguments);
        assertThat(again.exit()).isEqualTo(Main.AGREE);
        assertThat(again.out()).contains("0 written, " + written.size() + " kept, 1 taken out");
        assertThat(Files.readString(known)).isEqualTo(kept);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"case\": \"a\", \"kind\": \"bug\", \"because\": \"b\"}|: [0].kind: 'bug' is not one of convention, accuracy, defect, unsupported",
                "{\"case\": \"a\", \"kind\": \"defect\"}|: [0]: 'because' is missing",
                "{\"case\": \"a\", \"kind\": \"defect\", \"because\": \" \"}|: [0].because: is blank",
                "{\"case\": \"a\", \"dtype\": \"f64\", \"kind\": \"defect\", \"because\": \"b\"}|: [0].dtype: 'f64' is not one of *, float32, float64",
                "{\"case\": \"a\", \"quantity\": \"x\", \"kind\": \"defect\", \"because\": \"b\"}|: [0].quantity: 'x' is not of the form grad NAME, value NAME or *",
                "{\"case\": \"a\", \"op\": \"x\", \"kind\": \"defect\", \"because\": \"b\"}|: [0]: unknown key 'op'",
                "{\"case\": \"a\", \"kind\": \"defect\", \"because\": \"b\"}, {\"case\": \"a\", \"kind\": \"accuracy\", \"because\": \"c\"}|: [1]: 'a' is given twice",
                "7|: [0]: expected an object, found 7",
                "{|: line 1, column "
            })
    void aBrokenFileIsOneLine(String entries, String message) throws IOException {
        write(entries);
        Cli cli = verify("--case", "op/tanh*", "--known", known.toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("gradtwin: " + known + message);
        assertThat(cli.err().lines()).hasSize(1);
    }

    @Test
    void aFileThatIsNotThereOrGivenTwiceIsOneLine() {
        Cli missing = verify("--known", known.toString());
        assertThat(missing.exit()).isEqualTo(Main.BROKEN);
        assertThat(missing.err()).isEqualToIgnoringNewLines("gradtwin: " + known + ": there is no such file");
        Cli both = verify("--known", known.toString(), "--write-known", known.toString());
        assertThat(both.exit()).isEqualTo(Main.USAGE);
        assertThat(both.err()).contains("--write-known: the entries of its file are known too: leave --known out");
        assertThat(known).doesNotExist();
    }
}
