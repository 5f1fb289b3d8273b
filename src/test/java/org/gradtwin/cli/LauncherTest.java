package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gradtwin.report.ReportFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as a user starts it, without an option of Java's. */
@Tag("process")
class LauncherTest {
    @TempDir
    private Path folder;

    private Process start(String... verb) throws IOException {
        return ChildJava.verbAsUsersRunIt(folder, verb);
    }

    @Test
    void theExitCodeIsThatOfTheSecondJava() throws Exception {
        List<String> out = ChildJava.ended(start("verify", "--case", "nothing"), folder, Main.USAGE);
        assertThat(out).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("err")))
                .singleElement()
                .asString()
                .startsWith("gradtwin: --case: no case matches 'nothing'");
    }

    /** A signal, and one that no program hears of. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSecondJavaEndsWithTheFirst(boolean killed) throws Exception {
        Path report = folder.resolve("target/gradtwin/report.json");
        Process first = start("verify", "--case", "op/*");
        ChildJava.await(() -> Files.exists(report));
        ProcessHandle second = first.children().findFirst().orElseThrow();
        assertThat(second.info().arguments().orElseThrow()).contains("-XX:TieredStopAtLevel=1");
        if (killed) {
            first.destroyForcibly();
        } else {
            first.destroy();
        }
        first.waitFor();
        second.onExit().get(1, TimeUnit.MINUTES);
        assertThat(first.exitValue()).isEqualTo(killed ? 137 : Main.BROKEN);
        assertThat(ReportFiles.read(report).unfinished()).isPresent();
    }

    @Test
    void aCampaignRunsInASecondJavaThatCompilesLater() throws Exception {
        Process first = start("fuzz", "--count", "300", "--report", "report");
        ChildJava.await(() -> first.children().findFirst().isPresent());
        ProcessHandle second = first.children().findFirst().orElseThrow();
        assertThat(second.info().arguments().orElseThrow())
                .contains("-XX:+UseParallelGC")
                .doesNotContain("-XX:TieredStopAtLevel=1");
        assertThat(ChildJava.ended(first, folder, Main.AGREE)).anyMatch(line -> line.startsWith("300 programs"));
        assertThat(folder.resolve("report/campaign.json")).exists();
    }

    /** Of another Java, or of none: nothing is said, and nothing fails. */
    @Test
    void anArchiveOfClassesThatIsNoneIsNotUsed() throws Exception {
        Files.writeString(folder.resolve("gradtwin.jsa"), "none");
        Process first = start("verify", "--case", "op/tanh-scalar");
        List<String> out = ChildJava.ended(first, folder, Main.AGREE);
        assertThat(out).anyMatch(line -> line.contains(" checks: "));
        assertThat(folder.resolve("err")).isEmptyFile();
    }

    @Test
    void theCorpusRunsInAHeapOf192Megabytes() throws Exception {
        Process java = ChildJava.start(
                folder,
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-jar",
                ChildJava.jar(folder).toString(),
                "verify");
        assertThat(ChildJava.ended(java, folder, Main.AGREE)).anyMatch(line -> line.contains(" cases, "));
    }

    /** The engine is in a Java of its own, so the one that judges need not be that of the user. */
    @Test
    void anIsolatedEngineIsJudgedInTheSecondJava() throws Exception {
        Path report = folder.resolve("target/gradtwin/report.json");
        Process first = start("verify", "--case", "op/*", "--engine", "matrix", "--isolate");
        ChildJava.await(() -> Files.exists(report));
        ProcessHandle second = first.children().findFirst().orElseThrow();
        assertThat(second.info().arguments().orElseThrow())
                .contains("-XX:TieredStopAtLevel=1", "-Dgradtwin.kernels=plain", "--isolate");
        first.destroy();
        second.onExit().get(1, TimeUnit.MINUTES);
        assertThat(ReportFiles.read(report).unfinished()).isPresent();
    }
}
