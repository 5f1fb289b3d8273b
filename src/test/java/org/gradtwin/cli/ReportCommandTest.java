package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gradtwin.report.Badge;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.SampleReports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @TempDir
    private Path folder;

    private String report(String name, RunReport report) {
        Path file = folder.resolve(name);
        ReportFiles.write(file, ReportFiles.json(report));
        return file.toString();
    }

    @Test
    void verifyWritesThePageAndReportMakesTheSameOneAgain() throws IOException {
        Path first = folder.resolve("first");
        assertThat(Cli.run("verify", "--case", "notebook/power", "--report", first.toString())
                        .out())
                .contains("dashboard  " + first.resolve("index.html"));

        Path second = folder.resolve("second");
        Cli cli = Cli.run("report", first.resolve("report.json").toString(), "--out", second.toString());

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out().strip()).isEqualTo(second.resolve("index.html").toString());
        assertThat(second.resolve("index.html"))
                .hasSameBinaryContentAs(first.resolve("index.html"))
                .content()
                .contains("notebook/power");
    }

    @Test
    void aRunHasABadgeADateAndALabel() throws IOException {
        Path first = folder.resolve("first");
        Cli.run("verify", "--case", "notebook/power", "--label", "release <1>", "--report", first.toString());
        assertThat(Files.readString(first.resolve("badge.json")))
                .isEqualToIgnoringNewLines(
                        "{\"schemaVersion\":1,\"label\":\"gradtwin\",\"message\":\"1 of 1 cases pass\",\"color\":\"brightgreen\"}");
        RunReport run = ReportFiles.read(first.resolve("report.json"));
        assertThat(run.occasion().label()).isEqualTo("release <1>");
        assertThat(Instant.parse(run.occasion().time())).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
        if (Files.exists(Path.of(".git"))) {
            assertThat(run.occasion().commit()).matches("[0-9a-f]{7,}");
        }
        assertThat(Badge.of(SampleReports.named("a"))).isEqualTo(new Badge(1, "gradtwin", "0 of 1 cases pass", "red"));

        String file = first.resolve("report.json").toString();
        Cli.run("report", report("old.json", SampleReports.failing()), file, "--out", folder.toString());
        String page = Files.readString(folder.resolve("index.html"));
        assertThat(page.indexOf("From run 1 to run 2")).isBetween(0, page.indexOf("Runs, the newest first"));
        assertThat(page)
                .contains(">2: " + run.occasion().inWords().replace("<1>", "&lt;1&gt;") + "</th>")
                .contains("a run that fails: 1 points")
                .contains("2, " + run.occasion().time().substring(0, 10) + "</text");
    }

    @Test
    void severalReportsGiveATrendAndMarkdown() throws IOException {
        String before = report("before.json", SampleReports.large(60));
        String after = report("after.json", SampleReports.named("op/case-1"));

        Cli cli = Cli.run("report", before, after, "--out", folder.toString(), "--markdown");

        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out())
                .startsWith("## gradtwin: ✗ 1 check disagrees with the reference, out of 1 check of 1 case.")
                .contains("| cases | checks |")
                .contains("3 changes since the run before")
                .contains("`op/case-1 changed from agree to disagree`");
        assertThat(Files.readString(folder.resolve("index.html"))).contains("Trend over 2 runs", "op/case-2 vanished");
    }

    @Test
    void whatATerminalWouldActUponIsShownEscaped() {
        String evil = "op/\u001b]0;title\u0007\0\u202e";
        for (String[] more : new String[][] {{}, {"--markdown"}}) {
            List<String> arguments = new ArrayList<>(List.of(
                    "report",
                    report("one.json", SampleReports.large(60)),
                    report("two.json", SampleReports.named(evil)),
                    "--out",
                    folder.toString()));
            arguments.addAll(List.of(more));
            Cli cli = Cli.run(arguments.toArray(String[]::new));
            assertThat(cli.out()).matches("(?s)[\\P{Cntrl}\n]*").doesNotContain("\u202e");
            if (more.length > 0) {
                assertThat(cli.out()).contains("op/\\u001b]0;title\\u0007\\u0000\\u202e appeared");
            }
        }
        assertThat(Cli.run("report", "\u001b[31m.json").err())
                .contains("\\u001b[31m.json")
                .doesNotContain("\u001b");
    }

    @Test
    void aMissingOrWrongReportIsOneLine() throws IOException {
        Map<String, String> wrong = Map.of(
                "{\"format\": \"other\"}", "not a report: the format is 'other', not gradtwin-report-2",
                "{\"format\": \"gradtwin-report-1\"}",
                        "not a report: the format is 'gradtwin-report-1', not gradtwin-report-2: an older gradtwin wrote it, verify again",
                "{\"format\": \"gradtwin-report-2\"}", "not a whole report: summary, environment or checks are missing",
                "{}", "not a report: the format is missing, not gradtwin-report-2",
                "null", "not a report: the format is missing, not gradtwin-report-2",
                "[]", "not a report: ",
                "", "not a report: ");
        for (Map.Entry<String, String> entry : wrong.entrySet()) {
            isOneLine(Files.writeString(folder.resolve("wrong.json"), entry.getKey()), entry.getValue());
        }
        isOneLine(folder.resolve("none.json"), "there is no such file");
        isOneLine(folder, "");
        assertThat(Cli.run("report").exit()).isEqualTo(Main.USAGE);
        assertThat(folder.resolve("index.html")).doesNotExist();
    }

    private void isOneLine(Path file, String problem) {
        Cli cli = Cli.run("report", file.toString(), "--out", folder.toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).startsWith("gradtwin: " + file + ": " + problem);
    }

    @Test
    void theHelpSaysWhereJunitXmlIs() {
        assertThat(Cli.run("report", "--help").out()).contains("JUnit XML", "target/surefire-reports");
    }
}
