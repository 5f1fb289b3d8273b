package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawCommandTest {
    private static final String CASE = "notebook/testing-expression-live";

    @TempDir
    private Path folder;

    private Cli draw(Path file, String... arguments) {
        return Cli.run(Stream.concat(Stream.of("draw", "--out", file.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    @Test
    void drawsValuesAndGradientsAsSvg() throws IOException {
        Path file = folder.resolve("new/drawing.svg");
        Cli cli = draw(file, "--case", CASE);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out().strip()).isEqualTo(file.toString());
        assertThat(Files.readString(file)).startsWith("<svg").contains("grad=-0.0645146");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void drawsTwoEnginesSideBySideInGraphvizsLanguage() throws IOException {
        Path file = folder.resolve("drawing.dot");
        Cli cli = draw(file, "--case", CASE, "--engine", "scalar,matrix", "--dot");

        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(Files.readString(file))
                .startsWith("digraph")
                .contains("scalar grad=-0.0645146")
                .contains("matrix grad=-0.0645146")
                .doesNotContain("differs");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "notebook/none|scalar|float64|no case is called 'notebook/none' among",
                "notebook/*|scalar|float64|'notebook/*' matches",
                "notebook/testing-expression|numpy|float64|there is no engine 'numpy'",
                "notebook/testing-expression|scalar,matrix,pytorch|float64|3 engines, but at most two",
                "notebook/testing-expression|scalar|float32|scalar does not compute in float32",
                "notebook/testing-expression|scalar|int64|'int64' is neither float32 nor float64",
            })
    void wrongUsageIsOneLine(String name, String engine, String dtype, String message) {
        isOneLine(draw(folder.resolve("x.svg"), "--case", name, "--engine", engine, "--dtype", dtype), message);
    }

    @Test
    void refusesWhatIsTooLargeToRead() throws IOException {
        String lines = IntStream.range(1, 300)
                .mapToObj(i -> "\"h" + i + " = tanh(" + (i == 1 ? "x" : "h" + (i - 1)) + ")\"")
                .collect(Collectors.joining(", "));
        Path fixtures = Files.createDirectories(folder.resolve("fixtures/deep"));
        Files.writeString(fixtures.resolve("chain.json"), """
                {"format": "gradtwin-fixture-1", "title": "A chain", "source": "this test", "flags": {},
                 "cases": [{"id": "chain", "comment": "Long.", "inputs": {"x": {"values": 0.5}}, "program": [%s],
                            "backward": {"of": "h299"}, "dtypes": ["float64"]}]}
                """.formatted(lines));

        Cli cli =
                draw(folder.resolve("x.svg"), "--fixtures", fixtures.getParent().toString(), "--case", "deep/chain");

        isOneLine(cli, "deep/chain: a drawing of 599 nodes, op junctures included, but at most 500 can be read");
        assertThat(folder.resolve("x.svg")).doesNotExist();
    }

    private static void isOneLine(Cli cli, String message) {
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains(message);
    }
}
