package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a process before its end, and what a process says that comes to it. */
@Tag("process")
class CompletionTest {
    @TempDir
    private Path folder;

    /** Ends the process, as a script does that is done. */
    public static final class Exiting extends GivenEngine {
        public Exiting() {
            super("exiting", dtype -> exiting(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> exiting(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public void backward(V root, Tensor cotangent) {
                    System.exit(0);
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify --case op/tanh-matrix --engine ", "fuzz --count 1 --engine matrix,"})
    void anEngineThatExitsPassesNoRun(String verb) throws Exception {
        List<String> out = ChildJava.run(folder, Main.BROKEN, (verb + Exiting.class.getName()).split(" "));
        assertThat(out).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("err")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .matches("gradtwin: System.exit was called in "
                                + (verb.startsWith("fuzz") ? "single ops" : "case op/tanh-matrix \\(float(32|64)\\)")
                                + ", engine exiting at org.gradtwin.cli.CompletionTest\\$Exiting.*\\(CompletionTest.java:\\d+\\):"
                                + " the run did not come to its end, nothing is reported"));
    }

    /** Neither libtorch, which warns of a variance without degrees of freedom, nor Java, of the module of the Vector API. */
    @Test
    void aRunThatPassesWritesNothingToStandardError() throws Exception {
        List<String> out = ChildJava.run(folder, Main.AGREE, "verify", "--case", "op/var*,op/tanh-matrix");
        assertThat(folder.resolve("err")).isEmptyFile();
        assertThat(out).isNotEmpty();
        assertThat(folder.resolve("target/gradtwin/report.json")).content().contains("\"kernels\" : \"vector\"");
    }
}
