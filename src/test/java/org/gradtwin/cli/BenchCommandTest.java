package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @Tag("campaign")
    @ParameterizedTest(name = "bench {0}")
    @CsvSource({
        "scalar, net by + and * ÷ textbook graph, ≤ 1.00",
        "matrix, cross entropy 32×27×128 float32: autograd ÷ PyTorch, ≤ 0.300",
        "oracle, 'oracle, programs a second, one input', ''",
        "desk, 'verify --case ''op/tanh*'', from a cold start', ≤ 1.50"
    })
    void theTableAndTheJsonHoldTheSameRows(String subject, String quantity, String bar) throws IOException {
        Path file = folder.resolve("bench.json");
        Cli cli = Cli.run(BenchCommand.commandLine(), subject, "--quick", "--json", file.toString());
        assertThat(cli.exit()).as(cli.err()).isZero();
        assertThat(cli.out()).contains("processors", "JDK " + Runtime.version(), "measured");
        assertThat(cli.out().lines().filter(line -> line.startsWith(quantity)))
                .singleElement()
                .asString()
                .contains(bar);
        JsonNode report = JSON.readTree(Files.readString(file));
        assertThat(report.get("format").asString()).isEqualTo("gradtwin-bench-1");
        assertThat(report.get("rows").size()).isPositive();
        for (JsonNode row : report.get("rows")) {
            assertThat(cli.out()).contains(row.get("quantity").asString());
            assertThat(row.get("group").asString()).isEqualTo(subject);
            assertThat(row.get("measured").asDouble()).isFinite();
            assertThat(row.get("least").asDouble())
                    .isLessThanOrEqualTo(row.get("greatest").asDouble());
        }
    }

    @Tag("campaign")
    @Test
    void scalingPrintsTheExponentsAndDrawsThem() throws IOException {
        Path file = folder.resolve("scaling.json");
        Path plot = folder.resolve("scaling.svg");
        Cli cli = Cli.run(
                BenchCommand.commandLine(), "scaling", "--quick", "--json", file.toString(), "--plot", plot.toString());
        assertThat(cli.exit()).as(cli.err()).isZero();
        assertThat(cli.out()).contains("forward  time ~ weights^", "backward time ~ weights^", "95 % confidence");
        JsonNode scaling = JSON.readTree(Files.readString(file));
        assertThat(scaling.get("points").size()).isEqualTo(5);
        assertThat(scaling.get("points").get(1).get("weights").asInt()).isEqualTo(3 * 8 + 8 + 8 * 8 + 8 + 8 + 1);
        assertThat(scaling.get("points").get(0).get("backward").size()).isEqualTo(2);
        assertThat(scaling.get("forward").get("low").asDouble())
                .isLessThanOrEqualTo(scaling.get("forward").get("exponent").asDouble());
        assertThat(Files.readString(plot)).contains("<svg", "weights", "backward", "</svg>");
    }

    @ParameterizedTest(name = "bench {0} {1} {2}")
    @CsvSource({
        "matrix, --rounds, 0, --rounds: at least 1",
        "scalar, --weights, 1000, '--weights: from 1001 to 1e8, not 1000'",
        "scalar, --weights, 1e9, --weights: from 1001 to 1e8"
    })
    void wrongNumbersGetOneLine(String subject, String option, String value, String message) {
        Cli cli = Cli.run(BenchCommand.commandLine(), subject, option, value);
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.err().lines()).singleElement().asString().contains(message);
    }

    @Test
    void aFileThatCannotBeWrittenIsToldBeforeMeasuring() {
        Cli cli = Cli.run(BenchCommand.commandLine(), "matrix", "--quick", "--json", folder.toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).singleElement().asString().contains(folder + ": is a folder, not a file");
    }
}
