package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.train.Checkpoint;
import org.gradtwin.train.Network;
import org.gradtwin.train.ScalarNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The train verb from the command line. */
class TrainCommandTest {
    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {
        double error() {
            Matcher matcher = Pattern.compile("mean squared error ([0-9.]+)").matcher(out);
            assertThat(matcher.find()).isTrue();
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

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "matrix"})
    void sameSeed_sameBytes_andTheModelLoads(String engine) throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        Run first = run("train", "--epochs", "2", "--seed", "5", "--engine", engine, "--out", one.toString());
        assertThat(first.code).isZero();
        assertThat(first.out).contains("1000 steps");
        assertThat(first.err).contains("epoch 2 of 2");
        assertThat(run("train", "--epochs", "2", "--seed", "5", "--engine", engine, "--out", two.toString()).code)
                .isZero();
        for (String name : new String[] {"loss.svg", "fit.svg", "model.json"}) {
            assertThat(Files.readString(two.resolve(name))).isEqualTo(Files.readString(one.resolve(name)));
        }
        Checkpoint saved = Checkpoint.parse(Files.readString(one.resolve("model.json")));
        Network network = new ScalarNetwork(saved.architecture(), Initialization.uniform(9));
        saved.restore(network);
        assertThat(Checkpoint.of(network).toJson()).isEqualTo(Files.readString(one.resolve("model.json")));
    }

    @Test
    void engines_learnTheSame() {
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
    void wrongUsage_isOneLine(String option, String value, String message) {
        Run run = run("train", option, value, "--out", folder.toString());
        assertThat(run.code).isEqualTo(Main.USAGE);
        assertThat(run.err).contains("gradtwin: " + message);
        assertThat(run.err.lines().filter(line -> line.startsWith("gradtwin:"))).hasSize(1);
    }

    /** The mean of the squared noise of this seed is 0.2665: hardly any curve does better, and the model hardly worse. */
    @Test
    void notebooksTraining_reachesTheNoiseFloor() {
        assertThat(run("train", "--out", folder.toString()).error()).isBetween(0.25, 0.3);
    }
}
