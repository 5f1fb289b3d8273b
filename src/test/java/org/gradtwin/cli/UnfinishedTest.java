package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a run that something ended. */
class UnfinishedTest {
    @TempDir
    private Path folder;

    /** Does something at each tanh. */
    private abstract static class AtTanh extends GivenEngine {
        AtTanh(String name, Runnable first) {
            super(name, dtype -> graph(new MatrixEngine().newGraph(dtype), first));
        }

        /** So that no case waits for the one before. */
        @Override
        public boolean concurrent() {
            return true;
        }

        private static <V> Graph<V> graph(Graph<V> graph, Runnable first) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<V> operands, Attributes attributes) {
                    if (op.id().equals("tanh")) {
                        first.run();
                    }
                    return super.apply(op, operands, attributes);
                }
            };
        }
    }

    /** Comes to an end at no tanh. */
    public static final class Stuck extends AtTanh {
        public Stuck() {
            super("stuck", () -> {
                try {
                    Thread.sleep(600_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** Takes the folder of the report away. */
    public static final class Thief extends AtTanh {
        static volatile Path report = Path.of("nowhere");

        public Thief() {
            super("thief", Thief::steal);
        }

        private static void steal() {
            try {
                if (Files.deleteIfExists(report)) {
                    Files.writeString(report, "a file");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What stands there while it runs is what is left by {@code kill -9}. */
    @Tag("process")
    @Test
    void aRunThatIsEndedLeavesWhatItHasJudged() throws Exception {
        Path report = folder.resolve("target/gradtwin/report.json");
        Process run = ChildJava.verb(
                folder, "verify", "--engine", Stuck.class.getName(), "--case", "op/s*-matrix,op/tanh-matrix");
        ChildJava.await(() -> Files.exists(report));
        RunReport written = ReportFiles.read(report);
        assertThat(written.unfinished().orElseThrow()).matches("Unfinished: \\d+ of \\d+ cases were judged");
        assertThat(written.passes()).isFalse();
        assertThat(written.checks())
                .extracting(RunReport.Row::caseName)
                .isNotEmpty()
                .doesNotContain("op/tanh-matrix");

        run.destroy();
        assertThat(ChildJava.ended(run, folder, Main.BROKEN)).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("err")))
                .singleElement()
                .asString()
                .matches("gradtwin: a signal ended the run: \\d+ of \\d+ cases were judged,"
                        + " see target/gradtwin/report.json");
        assertThat(ReportFiles.read(report).unfinished()).isPresent();
        assertThat(report.resolveSibling("index.html")).content().contains("✗ fail", "Unfinished: ");
    }

    /** Nothing can be said any more: what stands there was written when the suspect was found. */
    @Tag("process")
    @Test
    void fuzzThatIsKilledLeavesAPageOfWhatItHasFound() throws Exception {
        Process run = ChildJava.verb(
                folder, "fuzz", "--engine", WrongTanh.class.getName(), "--minutes", "9", "--report", ".");
        Path page = folder.resolve("index.html");
        ChildJava.await(() -> Files.exists(page));
        run.destroyForcibly().waitFor();
        assertThat(page)
                .content()
                .containsPattern("Unfinished: seeds from \\d+ on were not examined")
                .contains("wrong-tanh");
        assertThat(folder.resolve("campaign.json"))
                .content()
                .containsPattern("\"unfinished\" ?: ?\"seeds from")
                .contains("tanh(");
    }

    @Tag("process")
    @Test
    void aSignalLeavesWhatFuzzHasFound() throws Exception {
        Process run = ChildJava.verb(
                folder,
                "fuzz",
                "--engine",
                WrongTanh.class.getName(),
                "--minutes",
                "9",
                "--save",
                "found",
                "--report",
                ".");
        ChildJava.await(() -> {
            String[] names = folder.resolve("found").toFile().list();
            return names != null && names.length > 0;
        });
        run.destroy();
        List<String> out = ChildJava.ended(run, folder, Main.BROKEN);
        assertThat(out).anyMatch(line -> line.matches("seed \\d+: wrong-tanh disagrees with the twin in .*"));
        assertThat(out).anyMatch(line -> line.matches("\\d+ programs from seed 0, .* [1-9]\\d* disagree.*"));
        assertThat(Files.readAllLines(folder.resolve("err")))
                .singleElement()
                .asString()
                .matches("gradtwin: a signal ended the run: seeds from \\d+ on were not examined");
        assertThat(folder.resolve("index.html")).content().containsPattern("Unfinished: seeds from \\d+ on were not");
    }

    @Test
    void aReportThatCannotBeWrittenTakesNoVerdictAlong() {
        Thief.report = folder.resolve("report");
        Cli cli = Cli.run(
                "verify",
                "--engine",
                Thief.class.getName(),
                "--case",
                "op/tanh-matrix",
                "--report",
                Thief.report.toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).contains("1 case, ", " 0 disagree");
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: " + Thief.report + ": is a file, not a folder");
    }
}
