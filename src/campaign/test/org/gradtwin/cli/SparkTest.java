package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Campaigns on Spark, each in a process of its own, beside the same one in the threads of a process. */
@Tag("campaign-spark")
class SparkTest extends OnSpark {
    private static final int HALT = 86;

    /** An engine of numbers that does something else in the place of erf. */
    abstract static class Faulty extends GivenEngine {
        Faulty(String name) {
            super(name, new ScalarEngine().dtypes(), dtype -> new ScalarEngine().newGraph(dtype));
        }

        abstract <V> V instead(Graph<V> graph, V right);

        @Override
        public Graph<?> newGraph(DType dtype) {
            return wrap(new ScalarEngine().newGraph(dtype));
        }

        private <V> Graph<V> wrap(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<V> operands, Attributes attributes) {
                    V right = graph.apply(op, operands, attributes);
                    return op == Ops.of("erf") ? instead(graph, right) : right;
                }
            };
        }
    }

    /** Has an erf that is a little off. */
    public static final class Wrong extends Faulty {
        public Wrong() {
            super("wrong");
        }

        @Override
        <V> V instead(Graph<V> graph, V right) {
            V one = graph.leaf(Tensor.scalar(DType.FLOAT64, 1 + 1e-6), false);
            return graph.apply(Ops.of("mul"), Arrays.asList(right, one), Attributes.NONE);
        }
    }

    /** Ends its process, as native code does. */
    public static final class Lethal extends Faulty {
        public Lethal() {
            super("lethal");
        }

        @Override
        <V> V instead(Graph<V> graph, V right) {
            Runtime.getRuntime().halt(HALT);
            return right;
        }
    }

    private Process start(String count, Class<?> engine, String... more) throws IOException {
        return start(List.of(), count, engine, more);
    }

    private Process start(List<String> properties, String count, Class<?> engine, String... more) throws IOException {
        List<String> verb = new ArrayList<>(List.of("fuzz", "--seed", "200", "--count", count));
        verb.addAll(List.of("--engine", "matrix," + engine.getName()));
        verb.addAll(List.of(more));
        return start(properties, verb);
    }

    private String onSpark(int exit, String master, String count, Class<?> engine) throws Exception {
        return out(exit, start(count, engine, "--master", master));
    }

    @Test
    void whatComesOutIsThatOfThreads() throws Exception {
        String threads = out(Main.DISAGREE, start("200", Wrong.class));
        assertThat(threads).contains("suspect    erf on wrong, the value is off: ", "200 programs from seed 200, ");
        for (String master : List.of("local[1]", "local[2]", "local[8]")) {
            assertThat(onSpark(Main.DISAGREE, master, "200", Wrong.class))
                    .as(master)
                    .isEqualTo(threads);
        }
        assertThat(folder.resolve("err")).isEmptyFile();
    }

    /** An engine in another language: each worker starts processes of its own, by the command or what engines.json says. */
    @Test
    void aStrangersProcessesStartOnTheWorkers() throws Exception {
        String command = "echo started >> '" + folder.resolve("starts") + "' && exec python3 '"
                + Path.of("src/adapters/python/micrograd.py").toAbsolutePath() + "'";
        Files.writeString(folder.resolve("engines.json"), "{\"stranger\": {\"command\": \"" + command + "\"}}");
        String[] given = {"--report", "report", "--engine", "stranger=" + command};
        String[] named = {"--report", "report", "--engine", "stranger", "--master", "local-cluster[2,1,1024]"};
        String threads = out(Main.DISAGREE, start("200", Wrong.class, given));
        assertThat(threads).contains("runs skipped: op unsupported by engine stranger: ");
        String page = page();
        long starts = starts();
        assertThat(out(Main.DISAGREE, start("200", Wrong.class, named))).isEqualTo(threads);
        assertThat(starts()).isGreaterThanOrEqualTo(starts + 3); // the driver and two workers
        assertThat(page()).isEqualTo(page).contains("stranger");
    }

    /** The page without what it says of time. */
    private String page() throws IOException {
        return Files.readString(folder.resolve("report/index.html")).split("<section id=\"speed\">")[0];
    }

    private long starts() throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("starts"))) {
            return lines.count();
        }
    }

    @Test
    void aCampaignStopsAtTheSameSuspectEverywhere() throws Exception {
        String threads = out(Main.DISAGREE, start("100000", Wrong.class, "--suspects", "1"));
        assertThat(threads).doesNotContain("100,000");
        assertThat(out(Main.DISAGREE, start("100000", Wrong.class, "--suspects", "1", "--master", "local[2]")))
                .isEqualTo(threads);
    }

    @Test
    void aKilledDriverGoesOnWhereItWas() throws Exception {
        String threads = out(Main.DISAGREE, start("400", Wrong.class));
        Process killed = start("400", Wrong.class, "--master", "local[2]");
        awaitFinished(2, killed);
        killed.destroyForcibly().waitFor();
        long kept = finished();
        assertThat(kept).isBetween(2L, 7L);
        assertThat(onSpark(Main.DISAGREE, "local[2]", "400", Wrong.class)).isEqualTo(threads);
        assertThat(err())
                .isEqualTo("gradtwin: goes on: " + kept + " parts of 50 programs are in target/gradtwin-campaign\n");
    }

    @Test
    void aFolderOfAnotherCampaignIsRefused() throws Exception {
        Process killed = start("400", Wrong.class, "--master", "local[2]");
        awaitFinished(1, killed);
        killed.destroyForcibly().waitFor();
        assertThat(onSpark(Main.BROKEN, "local[2]", "401", Wrong.class)).isEmpty();
        assertThat(err().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "gradtwin: --checkpoint: target/gradtwin-campaign holds a campaign that was not finished: gradtwin ")
                .endsWith("seeds 200 to 600; delete it, or name another folder");
    }

    /** Two workers, one of which is killed: Spark starts another, and runs again what it was at. */
    @Test
    void aKilledExecutorLosesNothing() throws Exception {
        String threads = out(Main.DISAGREE, start("400", Wrong.class));
        Process driver = start("400", Wrong.class, "--master", "local-cluster[2,1,1024]");
        awaitFinished(1, driver);
        // Here the workers live in the driver's process: its children are the executors.
        ProcessHandle executor = driver.children().findFirst().orElseThrow();
        executor.destroyForcibly();
        assertThat(out(Main.DISAGREE, driver)).isEqualTo(threads);
    }

    /** Each program that ends its process is told; in local mode that is the driver, which has to be started again. */
    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "local-cluster[2,1,1024]"})
    void aProgramThatEndsItsProcessIsToldWithItsSeed(String master) throws Exception {
        int starts = 0;
        Process process;
        do {
            starts++;
            assertThat(starts).isLessThan(6);
            process = start("200", Lethal.class, "--master", master);
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } while (process.exitValue() == HALT);
        assertThat(starts > 1).isEqualTo(master.startsWith("local["));
        String out = out(Main.BROKEN, process);
        assertThat(out)
                .contains("200 programs from seed 200, ", ": 0 disagree")
                .containsPattern("seed \\d+ ended the process: exit code " + HALT);
    }

    @Test
    void aMasterThatIsNoneIsWrongUsage() throws Exception {
        assertThat(onSpark(Main.USAGE, "nowhere", "10", Wrong.class)).isEmpty();
        assertThat(err().lines())
                .singleElement()
                .asString()
                .startsWith("gradtwin: --master: nowhere: Could not parse Master URL");
    }
}
