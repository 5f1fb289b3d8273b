package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

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

    /** Cannot be made. */
    public static final class Unmade extends GivenEngine {
        public Unmade() {
            super("unmade", new MatrixEngine()::newGraph);
            throw new IllegalStateException("no device");
        }
    }

    /** Prints what it computes, and closes the output. */
    public static final class Talking extends GivenEngine {
        public Talking() {
            super("talking", dtype -> {
                System.out.println("computing in " + dtype);
                System.out.close();
                return new MatrixEngine().newGraph(dtype);
            });
        }
    }

    /** Prints as native code does, past {@link System#out}. */
    public static final class Native extends GivenEngine {
        public Native() {
            super("native", dtype -> {
                new PrintStream(new FileOutputStream(FileDescriptor.out)).println("computing in " + dtype);
                return new MatrixEngine().newGraph(dtype);
            });
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

    /** Ends its process over an exponential. */
    public static final class Halting extends GivenEngine {
        public Halting() {
            super("halting", dtype -> halting(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> halting(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                    if (op.id().equals("exp")) {
                        System.err.println("out of luck");
                        Runtime.getRuntime().halt(134);
                    }
                    return graph.apply(op, operands, attributes);
                }
            };
        }
    }

    /** In a process of its own even a halt costs its program only; the others are judged, and the exit code is that of a failure. */
    @Tag("process")
    @Test
    @DisabledOnOs(OS.WINDOWS) // its shell quotes otherwise
    void oneThatEndsItsProcessCostsItsProgramOnlyWhereItIsIsolated(@TempDir Path report) {
        String cases = "op/tanh-matrix,op/exp-matrix,op/tanh-vector";
        String engine = Halting.class.getName();
        Cli cli = Cli.run("verify", "--engine", engine, "--isolate", "--case", cases, "--report", report.toString());
        assertThat(cli.out())
                .contains("halting", "ended, exit code 134; on standard error it wrote: out of luck")
                .contains("halting 24 agree, 12 disagree")
                .contains("cli.Isolated '\\''" + engine);
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
    }

    /** What its native code prints is not taken for its answers. */
    @Tag("process")
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void oneWhoseNativeCodePrintsIsHeardWhereItIsIsolated(@TempDir Path report) {
        Cli cli = Cli.run(
                "verify",
                "--engine",
                Native.class.getName(),
                "--isolate",
                "--case",
                "op/tanh-vector",
                "--report",
                report.toString());
        assertThat(cli.out()).contains("native 12 agree");
        assertThat(cli.exit()).isZero();
    }

    /** Attributes of every kind, subscripts, indices, masks, refusals and gradients of gradients pass the protocol as they are. */
    @Tag("process")
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anIsolatedEngineGivesWhatItGivesInThisProcess(@TempDir Path report) {
        String cases = "op/pad-*,op/tensordot-pair*,op/einsum-t*,op/index-n*,op/clamp-n*,op/embedding-floating,"
                + "composition/index-curvature,op/pow-zero*,op/where-m*,op/sort-d*";
        List<String> totals = Stream.of("--isolate", "--timeout=60")
                .map(option -> Cli.run(
                                "verify", "--engine", "matrix", option, "--case", cases, "--report", report.toString())
                        .out()
                        .lines()
                        .filter(line -> line.contains(" checks: "))
                        .findFirst()
                        .orElseThrow())
                .toList();
        assertThat(totals.get(0)).contains(" 0 disagree").isEqualTo(totals.get(1));
    }

    /** The command in a message works as it stands: with the class path of its run, and the class of an engine that is no service. */
    @Tag("process")
    @Test
    void itsFailureIsSeenAgainByTheCommandInTheMessage(@TempDir Path folder) throws Exception {
        assumeTrue(File.separatorChar == '/', "the command is for a Unix shell");
        Path jar = ChildJava.jar(folder);
        Process run = ChildJava.start(
                folder,
                "-cp",
                jar.toString(),
                Main.class.getName(),
                "verify",
                "--engine",
                Still.class.getName(),
                "--case",
                "op/tanh-matrix");
        List<String> first = ChildJava.ended(run, folder, Main.DISAGREE);
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
        Cli cli = run(folder, Own.class, "verify", "--engine", "own", "--case", "op/sin*", "--report", report);
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Comma  | is called 'one,two': an engine's name is of letters, digits and . _ -, as --engine takes it
                    Second | is called scalar, as another engine is: rename it
                    Unmade | cannot be made: java.lang.IllegalStateException: no device
                    """)
    void oneThatIsOfNoUseIsToldAndTheOthersAreJudged(String type, String told, @TempDir Path folder)
            throws ReflectiveOperationException, IOException {
        Class<? extends Engine> engine =
                Class.forName(OwnEngineTest.class.getName() + "$" + type).asSubclass(Engine.class);
        Path report = folder.resolve("report");
        String[] arguments = {"verify", "--case", "op/tanh-matrix", "--report", report.toString()};
        Cli cli = run(folder, engine, arguments);
        assertThat(cli.err().lines())
                .singleElement()
                .asString()
                .isEqualTo("gradtwin: left out: " + engine.getName() + " " + told);
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.out()).contains(" 0 disagree");
        assertThat(report.resolve("report.json")).isNotEmptyFile();

        Cli other = run(
                folder,
                engine,
                "verify",
                "--case",
                "op/tanh-matrix",
                "--report",
                report.toString(),
                "--engine",
                "scalar");
        assertThat(other.err()).isEmpty();
        assertThat(other.exit()).isEqualTo(Main.AGREE);

        Cli named = run(
                folder,
                engine,
                "verify",
                "--case",
                "op/tanh-matrix",
                "--report",
                report.toString(),
                "--engine",
                engine.getName());
        assertThat(named.exit()).isEqualTo(Main.BROKEN);
        assertThat(named.err()).isEqualToIgnoringNewLines("gradtwin: " + engine.getName() + " " + told);
    }

    @Tag("process")
    @Test
    void whatAnEnginePrintsIsNoPartOfTheOutput(@TempDir Path folder) throws Exception {
        List<String> out = ChildJava.run(
                folder,
                Main.AGREE,
                ("verify --json --case op/tanh-matrix --engine " + Talking.class.getName()).split(" "));
        assertThat(JsonMapper.shared()
                        .readTree(String.join("\n", out))
                        .path("format")
                        .asString())
                .isEqualTo("gradtwin-report-2");
        assertThat(folder.resolve("err")).content().contains("computing in FLOAT32");
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        assertThat(Cli.run("verify", "--timeout", "0", "--case", "op/tanh-matrix")
                        .err())
                .startsWith("gradtwin: --timeout: 0.0 is no time: seconds above 0");
    }
}
