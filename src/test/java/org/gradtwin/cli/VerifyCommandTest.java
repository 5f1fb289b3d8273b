package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerifyCommandTest {
    private static final Path NOTEBOOK = Path.of("fixtures/notebook/expressions.json");

    @TempDir
    private Path folder;

    /** Once for all that a mistyped option makes look through every name. */
    @BeforeAll
    static void readTheCorpus() {
        assertThat(FixtureSet.bundled().cases()).isNotEmpty();
    }

    private Cli verify(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "verify";
        all[1] = "--report";
        all[2] = folder.resolve("report").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Cli.run(all);
    }

    private Path fixture(String text) throws IOException {
        Path fixtures = Files.createDirectories(folder.resolve("fixtures/notebook"));
        Files.writeString(fixtures.resolve("expressions.json"), text);
        return fixtures.getParent();
    }

    @Test
    void theNotebooksExpressionAgreesAndItsFloat32CheckIsShownAsVacuous() throws IOException {
        Cli cli = verify("--case", "notebook/testing-expression*");

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).contains("0 disagree").contains("(0 without a written reason)");
        RunReport report = ReportFiles.read(folder.resolve("report/report.json"));
        assertThat(report.format()).isEqualTo("gradtwin-report-2");
        assertThat(verdict(report, "notebook/testing-expression", "float32")).isEqualTo("vacuous");
        assertThat(verdict(report, "notebook/testing-expression", "float64")).isEqualTo("agree");
        assertThat(verdict(report, "notebook/testing-expression-live", "float32"))
                .isEqualTo("agree");
    }

    @Test
    void aSingleCaseIsShownWithItsCompareTable() {
        Cli cli = verify("--case", "notebook/gradient-check", "--engine", "matrix", "--dtype", "float64");

        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out())
                .contains("gradients of matrix beside PyTorch, float64")
                .contains("name | exact | approx | maxdiff")
                .containsPattern("  y    \\| (True |False) \\| True   \\| \\d\\.\\d\\de[+-]\\d\\d")
                .contains("y.grad.sum(dim=1).abs().mean()");
        assertThat(cli.out().lines().filter(line -> line.matches("  [yzxwb]    \\| .*")))
                .hasSize(5);
        assertThat(verify("--case", "notebook/squared-norm*").out()).doesNotContain("maxdiff");
    }

    @Test
    void ofACaseThatAgreesOnAllEnginesTheSummaryIsEnough() {
        Cli cli = verify("--case", "notebook/gradient-check");
        assertThat(cli.out()).contains(" 0 disagree").doesNotContain("maxdiff");
        assertThat(cli.out().lines()).hasSizeLessThan(10);
        assertThat(verify("--case", "op/tanh-matrix", "--engine", WrongTanh.class.getName())
                        .out())
                .contains("maxdiff");
    }

    /** The verdict on the gradient of x. */
    private static String verdict(RunReport report, String name, String dtype) {
        return report.checks().stream()
                .filter(row -> row.caseName().equals(name) && row.dtype().equals(dtype))
                .filter(row -> row.quantity().equals("grad") && row.name().equals("x"))
                .findFirst()
                .orElseThrow()
                .verdict();
    }

    @Test
    void countsAddUp() {
        Cli cli = verify("--json", "--case", "notebook/*");
        JsonNode summary = JsonMapper.shared().readTree(cli.out()).get("summary");
        List<Row> checks =
                ReportFiles.read(folder.resolve("report/report.json")).checks();
        int sum = 0;
        for (String verdict : new String[] {"agree", "disagree", "skipped", "vacuous"}) {
            int counted = 0;
            for (Row row : checks) {
                counted += row.verdict().equals(verdict) ? 1 : 0;
            }
            assertThat(summary.get(verdict).asInt()).isEqualTo(counted);
            sum += counted;
        }
        assertThat(summary.get("checks").asInt())
                .isEqualTo(checks.size())
                .isEqualTo(sum)
                .isPositive();
    }

    @Test
    void namesAnExpectedGradientThatIsOffByOneInTenThousand() throws IOException {
        String text = Files.readString(NOTEBOOK);
        Matcher gradient = Pattern.compile("\"x\": (-0\\.06451462676582\\d+)").matcher(text);
        assertThat(gradient.find()).isTrue();
        String wrong = Double.toString(Double.parseDouble(gradient.group(1)) * 1.0001);
        Path fixtures = fixture(text.substring(0, gradient.start(1)) + wrong + text.substring(gradient.end(1)));

        Cli cli = verify("--fixtures", fixtures.toString());

        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out())
                .contains(
                        "notebook/testing-expression-live: scalar disagrees with the recorded PyTorch in the gradient of x"
                                + " (float64), 1 of 1 elements")
                .contains("  worst at   []")
                .contains("  expected   " + wrong)
                .contains("  but was    " + gradient.group(1).substring(0, 12))
                .contains("  again      java -jar target/gradtwin.jar verify --fixtures ");
        assertThat(again(cli, "notebook/testing-expression-live: scalar")).isEqualTo(Main.DISAGREE);
    }

    @Test
    void theSuspectComesFirstThenTheSmallestCasesAndAllAreCounted() {
        Cli cli = verify(
                "--case", "op/tanh*,op/sum*,composition/s*,composition/*tanh*", "--engine", WrongTanh.class.getName());

        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        List<String> lines = cli.out().lines().toList();
        assertThat(lines.get(0))
                .matches("suspect: tanh on wrong-tanh, \\d+ of its \\d+ cases fail, nothing else above 0 %");
        assertThat(lines.stream().filter(line -> line.contains(" disagrees with ")))
                .hasSize(3)
                .allMatch(line -> line.startsWith("op/tanh"));
        assertThat(lines.stream().takeWhile(line -> !line.startsWith("… "))).hasSizeLessThan(40);
        assertThat(cli.out())
                .containsPattern("… [\\d,]+ checks of \\d+ cases fail; 3 messages are shown, the report keeps");
    }

    @Test
    void casesAreChosenByTheirOps() {
        Cli with = verify("--case", "op/t*,op/s*,training/*", "--op", "tanh", "--engine", "matrix");
        assertThat(with.exit()).isEqualTo(Main.AGREE);
        int tanh = cases(with);
        int both = cases(verify("--case", "op/t*,op/s*", "--op", "tanh,sigmoid", "--engine", "matrix"));
        int without = cases(verify(
                "--case", "op/t*,op/s*", "--op", "tanh,sigmoid", "--without", "sum,losses", "--engine", "matrix"));
        assertThat(tanh).isPositive().isLessThan(both);
        assertThat(without).isPositive().isLessThan(both);
    }

    private static int cases(Cli cli) {
        Matcher count = Pattern.compile("(?m)^([\\d,]+) cases?, ").matcher(cli.out());
        assertThat(count.find()).as(cli.out()).isTrue();
        return Integer.parseInt(count.group(1).replace(",", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --op tahn              | --op: there is no op or group 'tahn'; did you mean 'tanh'?
                    --without layer        | --without: there is no op or group 'layer'; did you mean 'layers'?
                    --op tanh --without layer | --without: there is no op or group 'layer'; did you mean 'layers'?
                    --case op/tanh-matrix --without tanh | --without: of
                    --case op/tanh* --op cholesky | --op: of
                    """)
    void opsThatAreNoneAreRefused(String arguments, String message) {
        Cli cli = verify(arguments.split(" "));
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.err()).startsWith("gradtwin: " + message);
    }

    @Test
    void numbersThatAreStaleAreToldFromAWrongEngine() throws IOException {
        Path fixtures = fixture(Files.readString(NOTEBOOK).replaceFirst("\"y\": 6\\.0", "\"y\": 7.0"));
        Cli cli = verify("--fixtures", fixtures.toString());
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out())
                .startsWith(
                        "suspect: the recorded numbers of 1 of 10 cases: all engines and the live PyTorch agree, run regenerate");
    }

    /** What the command in the message of a failure exits with. */
    private int again(Cli cli, String message) {
        String command = cli.out()
                .lines()
                .dropWhile(line -> !line.startsWith(message))
                .filter(line -> line.startsWith("  again "))
                .findFirst()
                .orElseThrow();
        String arguments = command.substring(command.indexOf(" verify ") + " verify ".length());
        return verify(arguments.split(" ")).exit();
    }

    @Test
    void trainingsAreRepeatedOnTheChosenEnginesAndTypes() throws IOException {
        Cli cli = verify("--case", "training/adam-*", "--engine", "scalar,matrix", "--dtype", "float64");

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out())
                .containsPattern("  training        2 cases   scalar 42 agree +matrix 42 agree +\n")
                .contains("2 cases, 84 checks: 84 agree, 0 disagree")
                .contains("  trainings  rounding allows one to follow 24 of 24 steps");
        RunReport report = ReportFiles.read(folder.resolve("report/report.json"));
        assertThat(report.training()).hasSize(2);
        assertThat(report.training().get(0).caseName()).isEqualTo("training/adam-constant");
        assertThat(report.training().get(0).sides().get(1).loss()).hasSize(12);
    }

    @Test
    void aTrainingThatLeavesTheRecordedOneFailsTheGate() throws IOException {
        String text = Files.readString(Path.of("fixtures/training/optimizers.json"));
        Matcher rate = Pattern.compile("\"lr\": 0.1,").matcher(text);
        assertThat(rate.find()).isTrue();
        Path fixtures = Files.createDirectories(folder.resolve("fixtures/training"));
        Files.writeString(fixtures.resolve("optimizers.json"), rate.replaceFirst("\"lr\": 0.1000001,"));

        Cli cli =
                verify("--fixtures", fixtures.getParent().toString(), "--case", "training/sgd-*", "--dtype", "float64");

        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out())
                .contains("training/sgd-constant: matrix leaves the recorded PyTorch in step 1 of 12 (float64), ")
                .contains("\n  first off  w1[0, 0] after step 1\n")
                .contains(" times what is allowed\n")
                .doesNotContain("sgd-step: ");
        assertThat(cli.out().lines().filter(line -> line.contains(" leaves the recorded PyTorch ")))
                .extracting(line -> line.split(" ")[1])
                .containsExactly("scalar", "matrix", "pytorch");
        assertThat(again(cli, "training/sgd-constant: matrix")).isEqualTo(Main.DISAGREE);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\"| \"formatt\"| formatt",
                "{\"of\": \"y\"}| {\"of\": \"nothing\"}| nothing",
                "2*x + 2 - x| 2*x + * 2 - x| line 1",
            })
    void aBrokenFixtureIsOneLine(String right, String wrong, String named) throws IOException {
        Path fixtures = fixture(Files.readString(NOTEBOOK).replace(right.strip(), wrong.strip()));

        Cli cli = verify("--fixtures", fixtures.toString());

        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err())
                .startsWith("gradtwin: ")
                .contains("expressions.json")
                .contains(named);
    }

    @ParameterizedTest(name = "{0} {1} → {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--fixtures|''|Invalid value for option '--fixtures': the name is empty",
                "--report|''|Invalid value for option '--report': the name is empty",
                "--engin|scalar|Unknown options: '--engin'",
                "--engine|numpy|--engine: there is no engine 'numpy' among [scalar,",
                "--dtype|float16|--dtype: 'float16' is neither float32 nor float64",
                "--dtype|int64|--dtype: 'int64' is neither float32 nor float64",
                "--case|nothing-like-it*|--case: no case matches 'nothing-like-it*' among ",
                "--case|notebok/power|; did you mean 'notebook/power'?",
                "--case|notbook/*|; did you mean 'notebook/*'?",
                "--case|adam-const|; did you mean 'training/adam-constant'?",
                "--case|notebook/testing|; '*notebook/testing*' matches 2",
            })
    void aWrongOptionIsOneLineAndExitsWith2(String option, String value, String message) {
        Cli cli = verify(option, value);

        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains(message);
    }

    @Test
    void aSelectionThatLeavesNothingExitsWith2AndWritesNothing() {
        Cli cli = verify("--case", "composition/chain-1000", "--dtype", "float32");

        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err())
                .startsWith(
                        "gradtwin: --dtype: nothing to check: of 1 selected, 0 are recorded in float32, all in float64");
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(folder.resolve("report")).doesNotExist();
    }

    @Test
    void aRunInWhichEverythingIsSkippedExitsWith2() throws IOException {
        Cli cli = verify("--case", "training/adam-*", "--engine", "pytorch");

        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.err())
                .startsWith("gradtwin: nothing was compared: of 84 checks, all were skipped: through DJL only SGD");
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(Files.readString(folder.resolve("report/index.html")))
                .contains("✗ fail", "Nothing was compared: 84 checks of 2 cases, all skipped.");
    }

    @Test
    void anEmptyFixtureIsOneLine() throws IOException {
        Cli cli = verify("--fixtures", fixture("").toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().strip()).startsWith("gradtwin: ").endsWith("expressions.json: the file is empty");
        assertThat(cli.err().lines()).hasSize(1);
    }

    @Test
    void aFolderThatIsNotThereExitsWith3() {
        Cli cli = verify("--fixtures", folder.resolve("none").toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains("there is no such directory");
    }

    @Test
    void aReportThatCannotBeWrittenExitsWith3() throws IOException {
        Path file = Files.writeString(folder.resolve("report"), "in the way");
        Cli cli = verify("--case", "notebook/testing-expression");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: " + file + ": is a file, not a folder");
        assertThat(Files.readString(file)).isEqualTo("in the way");
    }

    @Test
    void aFolderWhereThePageGoesIsRefusedBeforeTheRun() throws IOException {
        Path page = Files.createDirectories(folder.resolve("report/index.html"));
        Cli cli = verify("--case", "notebook/testing-expression");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: " + page + ": is a folder, not a file");
        assertThat(page.resolveSibling("report.json")).doesNotExist();
    }

    @Test
    void aMissingVerbExitsWith2AndHelpWith0() {
        assertThat(Cli.run().exit()).isEqualTo(Main.USAGE);
        assertThat(Cli.run("verify", "--help").exit()).isEqualTo(Main.AGREE);
        assertThat(Cli.run("verify", "--help").out()).contains("Example: java -jar target/gradtwin.jar verify");
        assertThat(Cli.run("--version").out()).startsWith("gradtwin ").contains("pytorch  2.7.1");
    }
}
