package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FuzzCommandTest {
    @Test
    void aFewProgramsAgree() {
        Cli cli = Cli.run("fuzz", "--seed", "5", "--count", "10");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).startsWith("10 programs from seed 5, ").contains(": 0 disagree");
    }

    /** What the report says of time stands at its end, in the file and on the page. */
    @Test
    void theReportIsTheSameForTheSameSeedsButForItsTimes(@TempDir Path folder) throws IOException {
        List<String> reports = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            Path report = folder.resolve(name);
            Cli cli = Cli.run("fuzz", "--count", "8", "--report", report.toString());
            assertThat(cli.exit()).isEqualTo(Main.AGREE);
            assertThat(cli.out())
                    .contains("  report     " + report.resolve("campaign.json"))
                    .contains("  dashboard  " + report.resolve("index.html"));
            reports.add(Files.readString(report.resolve("campaign.json")).split("\"times\"")[0]);
            reports.add(Files.readString(report.resolve("index.html")).split("<section id=\"speed\">")[0]);
        }
        assertThat(reports.get(0))
                .isEqualTo(reports.get(2))
                .contains("\"programs\" : 8", "\"engines\" : [ \"scalar\", \"matrix\" ]");
        assertThat(reports.get(1)).isEqualTo(reports.get(3)).contains("Nothing disagrees in 8 programs");
        assertThat(folder.resolve("one/corpus.json")).hasSameTextualContentAs(folder.resolve("two/corpus.json"));
    }

    /** A fixture is a corpus too; how a finding is made again names it. */
    @Test
    void programsOfACorpusAreMutated(@TempDir Path folder) throws IOException {
        String corpus = "fixtures/op/tanh.json";
        Cli cli = Cli.run(("fuzz --count 20 --engine matrix," + Failing.class.getName() + " --corpus " + corpus
                        + " --report " + folder)
                .split(" "));
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out()).containsPattern("again .* fuzz --seed \\d+ --count 1 --dtype float64 --corpus " + corpus);
        assertThat(folder.resolve("index.html")).content().contains("tanh on failing", " --corpus " + corpus);
        assertThat(folder.resolve("corpus.json")).content().contains("tanh(");
    }

    /** The cases of the entry show the way: a wrong value of tanh. Another op's entry explains none of it. */
    @ParameterizedTest
    @CsvSource({"op/tanh-*, AGREE", "op/sin-*, DISAGREE"})
    void whatAnEntryOfTheKnownFailuresExplainsIsCountedAndNotTold(String cases, String outcome, @TempDir Path folder)
            throws IOException {
        Path known = Files.writeString(
                folder.resolve("known.json"),
                "[{\"case\": \"" + cases + "\", \"kind\": \"defect\", \"because\": \"its tanh is another function\"}]");
        Cli cli = Cli.run(
                "fuzz",
                "--count",
                "20",
                "--op",
                "tanh",
                "--dtype",
                "float64",
                "--engine",
                WrongTanh.class.getName(),
                "--known",
                known.toString());

        boolean explained = outcome.equals("AGREE");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(explained ? Main.AGREE : Main.DISAGREE);
        assertThat(Pattern.compile("  known {6}[1-9]\\d* runs: defect: its tanh is another function")
                        .matcher(cli.out())
                        .find())
                .isEqualTo(explained);
        assertThat(cli.out().contains("suspect    ")).isNotEqualTo(explained);
    }

    @Test
    void aCorpusThatIsNoFixtureIsRefused(@TempDir Path folder) throws IOException {
        for (Path file : List.of(Path.of("pom.xml"), Files.createFile(folder.resolve("empty.json")))) {
            Cli cli = Cli.run("fuzz", "--count", "5", "--corpus", file.toString());
            assertThat(cli.exit()).isEqualTo(Main.BROKEN);
            assertThat(cli.err().lines()).singleElement().asString().startsWith("gradtwin: " + file + ": ");
        }
    }

    @Test
    void aTimeIsALimitToo() {
        Cli cli = Cli.run("fuzz", "--minutes", "0.01", "--dtype", "float64", "--engine", "scalar");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).contains(" programs from seed 0, ").contains(": 0 disagree");
    }

    @Test
    void aFileWhereProgramsShouldBeSavedIsNoticedAtOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Cli cli = Cli.run("fuzz", "--count", "5", "--save", file.toString());
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: " + file + ": is a file, not a folder");
    }

    @Test
    void anEngineThatComputesInNoneOfTheTypesLeavesNothingToCompare() {
        Cli cli = Cli.run("fuzz", "--count", "5", "--engine", "scalar", "--dtype", "float32");
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("gradtwin: --dtype: nothing to compare: none of [scalar] computes in float32");
        assertThat(cli.err().lines()).hasSize(1);
    }

    @Test
    void withoutSparkTheMasterSaysWhatToDo() {
        assumeThat(getClass().getResource("/org/apache/spark/SparkConf.class"))
                .as("the profile campaign has Spark")
                .isNull();
        Cli cli = Cli.run("fuzz", "--count", "5", "--master", "local[2]");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err())
                .isEqualToIgnoringNewLines("gradtwin: --master: Apache Spark is not on the class path:"
                        + " mvn -Pcampaign package -DskipTests makes target/gradtwin-campaign.jar, which runs it");
    }

    @Test
    void aCampaignStopsAtItsLastSuspect(@TempDir Path folder) {
        Cli cli = Cli.run(
                ("fuzz --count 100000 --suspects 1 --engine matrix," + Failing.class.getName() + " --report " + folder)
                        .split(" "));
        assertThat(folder.resolve("index.html"))
                .content()
                .contains("✗ fail", "disagree with PyTorch.", "on failing, fails: ", "no tanh today", "fuzz --seed");
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out())
                .contains("failing disagrees with the twin in running at all", "128 programs from seed 0, ")
                .containsPattern("  suspect    \\S+ on failing, fails: \\d+ runs?, the first of seed \\d+");
    }

    @Test
    void whatWasSavedRunsFirst(@TempDir Path folder) {
        String options = "fuzz --op tanh --engine " + Failing.class.getName() + " --save " + folder;
        Cli cli = Cli.run((options + " --seed 1 --count 1").split(" "));
        assertThat(cli.out()).doesNotContain("ran first");
        assertThat(folder.resolve("fuzz-1-failing-float64.json")).exists();

        Cli later = Cli.run((options + " --seed 50 --count 2").split(" "));
        assertThat(later.exit()).isEqualTo(Main.DISAGREE);
        assertThat(later.out())
                .contains("found seed 1 (float64)", "  ran first  what was saved in " + folder + ": seeds [1]");
    }

    /** An engine whose backward fails where there is a tanh: what is left of a program when it is small is the tanh. */
    public static final class FailingBackward extends GivenEngine {
        public FailingBackward() {
            super("failing-backward", dtype -> wrap(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> wrap(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                private boolean tanh;

                @Override
                public V apply(Op op, List<V> operands, Attributes attributes) {
                    tanh |= op == Ops.of("tanh");
                    return graph.apply(op, operands, attributes);
                }

                @Override
                public void backward(V root, Tensor cotangent) {
                    if (tanh) {
                        throw new IllegalStateException("no way back today");
                    }
                    graph.backward(root, cotangent);
                }
            };
        }
    }

    @Test
    void whatFailsInBackwardIsNamedAfterTheOpAndExplainedByAnEntryOfIt(@TempDir Path folder) throws IOException {
        Path known = Files.writeString(
                folder.resolve("known.json"),
                "[{\"case\": \"op/tanh-*\", \"kind\": \"defect\", \"because\": \"no way back\"}]");
        String fuzz = "fuzz --count 60 --op tanh,sin --dtype float64 --engine " + FailingBackward.class.getName();

        Cli told = Cli.run(fuzz.split(" "));
        assertThat(told.exit()).isEqualTo(Main.DISAGREE);
        assertThat(told.out()).containsPattern("  suspect    tanh on failing-backward, fails in backward: \\d+ runs");
        Cli explained = Cli.run((fuzz + " --known " + known).split(" "));
        assertThat(explained.exit()).isEqualTo(Main.AGREE);
        assertThat(explained.out()).containsPattern("  known      \\d+ runs: defect: no way back");
    }

    /** Lacks the nerve for tanh. */
    public static final class Failing extends GivenEngine {
        public Failing() {
            super("failing", Failing::graph);
        }

        private static Graph<?> graph(DType dtype) {
            return wrap(new MatrixEngine().newGraph(dtype));
        }

        private static <V> Graph<V> wrap(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<V> operands, Attributes attributes) {
                    if (op == Ops.of("tanh")) {
                        throw new IllegalStateException("no tanh today");
                    }
                    return graph.apply(op, operands, attributes);
                }
            };
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--count|0|--count: 0 programs are none",
                "--count|many|Invalid value for option '--count'",
                "--suspects|0|--suspects: 0 are none",
                "--minutes|-1|--minutes: -1.0 is no time",
                "--engine|numpy|--engine: there is no engine 'numpy'",
                "--engine|pytorch|--engine: pytorch is what engines are held against",
                "--seed|9223372036854775000|--seed: 1000 programs from seed 9223372036854775000 would need seeds above",
                "--dtype|int64|--dtype: 'int64' is neither float32 nor float64"
            })
    void wrongUsageIsOneLine(String option, String value, String message) {
        Cli cli = Cli.run("fuzz", option, value);
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().toList()).hasSize(1);
        assertThat(cli.err()).contains(message);
    }
}
