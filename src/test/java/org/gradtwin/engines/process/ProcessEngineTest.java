package org.gradtwin.engines.process;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A child that breaks costs its program, is named, and is started again. */
@Execution(ExecutionMode.CONCURRENT)
@DisabledOnOs(OS.WINDOWS) // its processes end otherwise, and its shell quotes otherwise
class ProcessEngineTest {
    private static final Limits LIMITS = limits(20, 200);

    private static Limits limits(int seconds, long megabytes) {
        return new Limits(Duration.ofSeconds(60), Duration.ofSeconds(seconds), megabytes << 20);
    }

    private static ProcessEngine engine(String mode) {
        return engine(mode, LIMITS);
    }

    private static ProcessEngine engine(String mode, Limits limits) {
        return new ProcessEngine("hostile", HostileChild.command(mode), Path.of(""), Map.of(), limits);
    }

    private static Attempt square(ProcessEngine engine, double x) {
        Task task = new Task(
                Program.parse("y = x * x"),
                Map.of("x", new Input(Tensor.scalar(DType.FLOAT64, x), true)),
                "y",
                Tensor.scalar(DType.FLOAT64, 1));
        return Evaluator.attempt(engine, task, DType.FLOAT64);
    }

    private static void requireRight(ProcessEngine engine) {
        Evaluation evaluation = square(engine, 3).orThrow();
        assertThat(evaluation.get(Quantity.value("y"))).hasValue(Tensor.scalar(DType.FLOAT64, 9));
        assertThat(evaluation.get(Quantity.grad("x"))).hasValue(Tensor.scalar(DType.FLOAT64, 6));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    crashes | ended, exit code 134; on standard error it wrote: a last word
                    exits   | ended, exit code 0
                    hangs   | has not answered for 4.0 s
                    floods  | wrote a line of more than
                    babbles | wrote something else than JSON to standard output: loss = 0.25
                    half    | ended in the middle of a line
                    shape   | the value of node 1 has the shape [7], not []
                    dtype   | the value of node 1 is of float32, not float64
                    short   | the value of node 1 has 3 bytes, not the 8 of 1 elements of float64
                    silent  | gave no gradient of node 0
                    leaves  | ended, exit code 3
                    """)
    void aChildThatBreaksCostsItsProgramOnly(String mode, String message) {
        try (ProcessEngine engine = engine(mode, mode.equals("hangs") ? limits(4, 200) : LIMITS)) {
            requireRight(engine);
            Attempt broken = square(engine, 13);
            assertThat(broken.failures()).isNotEmpty();
            assertThat(broken.failures().values())
                    .allSatisfy(failure -> assertThat(failure)
                            .hasMessageContaining(message)
                            .extracting(EvaluationException::inWords, as(STRING))
                            .contains(message)
                            .doesNotContain("org.gradtwin"));
            requireRight(engine);
        }
    }

    /** It holds the pipes open, too: who waits for their end waits for it. */
    @Test
    void whatAChildLeavesBehindIsEnded() throws Exception {
        try (ProcessEngine engine = engine("leaves")) {
            String failure =
                    square(engine, 13).failures().values().iterator().next().getMessage();
            Matcher left = Pattern.compile("left (\\d+)").matcher(failure);
            assertThat(left.find()).isTrue();
            Optional<ProcessHandle> child = ProcessHandle.of(Long.parseLong(left.group(1)));
            if (child.isPresent()) {
                child.get().onExit().get(5, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void whatItHoldsIsBounded() {
        try (ProcessEngine engine = engine("eats", limits(20, 100))) {
            assertThat(square(engine, 13).failures().values())
                    .allSatisfy(failure -> assertThat(failure).hasMessageContaining("MB of memory, more than 100"));
        }
    }

    /** The second answer comes after the program is judged: it costs the next one, and nothing is taken for another's. */
    @Test
    void anAnswerThatNobodyAskedForIsNotTakenForTheNext() throws InterruptedException {
        try (ProcessEngine engine = engine("twice")) {
            square(engine, 13).orThrow();
            Thread.sleep(200);
            assertThat(square(engine, 3).failures().values())
                    .allSatisfy(failure ->
                            assertThat(failure).hasMessageContaining("wrote a line that nobody had asked for"));
            requireRight(engine);
        }
    }

    @Test
    void rightValuesStayRightWhereBackwardRaises() {
        try (ProcessEngine engine = engine("raises")) {
            Attempt attempt = square(engine, 13);
            assertThat(attempt.failures().keySet()).isEqualTo(Set.of(Quantity.grad("x"), Quantity.grad("y")));
            assertThat(attempt.failures().values())
                    .allSatisfy(failure -> assertThat(failure)
                            .hasMessageContaining("ZeroDivisionError: division by zero")
                            .hasMessageContaining("line 12, in backward")
                            .extracting(EvaluationException::inWords)
                            .isEqualTo(failure.getMessage()));
        }
    }

    @Test
    void aCommandThatIsNoneIsOneLine() {
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> new ProcessEngine("none", "exit 5", Path.of(""), Map.of(), LIMITS))
                .withMessage("engine none (exit 5) ended, exit code 5");
    }

    /** An op that it lacks is made of those that it has; no shape is special. */
    @Test
    void opsThatItLacksAreLowered() {
        try (ProcessEngine engine = engine("exits")) {
            Task task = new Task(
                    Program.parse("y = square(x)"),
                    Map.of("x", new Input(Tensor.full(DType.FLOAT64, Shape.SCALAR, 3), true)),
                    "y",
                    Tensor.scalar(DType.FLOAT64, 1));
            assertThat(Evaluator.attempt(engine, task, DType.FLOAT64).orThrow().get(Quantity.grad("x")))
                    .hasValue(Tensor.scalar(DType.FLOAT64, 6));
        }
    }
}
