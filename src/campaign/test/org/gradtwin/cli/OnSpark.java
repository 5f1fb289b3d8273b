package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Verbs in processes of their own, which have Spark. */
abstract class OnSpark {
    @TempDir
    Path folder;

    /** Starts a verb. */
    Process start(List<String> properties, List<String> verb) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dspark.driver.host=127.0.0.1"));
        command.add("-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"));
        command.addAll(properties);
        command.addAll(List.of("-jar", ChildJava.jar(folder).toString()));
        command.addAll(verb);
        return started(command, "out", "err");
    }

    /** Starts a command as of an installed Spark: its workers take their class path from there. */
    Process started(List<String> command, String out, String err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve(out).toFile())
                .redirectError(folder.resolve(err).toFile());
        builder.environment()
                .put("SPARK_HOME", Path.of("target", "spark").toAbsolutePath().toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder.start();
    }

    /** What a verb printed, once it ended with that exit code. */
    String out(int exit, Process process) throws IOException, InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(() -> err()).isEqualTo(exit);
        return Files.readString(folder.resolve("out"));
    }

    String err() {
        try {
            return Files.readString(folder.resolve("err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** How many parts are in the checkpoint. */
    long finished() throws IOException {
        Path parts = folder.resolve("target/gradtwin-campaign");
        if (!Files.isDirectory(parts)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(parts)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).count();
        }
    }

    void awaitFinished(long parts, Process process) throws Exception {
        while (finished() < parts) {
            assertThat(process.isAlive()).as(() -> err()).isTrue();
            Thread.sleep(20);
        }
    }
}
