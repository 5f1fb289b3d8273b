package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mutants hunted on Spark, beside the same hunt in the threads of a process. */
@Tag("campaign-spark")
class MutantsOnSparkTest extends OnSpark {
    private Process start(String... more) throws IOException {
        List<String> verb = new ArrayList<>(List.of("mutants", "--case", "op/t*", "--count", "200", "--escaped"));
        verb.addAll(List.of(more));
        return start(List.of(), verb);
    }

    private String matrix() throws IOException {
        return Files.readString(folder.resolve("matrix"));
    }

    @Test
    void whatComesOutIsThatOfThreads() throws Exception {
        String threads = out(Main.AGREE, start());
        assertThat(threads).contains(" cases or 200 programs from seed 0\n", "\n  escapes    ");
        String withMatrix = out(Main.AGREE, start("--matrix", "matrix"));
        String matrix = matrix();
        assertThat(withMatrix).isEqualTo(threads + "  matrix     matrix\n");
        for (String master : List.of("local[1]", "local[2]", "local-cluster[2,1,1024]")) {
            assertThat(out(Main.AGREE, start("--master", master))).as(master).isEqualTo(threads);
            Files.delete(folder.resolve("matrix"));
            assertThat(out(Main.AGREE, start("--matrix", "matrix", "--master", master)))
                    .as(master)
                    .isEqualTo(withMatrix);
            assertThat(matrix()).as(master).isEqualTo(matrix);
        }
        assertThat(folder.resolve("err")).isEmptyFile();
    }

    /** Two workers, one of which is killed: Spark starts another, and runs again what it was at. */
    @Test
    void aKilledExecutorLosesNothing() throws Exception {
        out(Main.AGREE, start("--matrix", "matrix"));
        String matrix = matrix();
        Files.delete(folder.resolve("matrix"));
        Process driver = start("--matrix", "matrix", "--master", "local-cluster[2,1,1024]");
        awaitFinished(1, driver);
        // Here the workers live in the driver's process: its children are the executors.
        driver.children().findFirst().orElseThrow().destroyForcibly();
        out(Main.AGREE, driver);
        assertThat(matrix()).isEqualTo(matrix);
    }

    @Test
    void aKilledDriverGoesOnWhereItWas() throws Exception {
        String threads = out(Main.AGREE, start());
        Process killed = start("--master", "local[1]");
        awaitFinished(2, killed);
        killed.destroyForcibly().waitFor();
        long kept = finished();
        assertThat(kept).isGreaterThanOrEqualTo(2);
        assertThat(out(Main.AGREE, start("--master", "local[1]"))).isEqualTo(threads);
        assertThat(err())
                .startsWith("gradtwin: goes on: " + kept + " parts of ")
                .endsWith(" cases and programs are in target/gradtwin-campaign\n");
    }

    /** What is kept is of those files: another number in one of them, and it is another hunt. */
    @Test
    void fixturesThatChangedMeanwhileAreRefused() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("mine"));
        String fixture = Files.readString(Path.of("fixtures/op/tanh.json"));
        Files.writeString(mine.resolve("tanh.json"), fixture);
        List<String> verb = List.of("mutants", "--fixtures", "mine", "--count", "200", "--master", "local[1]");
        Process killed = start(List.of(), verb);
        awaitFinished(1, killed);
        killed.destroyForcibly().waitFor();
        Files.writeString(mine.resolve("tanh.json"), fixture.replace("-0.9413755384972874", "-0.9413"));
        assertThat(out(Main.BROKEN, start(List.of(), verb))).isEmpty();
        assertThat(err())
                .startsWith(
                        "gradtwin: --checkpoint: target/gradtwin-campaign holds a campaign that was not finished: ");
    }
}
