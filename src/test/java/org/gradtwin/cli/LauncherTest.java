package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gradtwin.report.ReportFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as a user starts it, without an option of Java's. */
class LauncherTest {
    @TempDir
    private Path folder;

    private Process start(String... verb) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-jar", ChildJava.jar(folder).toString()));
        command.addAll(List.of(verb));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
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
        for (int i = 0; i < 600 && !Files.exists(report); i++) {
            Thread.sleep(100);
        }
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
}
