package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.train.Checkpoint;
import org.gradtwin.train.Network;
import org.gradtwin.train.ScalarNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The train verb from the command line. */
class TrainCommandTest {
    private static final String[] FILES = {
        "data.svg", "data.png", "loss.svg", "loss.png", "fit.svg", "fit.png", "model.json"
    };

    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {
        double error() {
            return number(out, "mean squared error ([0-9.]+)");
        }

        static double number(String text, String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(text);
            assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
            return Double.parseDouble(matcher.group(1));
        }
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }

    @Test
    void aFileInTheWayIsNoticedBeforeTraining() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Run run = run("train", "--out", file.toString());
        assertThat(run.code()).isEqualTo(Main.BROKEN);
        assertThat(run.err()).isEqualToIgnoringNewLines("gradtwin: " + file + ": is a file, not a folder");
        assertThat(Files.readString(file)).isEqualTo("in the way");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "matrix"})
    void sameSeedSameBytesAndTheModelLoads(String engine) throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        Run first = run("train", "--epochs", "2", "--seed", "5", "--engine", engine, "--out", one.toString());
        assertThat(first.code).isZero();
        assertThat(first.out).contains("1000 steps");
        assertThat(first.err).contains("epoch 2 of 2");
        assertThat(run("train", "--epochs", "2", "--seed", "5", "--engine", engine, "--out", two.toString()).code)
                .isZero();
        for (String name : FILES) {
            assertThat(two.resolve(name)).hasSameBinaryContentAs(one.resolve(name));
        }
        try (Stream<Path> files = Files.list(one)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(FILES);
        }
        BufferedImage image = ImageIO.read(one.resolve("fit.png").toFile());
        assertThat(image.getWidth()).isEqualTo(2 * 640);
        assertThat(image.getRGB(0, 0)).isEqualTo(0xffffffff);
        assertThat(Files.readString(one.resolve("loss.svg"))).contains("mean of an epoch", "noise alone, 0.2665");
        Checkpoint saved = Checkpoint.parse(Files.readString(one.resolve("model.json")));
        Network network = new ScalarNetwork(saved.architecture(), Initialization.uniform(9));
        saved.restore(network);
        assertThat(Checkpoint.of(network).toJson()).isEqualTo(Files.readString(one.resolve("model.json")));
    }

    @Test
    void enginesLearnTheSame() {
        double scalar =
                run("train", "--epochs", "3", "--out", folder.toString()).error();
        double matrix = run("train", "--epochs", "3", "--engine", "matrix", "--out", folder.toString())
                .error();
        assertThat(Math.abs(matrix - scalar) <= 1e-4).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "--epochs, 0, --epochs: 0 is not positive",
        "--lr, -1, --lr: -1.0 is not a positive number",
        "--engine, torch, '--engine: unknown engine ''torch'', expected scalar or matrix'",
        "--lr, 1e6, --lr: training diverges"
    })
    void wrongUsageIsOneLine(String option, String value, String message) {
        Run run = run("train", option, value, "--out", folder.toString());
        assertThat(run.code).isEqualTo(Main.USAGE);
        assertThat(run.err).contains("gradtwin: " + message);
        assertThat(run.err.lines().filter(line -> line.startsWith("gradtwin:"))).hasSize(1);
    }

    /**
     * The notebook trains for 1000 epochs, where the mean loss of its steps is within an eighth of the squared noise, and
     * still falling; after 2000 the model is as good as the parabola that the data were made from.
     */
    @Tag("campaign")
    @Test
    void notebooksTrainingReachesTheNoiseFloor() {
        Run run = run("train", "--epochs", "2000", "--out", folder.toString());
        double floor = Run.number(run.out, "of the noise alone ([0-9.]+)");
        // 0.25, give or take three standard deviations of 500 squares.
        assertThat(floor).isBetween(0.25 - 0.048, 0.25 + 0.048);
        assertThat(Run.number(run.err, "epoch 1000 of 2000: mean loss ([0-9.]+)"))
                .isBetween(floor, 1.15 * floor);
        assertThat(run.error()).isBetween(0.97 * floor, 1.03 * floor);
    }
}
