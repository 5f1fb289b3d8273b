package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.process.Limits;
import org.gradtwin.engines.process.ProcessEngine;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kits in other languages, under the adapters that come with them. */
@DisabledOnOs(OS.WINDOWS) // has another shell
class AdaptersTest {
    private static final String DUAL = "src/test/resources/adapters/dual.mjs";

    private static void assumeThereIs(String program) throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "there is no " + program + " on this machine");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    python3, src/adapters/python/micrograd.py
                    node,    src/adapters/javascript/micrograd.mjs
                    """)
    void everyAdapterIsRight(String program, String file) throws InterruptedException {
        assumeThereIs(program);
        Cli cli = Cli.run("adapter", "check", program + " " + file);
        assertThat(cli.out()).contains(": 15 right, 0 wrong, ").contains("\n7 ops in 11 calls: 7 right, 0 wrong\n");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
    }

    /** What raises, in the value or in backward, what refuses, and what the engine lacks for all that it names it. */
    @Test
    void opsThatFailAreToldOneByOne() throws InterruptedException {
        assumeThereIs("node");
        Cli cli = Cli.run("adapter", "check", "node " + DUAL);
        assertThat(cli.out())
                .contains(": 4 right, 0 wrong, ")
                .contains("wrong    cos: y = cos(x): line 1: RangeError: no cosine ")
                .contains("wrong    exp: y = exp(x): backward: Error: no slope ")
                .contains("wrong    log: y = log(x): line 1: refused: no logarithm (op/log-scalar)\n")
                .contains("8 ops in 7 calls: 4 right, 3 wrong, not called: tan\n");
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
    }

    /** A number for an exponent that is not looked at is right for one exponent alone. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a**exponent                                            | a**2                       | wrong    pow: y = x**0: value of y is
                    lambda a, exponent: a**exponent                        | lambda a: a**2             | wrong    pow: y = x**0: line 1: TypeError: Adapter.<lambda>() got an unexpected keyword argument 'exponent'
                    "relu": Value.relu                                     | "relu": Value.tanh         | wrong    relu: y = relu(x): value of y is
                    self.data * other.data                                 | self.data * other.data + 1 | wrong    mul: y = -3*x: value of y is
                    """)
    void anOpThatIsCalledWronglyIsTold(String right, String wrong, String line, @TempDir Path folder)
            throws IOException, InterruptedException {
        assumeThereIs("python3");
        Path python = Path.of("src", "adapters", "python");
        Files.copy(python.resolve("gradtwin.py"), folder.resolve("gradtwin.py"));
        String adapter = Files.readString(python.resolve("micrograd.py"));
        assertThat(adapter).contains(right);
        Files.writeString(folder.resolve("odd.py"), adapter.replace(right, wrong));
        Cli cli = Cli.run("adapter", "check", "python3 '" + folder.resolve("odd.py") + "'");
        assertThat(cli.out().lines().filter(each -> each.startsWith("wrong ") && each.contains(": y")))
                .anyMatch(each -> each.startsWith(line));
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
    }

    /** The page of the tutorial is an adapter as it stands, of an engine that the project has nothing of. */
    @Test
    void theAdapterOfTheTutorialIsRight(@TempDir Path folder) throws IOException, InterruptedException {
        assumeThereIs("python3");
        Path page = Path.of("src", "docs", "adapter.md");
        Matcher code = Pattern.compile("```python\n(import gradtwin\n.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page));
        assertThat(code.find()).isTrue();
        Files.writeString(folder.resolve("adapter.py"), code.group(1));
        Files.copy(Path.of("src", "adapters", "python", "gradtwin.py"), folder.resolve("gradtwin.py"));
        Files.copy(Path.of("src", "test", "resources", "adapters", "tinytape.py"), folder.resolve("tinytape.py"));
        Cli cli = Cli.run("adapter", "check", "python3 '" + folder.resolve("adapter.py") + "'");
        assertThat(cli.out())
                .contains(": 15 right, 0 wrong, 0 skipped")
                .containsPattern("\\n7 ops in \\d+ calls: 7 right, 0 wrong\\n");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(code.group(1).lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(40);
    }

    /** What is no value, number or tensor, and the line that says what to give. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    Scalars | [a[0] + b[0]] | complex(value[0]) | 1.0  | data(value) gave (0.75+0j), of type complex: give a float, or raise gradtwin.Unsupported("why")
                    Scalars | [a[0] + b[0]] | str(value[0])     | 1.0  | data(value) gave '0.75', of type str: give a float
                    Scalars | [a[0] + b[0]] | value             | 1.0  | data(value) gave [0.75], of type list: give a float
                    Scalars | [a[0] + b[0]] | value[0]          | None | grad(value) gave None, of type NoneType: give a float
                    Scalars | None          | value[0]          | 1.0  | the adapter's function for add gave None: is there a return?
                    Engine  | [a[0] + b[0]] | value             | 1.0  | tensor(value, dtype) gave a list, no gradtwin.Tensor
                    Engine  | [a[0] + b[0]] | gradtwin.Tensor(dtype, (), b'1234')      | 1.0 | a Tensor of float64 and shape () has 8 bytes, not 4
                    Engine  | [a[0] + b[0]] | gradtwin.Tensor('complex128', (), b'12') | 1.0 | a Tensor is of float32, float64, int64, bool, not of complex128
                    """)
    void whatIsNoNumberInPythonIsToldWithWhatToGive(
            String level, String add, String data, String grad, String message, @TempDir Path folder)
            throws IOException, InterruptedException {
        assumeThereIs("python3");
        Files.copy(Path.of("src", "adapters", "python", "gradtwin.py"), folder.resolve("gradtwin.py"));
        Files.writeString(folder.resolve("odd.py"), """
                        import gradtwin

                        class Odd(gradtwin.%s):
                            name = version = "odd"
                            ops = {"add": lambda a, b: %s, "mul": lambda a, b: [a[0] * b[0]]}
                            number = lambda self, value, requires_grad: [value]
                            leaf = lambda self, tensor, requires_grad: tensor.elements()
                            backward = lambda self, root: None
                            %s = lambda self, value, dtype=None: %s
                            grad = lambda self, value: %s

                        gradtwin.serve(Odd())
                        """.formatted(
                        level, add, level.equals("Scalars") ? "data" : "tensor", data, grad));
        Cli cli = Cli.run("adapter", "check", "python3 '" + folder.resolve("odd.py") + "'");
        assertThat(cli.out()).contains("TypeError: " + message);
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
    }

    @Test
    void whatIsNoNumberInJavaScriptIsToldWithWhatToGive(@TempDir Path folder) throws IOException, InterruptedException {
        assumeThereIs("node");
        Files.copy(Path.of("src", "adapters", "javascript", "gradtwin.mjs"), folder.resolve("gradtwin.mjs"));
        Files.writeString(folder.resolve("odd.mjs"), """
                        import { Scalars, serve } from "./gradtwin.mjs";

                        class Odd extends Scalars {
                          name = "odd";
                          version = "1";
                          ops = { add: (a, b) => ({ data: `${a.data + b.data}` }), mul: (a, b) => {} };
                          number(data) { return { data }; }
                        }

                        serve(new Odd());
                        """);
        Cli cli = Cli.run("adapter", "check", "node '" + folder.resolve("odd.mjs") + "'");
        assertThat(cli.out())
                .contains("data(value) gave 1, of type string: give a number")
                .contains("the adapter's function for mul gave undefined: is there a return?");
    }

    /** Two engines of the same ops in two languages get the same cases, and agree on those that have no kink. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                    python3, src/adapters/python/micrograd.py
                    node,    src/adapters/javascript/micrograd.mjs
                    """)
    void aNotebookIsRightOnAnEngineOfSevenOps(String program, String file) throws InterruptedException {
        assumeThereIs(program);
        Cli cli = Cli.run(
                "verify",
                "--engine",
                "it=" + program + " " + file,
                "--case",
                "notebook/testing-expression,op/expand-mask,op/triu-causal,op/cumsum-scalar,op/matmul-indices,"
                        // NaN is the largest and the smallest of all: what the harness makes of it is no choice of the
                        // engine's.
                        + "op/maximum-special,op/maximum-points,op/minimum-special,op/amax-special,op/amin-special",
                "--report",
                "target/gradtwin/adapters");
        assertThat(cli.out()).doesNotContain("disagree at").doesNotContain("convention");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
    }

    /** To make a finding smaller, fuzz starts the engine once more, by its command. */
    @Tag("process")
    @Test
    void aDefectBehindAnAdapterIsMadeSmall(@TempDir Path folder) throws IOException, InterruptedException {
        assumeThereIs("python3");
        Path python = Path.of("src", "adapters", "python");
        Files.copy(python.resolve("gradtwin.py"), folder.resolve("gradtwin.py"));
        String engine = Files.readString(python.resolve("micrograd.py"));
        assertThat(engine).contains("math.tanh(self.data)");
        Files.writeString(
                folder.resolve("wrong.py"), engine.replace("math.tanh(self.data)", "1.1 * math.tanh(self.data)"));
        Cli cli = Cli.run(
                "fuzz",
                "--engine",
                "wrong=python3 '" + folder.resolve("wrong.py") + "'",
                "--op",
                "tanh",
                "--count",
                "30");
        assertThat(cli.err()).doesNotContain("unexpected");
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out()).contains("tanh(").contains("wrong=python3");
    }

    /** JSON has no infinity. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                    python3, src/adapters/python/micrograd.py
                    node,    src/adapters/javascript/micrograd.mjs
                    """)
    void anInfiniteAttributeArrivesAsANumber(String program, String file) throws InterruptedException {
        assumeThereIs(program);
        Attempt attempt = ask(program + " " + file, "y = pow(h, float('inf'))");
        assertThat(attempt.orThrow().get(Quantity.grad("h")))
                .hasValue(Tensor.scalar(DType.FLOAT64, Double.POSITIVE_INFINITY));
    }

    private static Attempt ask(String statement) {
        return ask("node " + DUAL, statement);
    }

    private static Attempt ask(String command, String statement) {
        try (ProcessEngine engine = new ProcessEngine("it", command, Path.of(""), Map.of(), Limits.DEFAULT)) {
            Task task = new Task(
                    Program.parse(List.of("h = x * x", statement)),
                    Map.of("x", new Input(Tensor.scalar(DType.FLOAT64, 2), true)),
                    "y",
                    Tensor.scalar(DType.FLOAT64, 1));
            return Evaluator.attempt(engine, task, DType.FLOAT64);
        }
    }

    @Test
    void aFunctionalEngineInJavaScriptGivesGradientsOfComputedValues() throws InterruptedException {
        assumeThereIs("node");
        Attempt attempt = ask("y = sin(h)");
        assertThat(attempt.orThrow().get(Quantity.grad("h")))
                .hasValueSatisfying(grad -> assertThat(grad.get(0)).isEqualTo(Math.cos(4)));
    }

    @Test
    void anExceptionInJavaScriptIsToldWithItsClassAndPlace() throws InterruptedException {
        assumeThereIs("node");
        Attempt attempt = ask("y = cos(h)");
        assertThat(attempt.failures().get(Quantity.value("y")))
                .hasMessageContaining("RangeError: no cosine")
                .hasMessageContaining("dual.mjs");
        assertThat(attempt.failures()).containsKey(Quantity.grad("x"));
    }

    @Test
    void rightValuesStayRightWhereBackwardFailsInJavaScript() throws InterruptedException {
        assumeThereIs("node");
        Attempt attempt = ask("y = exp(h)");
        assertThat(attempt.evaluation().get(Quantity.value("y")))
                .hasValueSatisfying(y -> assertThat(y.get(0)).isEqualTo(Math.exp(4), offset(1e-12)));
        assertThat(attempt.failures().get(Quantity.grad("x"))).hasMessageContaining("no slope");
    }

    @Test
    void aLackAndARefusalInJavaScriptAreWhatTheyAre() throws InterruptedException {
        assumeThereIs("node");
        assertThatExceptionOfType(UnsupportedOpException.class)
                .isThrownBy(() -> ask("y = tan(h)"))
                .withMessage("tan: no tangent");
        assertThat(ask("y = log(h)").failures().get(Quantity.value("y"))).hasMessageContaining("no logarithm");
    }
}
