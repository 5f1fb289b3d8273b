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
                "notebook/testing-expresion|scalar|float64|; did you mean 'notebook/testing-expression'?",
                "training/adam-step|scalar|float64|training/adam-step is a training: only programs are drawn",
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
    void aFolderInTheWayIsOneLine() throws IOException {
        Cli cli = draw(folder, "--case", CASE);
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: " + folder + ": is a folder, not a file");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void drawsAProgramThatIsNoCase() throws IOException {
        Path file = folder.resolve("program.svg");
        Cli cli = draw(
                file,
                "--program",
                "z = w @ x; y = tanh(z)",
                "--input",
                "w=[0.5, -1]",
                "--input",
                "x={\"values\": [2, 0.25], \"requires_grad\": false}");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        // ∂y/∂w = (1 − tanh²(0.75))·x
        assertThat(Files.readString(file))
                .contains("grad=[1.19317, 0.149146]", ">tanh<", ">z<", "0.635149")
                .doesNotContain("differs");
    }

    @Test
    void aProgramThatIsNoCaseMayDifferByRounding() throws IOException {
        Path file = folder.resolve("program.dot");
        String[] arguments = {
            "--program",
            "y = log_softmax(x*x*x, dim=0)",
            "--input",
            "x=[0.1, 2.3, 1.7]",
            "--cotangent",
            "[1, -2, 0.5]",
            "--engine",
            "matrix,scalar",
            "--dot"
        };
        Cli cli = draw(file, arguments);
        assertThat(cli.exit()).as(cli.err()).isEqualTo(Main.AGREE);
        assertThat(Files.readString(file))
                .contains("matrix grad=", "scalar grad=")
                .doesNotContain("differs");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "y = tanh(x|x=1|--program: line 1, column 11: expected ')'",
                "y = tanh(w)|x=1|--program: inputs: the program reads 'w', which is not among them",
                "y = tanh(x)|x=1,|--input: x: '1,' is not JSON",
                "y = tanh(x)|x=[[1], [1, 2]]|--program: inputs.x.values[1]: has 2 elements, the first row has 1",
                "y = tanh(x)|x=[1, 2]|--program: backward: 'cotangent' is missing: y is of shape (2,)",
                "y = x @ x.T @ x|x=[[1, 2]]|--program: backward: 'cotangent' is missing",
                "y = x + 1 @ x|x=[1]|--program: line 1, column 11",
                ";|x=1|--program: line 1, column 1: the program is empty",
            })
    void wrongProgramsAreOneLine(String program, String input, String message) {
        isOneLine(draw(folder.resolve("x.svg"), "--program", program, "--input", input), message);
    }

    @Test
    void aCaseOrAProgram() {
        isOneLine(draw(folder.resolve("x.svg")), "--case or --program: say what is drawn");
        isOneLine(draw(folder.resolve("x.svg"), "--case", CASE, "--program", "y = 1"), "--program: is drawn in place");
        isOneLine(draw(folder.resolve("x.svg"), "--case", CASE, "--input", "x=1"), "a case has its own");
    }

    @Test
    void refusesWhatIsTooLargeToReadAndCollapsesIt() throws IOException {
        String lines = IntStream.range(1, 300)
                .mapToObj(i -> "h" + i + " = tanh(" + (i == 1 ? "x" : "h" + (i - 1)) + ")")
                .collect(Collectors.joining(";"));
        Path file = folder.resolve("x.svg");

        isOneLine(
                draw(file, "--program", lines, "--input", "x=0.5"),
                "program: a drawing of 599 nodes, op junctures included, but at most 500 can be read: collapse it");
        assertThat(file).doesNotExist();

        assertThat(draw(file, "--program", lines, "--input", "x=0.5", "--collapse")
                        .exit())
                .isEqualTo(Main.AGREE);
        assertThat(Files.readString(file)).contains(">h299 = tanh(h298)<");
    }

    private static void isOneLine(Cli cli, String message) {
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains(message);
    }
}
