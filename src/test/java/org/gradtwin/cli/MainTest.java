package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
    @Command(name = "full")
    private static final class Full implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new OutOfMemoryError("Java heap space");
        }
    }

    @Test
    void aMisspeltVerbIsSuggested() {
        Cli cli = Cli.run("verfy");
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.err()).contains("'verfy'; did you mean 'verify'?");
        assertThat(cli.err().lines()).hasSize(1);
    }

    @Test
    void aFullDiskBehindARedirectionIsNoSuccess() throws Exception {
        File full = new File("/dev/full");
        assumeTrue(full.exists(), "the system has no device that is always full");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--help")
                .redirectOutput(full)
                .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(Main.BROKEN);
        assertThat(err.strip()).endsWith("gradtwin: the output could not be written, all of it");
    }

    @Test
    void runningOutOfMemoryIsNoDisagreement() {
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine()
                .addSubcommand(new Full())
                .setErr(new PrintWriter(err))
                .setOut(new PrintWriter(err));
        assertThat(Main.execute(command, "full")).isEqualTo(Main.BROKEN);
        assertThat(err.toString().strip()).isEqualTo("gradtwin: out of memory: give java more with -Xmx");
    }
}
