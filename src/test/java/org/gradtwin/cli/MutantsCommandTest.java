package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MutantsCommandTest {
    private static Matcher counts(String out) {
        Matcher counts = Pattern.compile("(?s)([\\d,]+) mutants of 1 op act in 2 cases or 40 programs from seed 3\\n"
                        + "  noticed    cases notice ([\\d.]+) %, programs ([\\d.]+) %, either ([\\d.]+) %\\n"
                        + "  escaped    no case notices (\\d+)\\n.*")
                .matcher(out);
        assertThat(counts.matches()).as(out).isTrue();
        return counts;
    }

    @Test
    void whatTheCasesDoNotNoticeIsCountedAndListed() {
        String[] arguments = {"mutants", "--case", "op/tanh-matrix,op/tanh-wild", "--count", "40", "--seed", "3"};
        Cli cli = Cli.run(arguments);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        Matcher counts = counts(cli.out());
        int acting = Integer.parseInt(counts.group(1));
        int escaped = Integer.parseInt(counts.group(5));
        assertThat(escaped).isBetween(10, acting);
        assertThat(Double.parseDouble(counts.group(2)))
                .isEqualTo(Math.round(1000.0 * (acting - escaped) / acting) / 10.0);
        assertThat(Double.parseDouble(counts.group(4))).isGreaterThan(Double.parseDouble(counts.group(2)));
        assertThat(cli.out())
                .containsPattern("\\n  condition  \\S.*: \\d+ of \\d+, as tanh, ")
                .contains("\n  op         tanh: " + escaped + " of " + acting + ", as tanh, ")
                .doesNotContain("  escapes  ");

        String[] listing = Arrays.copyOf(arguments, arguments.length + 1);
        listing[arguments.length] = "--escaped";
        List<String> listed = Cli.run(listing)
                .out()
                .lines()
                .filter(line -> line.startsWith("  escapes  "))
                .toList();
        assertThat(listed)
                .hasSize(escaped)
                .contains("  escapes    tanh, gradient of input, used before: 1 % too large; a program notices it")
                .doesNotHaveDuplicates();
        assertThat(listed)
                .contains("  escapes    tanh, value, holds inf: wrong there") // and no program does
                .noneMatch(line -> line.contains("tanh, gradient of input, cotangent NaN: lost")); // op/tanh-wild does
    }

    @Test
    void withoutProgramsThoseOfTheCasesAreCounted() {
        Cli cli = Cli.run("mutants", "--case", "op/tanh-scalar", "--count", "0");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out())
                .containsPattern("\\A\\d+ mutants of 1 op act in 1 case\\n  noticed    cases notice [\\d.]+ %\\n");
    }

    /** Threads decide nothing. */
    @Test
    void theMatrixIsTheSameOnOneThread(@TempDir Path folder) throws Exception {
        String[] arguments = {"mutants", "--case", "op/tanh-*", "--count", "150", "--matrix", ""};
        arguments[6] = folder.resolve("many").toString();
        Cli many = Cli.run(arguments);
        assertThat(many.out()).endsWith("  matrix     " + folder.resolve("many") + "\n");
        arguments[6] = folder.resolve("one").toString();
        ForkJoinPool one = new ForkJoinPool(1);
        try {
            assertThat(one.submit(() -> Cli.run(arguments)).get().exit()).isEqualTo(Main.AGREE);
        } finally {
            one.shutdown();
        }
        assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("many"));

        List<JsonNode> lines = Files.readAllLines(folder.resolve("one")).stream()
                .map(line -> new JsonMapper().readTree(line))
                .toList();
        assertThat(lines).hasSize(1 + 14 + 150);
        JsonNode mutants = lines.get(0).get("mutants");
        JsonNode row = lines.stream()
                .filter(line -> line.path("by").asString("").equals("op/tanh-many"))
                .findFirst()
                .orElseThrow();
        assertThat(row.get("kills")
                        .valueStream()
                        .map(place -> mutants.get(place.asInt()).asString()))
                .contains("tanh, gradient of input, more than 1024: the last element wrong")
                .doesNotContain("tanh, gradient of input, cotangent NaN: lost");
        assertThat(lines.get(1 + 14).path("by").asString("")).isEqualTo("seed 0000000");
    }

    /** Whoever has cases of his own is told what they are worth; one with a wrong number is worth nothing. */
    @Test
    void casesOfOnesOwnAreCounted(@TempDir Path folder) throws IOException {
        String fixture = Files.readString(Path.of("fixtures/op/tanh.json"));
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(mine.resolve("tanh.json"), fixture.replace("-0.9413755384972874", "-0.9413"));
        Cli cli = Cli.run("mutants", "--fixtures", folder.toString(), "--count", "0");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out())
                .containsPattern("\\A\\d+ mutants of \\d+ ops act in 14 cases\\n")
                .contains("\n  not used   1 in which a right engine disagrees: mine/tanh-scalar\n");
        Cli broken = Cli.run("mutants", "--fixtures", folder.toString(), "--case", "*-scalar", "--count", "0");
        assertThat(broken.exit()).isEqualTo(Main.USAGE);
        assertThat(broken.out()).isEmpty();
        assertThat(broken.err())
                .startsWith("gradtwin: nothing was counted: in 1 cases and 0 programs no mutant acts (see ");
    }

    @Test
    void withoutSparkTheMasterSaysWhatToDo() {
        assumeThat(getClass().getResource("/org/apache/spark/SparkConf.class"))
                .as("the profile campaign has Spark")
                .isNull();
        Cli cli = Cli.run("mutants", "--case", "op/tanh-scalar", "--count", "0", "--master", "local[2]");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("gradtwin: --master: Apache Spark is not on the class path: mvn -Pcampaign ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--count -1|2|--count: -1 programs are none",
                "--seed 9223372036854775000|2|--seed: 1000 programs from seed 9223372036854775000 would need seeds above",
                "--case nothing|2|--case: no case matches 'nothing' among ",
                "--case training/*|2|--case: of 0 cases, none has numbers in float64, which could notice a mutant",
                "--fixtures nowhere|3|nowhere: there is no such directory",
                "--case op/tanh-scalar --matrix src|3|src: is a folder, not a file"
            })
    void whatCannotBeDoneIsOneLine(String arguments, int exit, String message) {
        Cli cli = Cli.run(("mutants " + arguments).split(" "));
        assertThat(cli.exit()).isEqualTo(exit);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains(message);
    }
}
