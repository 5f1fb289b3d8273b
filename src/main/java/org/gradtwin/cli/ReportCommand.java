package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradtwin.report.EngineTable;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.report.html.MarkdownSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the dashboard again from reports, with the trend over them. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Makes the dashboard of the last of several reports, with the trend over all of them.",
        footer = {
            "",
            "For a CI server that reads JUnit XML: mvn test writes it already, into target/surefire-reports.",
            "Example: java -jar target/gradtwin.jar report yesterday/report.json target/gradtwin/report.json --out target/trend"
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "REPORT", description = "Files report.json of runs, the oldest first.")
    private List<Path> files = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/gradtwin",
            description = "Where index.html goes (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(names = "--markdown", description = "Print a summary in Markdown, for the page of a CI job.")
    private boolean markdown;

    @Option(
            names = "--engines",
            description = "Print tables of the engines of those runs side by side, in Markdown, and make no page.")
    private boolean engines;

    @Override
    public Integer call() {
        List<RunReport> runs = files.stream().map(ReportFiles::read).toList();
        if (engines) {
            PrintWriter terminal = spec.commandLine().getOut();
            terminal.print(EngineTable.of(runs, LocalDate.now(ZoneId.systemDefault())));
            terminal.flush();
            return Main.AGREE;
        }
        Path page = out.resolve("index.html");
        ReportFiles.write(page, Dashboard.page(runs));
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.print(markdown ? MarkdownSummary.of(runs) : page + System.lineSeparator());
        terminal.flush();
        return Main.AGREE;
    }
}
