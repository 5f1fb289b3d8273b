package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How PyTorch starts, each time in a process of its own. */
@Tag("process")
class TorchStartTest {
    @TempDir
    Path directory;

    /** Starts PyTorch twice over and says how it went. */
    static final class Starter {
        private Starter() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    new TorchEngine().newGraph(DType.FLOAT32).close();
                    System.out.println("started with " + TorchEngine.versions().threads() + " threads");
                } catch (TorchUnavailableException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void aCacheThatCannotBeWrittenIsOneClearLine() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        List<String> lines = start("-DDJL_CACHE_DIR=" + file.resolve("cache"));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("PyTorch cannot start: ")
                .contains(file.toString())
                .isEqualTo(lines.get(1));
    }

    @Test
    void aMissingNativeLibraryIsOneClearLine() throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("pytorch-native-cpu"))
                .collect(Collectors.joining(File.pathSeparator));

        List<String> lines = start(classPath, "-DDJL_CACHE_DIR=" + directory.resolve("empty"));

        assertThat(lines)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("PyTorch cannot start: its native library for ")
                        .endsWith(" is not on the class path"));
    }

    @Test
    void startsQuietlyWithAsManyThreadsAsTheUserSays() throws Exception {
        assertThat(start("-Dai.djl.pytorch.num_threads=2"))
                .containsExactly("started with 2 threads", "started with 2 threads");
    }

    private List<String> start(String option) throws IOException, InterruptedException {
        return start(System.getProperty("java.class.path"), option);
    }

    private List<String> start(String classPath, String option) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                option,
                Starter.class.getName()));
        if (Runtime.version().feature() >= 22) {
            command.add(1, "--enable-native-access=ALL-UNNAMED");
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().remove("DJL_CACHE_DIR");
        Process process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }
}
