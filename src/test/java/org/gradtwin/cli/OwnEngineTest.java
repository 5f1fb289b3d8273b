package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that the class path offers as a service takes part on the command line. */
class OwnEngineTest {
    /** The scalar engine under another name: what is recorded for that one holds for every engine of float64 alone. */
    public static final class Own extends GivenEngine {
        public Own() {
            super("own", new ScalarEngine().dtypes(), new ScalarEngine()::newGraph);
        }
    }

    /** Has no backward. */
    public static final class Idle extends GivenEngine {
        public Idle() {
            super("idle", dtype -> lacking(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> lacking(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public void backward(V root, Tensor cotangent) {
                    throw new UnsupportedOpException(Ops.of("tanh"), "there is no backward");
                }
            };
        }
    }

    /** Cannot be chosen by name. */
    public static final class Comma extends GivenEngine {
        public Comma() {
            super("one,two", new MatrixEngine()::newGraph);
        }
    }

    /** Has the name of another. */
    public static final class Second extends GivenEngine {
        public Second() {
            super("scalar", new MatrixEngine()::newGraph);
        }
    }

    /** Has a wrong tanh, and ends the run once another one was made: for the last check of a finding. */
    public static final class Ending extends WrongTanh {
        private static final AtomicInteger MADE = new AtomicInteger();
        private final int number = MADE.incrementAndGet();

        public Ending() {
            super("ending");
        }

        @Override
        public Graph<?> newGraph(DType dtype) {
            if (number < MADE.get()) {
                throw new EngineUnavailableException("the engine is gone");
            }
            return super.newGraph(dtype);
        }
    }

    /** Passes no gradient back. */
    public static final class Still extends GivenEngine {
        public Still() {
            super("still", dtype -> still(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> still(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public void backward(V root, Tensor cotangent) {
                    graph.backward(root, Tensor.of(cotangent.dtype(), cotangent.shape(), new double[cotangent.size()]));
                }
            };
        }
    }

    /** The command in a message works as it stands: with the class path of its run, and the class of an engine that is no service. */
    @Test
    void itsFailureIsSeenAgainByTheCommandInTheMessage(@TempDir Path folder) throws Exception {
        assumeTrue(File.separatorChar == '/', "the command is for a Unix shell");
        Path jar = ChildJava.jar(folder);
        List<String> first = ChildJava.run(
                folder,
                Main.DISAGREE,
                "-cp",
                jar.toString(),
                Main.class.getName(),
                "verify",
                "--engine",
                Still.class.getName(),
                "--case",
                "op/tanh-matrix");
        String again = first.stream()
                .filter(line -> line.startsWith("  again "))
                .findFirst()
                .orElseThrow()
                .substring("  again ".length())
                .strip();
        assertThat(again)
                .startsWith("java -cp child.jar org.gradtwin.cli.Main verify --case op/tanh-matrix --dtype float32")
                .endsWith(" --engine '" + Still.class.getName() + "'");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process second = new ProcessBuilder("sh", "-c", java + again.substring("java".length()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("second").toFile())
                .start();
        assertThat(second.waitFor()).isEqualTo(Main.DISAGREE);
        assertThat(Files.readAllLines(folder.resolve("second"))).contains("  again      " + again);
    }

    /** In a test the class path holds every library: there it is a line of Java. */
    @Test
    void inATestItIsSeenAgainByALineOfJava() {
        Trial trial = Verifier.trials(new Still(), "op/tanh-matrix").findFirst().orElseThrow();
        assertThatThrownBy(trial::requirePass)
                .hasMessageContaining(
                        "  again      in a test: Verifier.trials(new org.gradtwin.cli.OwnEngineTest.Still(),"
                                + " \"op/tanh-matrix\").forEach(Checked::requirePass)");
    }

    @Test
    void aClassThatIsNoEngineIsRefusedInALine() {
        assertThat(Cli.run("verify", "--engine", "java.lang.String").err())
                .startsWith("gradtwin: --engine: java.lang.String is no org.gradtwin.engine.Engine");
        assertThat(Cli.run("verify", "--engine", "org.example.None").err())
                .startsWith("gradtwin: --engine: there is no engine 'org.example.None' among [")
                .contains("and no such class on the class path");
    }

    private static Cli run(Path services, Class<? extends Engine> engine, String... arguments) throws IOException {
        Path file = services.resolve("META-INF/services/" + Engine.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, engine.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {services.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            return Cli.run(arguments);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void isVerifiedAndDrawn(@TempDir Path folder) throws IOException {
        String report = folder.resolve("report").toString();
        Cli cli = run(folder, Own.class, "verify", "--engine", "own", "--case", "op/s*", "--report", report);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).contains(" own ").contains(" 0 disagree");
        Path drawing = folder.resolve("power.svg");
        assertThat(run(
                                folder,
                                Own.class,
                                "draw",
                                "--case",
                                "notebook/power",
                                "--engine",
                                "own",
                                "--out",
                                drawing.toString())
                        .exit())
                .isZero();
        assertThat(drawing).isNotEmptyFile();
    }

    @Test
    void oneThatGivesNoNumberDoesNotPass(@TempDir Path folder) throws IOException {
        String report = folder.resolve("report").toString();
        Cli cli =
                run(folder, Idle.class, "verify", "--engine", "scalar,idle", "--case", "op/tanh-*", "--report", report);
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.err()).isEqualToIgnoringNewLines("gradtwin: nothing was compared on idle: no number came of it");
        assertThat(run(folder, Idle.class, "verify", "--engine", "scalar", "--case", "op/tanh-*", "--report", report)
                        .exit())
                .isEqualTo(Main.AGREE);
    }

    @Test
    void whatFuzzFindsIsPrintedBeforeTheRunEnds(@TempDir Path folder) throws IOException {
        Cli cli = run(folder, Ending.class, "fuzz", "--engine", "ending", "--count", "1000");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().lines().toList()).containsExactly("gradtwin: the engine is gone");
        assertThat(cli.out())
                .contains("ending disagrees with the twin in the value of")
                .contains(" = tanh(");
    }

    @Test
    void oneWhoseNameIsOfNoUseIsToldInALine(@TempDir Path folder) throws IOException {
        Cli comma = run(folder, Comma.class, "verify");
        assertThat(comma.exit()).isEqualTo(Main.BROKEN);
        assertThat(comma.err().lines())
                .singleElement()
                .asString()
                .contains("OwnEngineTest$Comma is called 'one,two': an engine's name is of letters, digits and");
        Cli second = run(folder, Second.class, "fuzz", "--count", "1");
        assertThat(second.exit()).isEqualTo(Main.BROKEN);
        assertThat(second.err().lines())
                .singleElement()
                .asString()
                .contains("OwnEngineTest$Second is called scalar, as another engine is");
    }
}
