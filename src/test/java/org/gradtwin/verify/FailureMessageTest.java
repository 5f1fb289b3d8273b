package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.FixtureFile;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.TrainingTrial.Deviation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Isolated("sets the class path of the run")
class FailureMessageTest {
    private static final Tolerance EXACT = new Tolerance(0, 0, "exact");

    private static Discrepancy off(double expected, double actual) {
        return Comparison.of(Tensor.scalar(DType.FLOAT32, actual), Tensor.scalar(DType.FLOAT32, expected), EXACT)
                .worst();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.0000001, 1 ulp",
        "1, 1, 0 ulp",
        "2, 0, 8.4e+06 ulp",
        "0, 0.5, 0.5 abs",
        "0, 1e-45, 1.4e-45 abs",
        "1e-30, 1, 1 abs",
        "-2, 2, 4 abs",
        "1, NaN, not finite",
        "NaN, 1, not finite",
        "0, Infinity, not finite"
    })
    void theErrorIsInUlpWhereTheseSaySomething(double expected, double actual, String words) {
        assertThat(FailureMessage.error(off(expected, actual))).isEqualTo(words);
    }

    private static String message(double expected, double actual, String reason) {
        NamedCase named = FixtureSet.bundled("op/tanh*").select("op/tanh*").get(0);
        Optional<Tensor> right = Optional.of(Tensor.scalar(DType.FLOAT32, expected));
        Optional<Tensor> wrong = Optional.of(Tensor.scalar(DType.FLOAT32, actual));
        Quantity quantity = Quantity.value("y");
        Check check = new Check(
                named.name(),
                "scalar",
                Against.EXPECT,
                DType.FLOAT32,
                quantity,
                right,
                wrong,
                Comparison.of(wrong, right, EXACT),
                EXACT,
                Verdict.DISAGREE,
                reason);
        List<Check> checks = new ArrayList<>(List.of(check));
        return FailureMessage.of(new Trial(named, DType.FLOAT32, "scalar", checks, Optional.of(quantity)), check);
    }

    @Test
    void noMessageSaysUlpOfZero() {
        assertThat(message(0, 0.5, null))
                .doesNotContain("ulp")
                .doesNotContain("inf")
                .contains("error      0.5 abs\n", ", 0.5 abs");
        assertThat(message(1, 1.5, null)).contains("error      4.2e+06 ulp   0.5 abs   0.5 rel");
        assertThat(message(1, Double.NaN, null))
                .contains("error      not finite\n")
                .doesNotContain("inf ");
    }

    @Test
    void whatAnEngineSaysIsShownEscaped() {
        assertThat(message(0, 1, "\u001b[2J\u202eno"))
                .contains("problem    \\u001b[2J\\u202eno")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "-0.0, 0", "Infinity, inf", "-Infinity, -inf", "NaN, NaN", "0.1, 0.1", "-0.1, -0.1",
        "0.0999, 0.1", "0.0123, 0.012", "-1.25e-7, -1.3e-07", "0.994, 0.99", "0.995, 1", "0.25, 0.25", "1.04, 1",
        "-3.26, -3.3", "9.94, 9.9", "9.95, 10", "10, 10", "100.4, 100", "999999, 999999", "-999999, -999999",
        "1000000, 1e+06", "1234567, 1.2e+06", "-1e300, -1e+300", "4.5e15, 4.5e+15"
    })
    void aNumberHasTwoDigits(double value, String words) {
        assertThat(FailureMessage.number(value)).isEqualTo(words);
    }

    private static final Quantity Y = Quantity.value("y");

    private static Check check(double expected, double actual, Verdict verdict, String reason) {
        return ByHand.check("op/a", "matrix", Against.EXPECT, DType.FLOAT64, Y, expected, actual)
                .with(verdict, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            VACUOUS  |          | an all-zero answer would pass
            VACUOUS  | accepted | an all-zero answer would pass
            DULL     |          | an error of 1 % would pass
            DISAGREE |          | 1 of 1 elements, worst at []: 1.0 expected, but was 2.0, 4.5e+15 ulp
            DISAGREE | why      | why
            """)
    void whatIsOffFitsInALine(Verdict verdict, String reason, String line) {
        assertThat(FailureMessage.inALine(check(1, 2, verdict, reason))).isEqualTo(line);
    }

    @Test
    void withoutNumbersTheReasonIsTheLine() {
        assertThat(FailureMessage.inALine(
                        Check.uncompared("op/a", "matrix", DType.FLOAT64, Y, Verdict.DISAGREE, "line 1: \t\u0007")))
                .isEqualTo("line 1: \t\\u0007");
    }

    /** The message of the first check of a case, which is of the bundled ones. */
    private static String message(Optional<Quantity> firstOff, Check... checks) {
        NamedCase named = ByHand.named("op/a", "a = tanh(x)", "y = exp(a) * a");
        return FailureMessage.of(ByHand.trial(named, firstOff, checks), checks[0]);
    }

    @Test
    void aMessageSaysWhatHowMuchWhereAndHowToSeeItAgain() {
        Check gradient = ByHand.check(
                "op/a", "matrix", Against.EXPECT, DType.FLOAT64, Quantity.grad("a"), 2.320959414201429, 2.5);
        Check check = ByHand.check("op/a", "matrix", Against.PYTORCH, DType.FLOAT64, Y, 0.7335792264987984, 0.75);
        assertThat(message(Optional.of(Quantity.grad("a")), check, gradient)).isEqualTo("""
                op/a: matrix disagrees with PyTorch in the value of y (float64), 1 of 1 elements

                  worst at   []
                  expected   0.7335792264987984
                  but was    0.75
                  error      1.5e+14 ulp   0.016 abs   0.022 rel
                  allowed    rtol 1e-06, atol 0   (by hand)
                  truth      0.7335792264987984 in 50 digits: PyTorch is exact, matrix is 1.5e+14 ulp off
                  first off  gradient of a = tanh(x), line 1, 4e+14 ulp, passed back by y = exp(a)*a, line 2
                  case for   Kink: its slope
                  again      java -jar target/gradtwin.jar verify --case op/a --dtype float64 --engine matrix""");
    }

    @Test
    void aCheckThatNothingWouldFailAsksForOtherNumbers() {
        assertThat(message(Optional.empty(), check(1, 1, Verdict.DULL, null))).isEqualTo("""
                op/a: the check of the value of y (float64) on matrix is dull: an error of 1 % would pass, and nobody wrote down why

                  sharpness  1e-06
                  mend       take other numbers, or write why it stays in the case: "accepted": [{"dtype": "float64", "quantity": "value", "names": ["y"], "because": "…"}]
                  allowed    rtol 1e-06, atol 0   (by hand)
                  again      java -jar target/gradtwin.jar verify --case op/a --dtype float64 --engine matrix""");
        assertThat(FailureMessage.of(check(0, 0, Verdict.VACUOUS, null))).isEqualTo("""
                op/a: the check of the value of y (float64) on matrix is vacuous: an all-zero answer would pass, and nobody wrote down why

                  sharpness  1e-06
                  mend       take other numbers, or write why it stays in the case: "accepted": [{"dtype": "float64", "quantity": "value", "names": ["y"], "because": "…"}]
                  allowed    rtol 1e-06, atol 0   (by hand)""");
    }

    @Test
    void whatFailedIsSaidOnceForAllOfIt() {
        Check first = Check.uncompared("op/a", "matrix", DType.FLOAT64, Y, Verdict.DISAGREE, "line 1: it threw");
        Check alike = first.with(Verdict.DISAGREE, "line 1: it threw");
        Check other = first.with(Verdict.DISAGREE, "line 2: it threw");
        Check off = check(1, 2, Verdict.DISAGREE, null);
        assertThat(message(Optional.of(Quantity.value("a")), first, alike, other, off))
                .isEqualTo("""
                op/a: 2 of 4 checks of matrix (float64) have no number, the first is of the value of y

                  problem    line 1: it threw
                  first off  value of a = tanh(x), line 1
                  again      java -jar target/gradtwin.jar verify --case op/a --dtype float64 --engine matrix""");
    }

    /** Where something was found without an element that is off, there is none to show, and no truth to ask for. */
    @Test
    void aProblemIsSaidInsteadOfNumbers() {
        Check check = check(1, 2, Verdict.DISAGREE, "the shape is (2,), expected ()");
        Check shapes = new Check(
                check.caseName(),
                check.engine(),
                check.against(),
                check.dtype(),
                check.quantity(),
                check.expected(),
                check.actual(),
                new Comparison("the shape is (2,), expected ()", 0, 0, null),
                check.tolerance(),
                check.verdict(),
                check.reason());
        assertThat(message(Optional.empty(), shapes)).isEqualTo("""
                op/a: matrix disagrees with the recorded PyTorch in the value of y (float64)

                  problem    the shape is (2,), expected ()
                  allowed    rtol 1e-06, atol 0   (by hand)
                  case for   Kink: its slope
                  again      java -jar target/gradtwin.jar verify --case op/a --dtype float64 --engine matrix""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            value | a | value of a = tanh(x), line 1
            value | y | value of y = exp(a)*a, line 2, 4.5e+15 ulp
            value | x | value of x, an input
            grad  | x | gradient of x, an input, passed back by a = tanh(x), line 1
            grad  | a | gradient of a = tanh(x), line 1, passed back by y = exp(a)*a, line 2; b = a + 1, line 3
            grad  | y | gradient of y = exp(a)*a, line 2
            """)
    void whereItIsFirstOffIsAStatement(String kind, String name, String where) {
        NamedCase named = ByHand.named("op/a", "a = tanh(x)", "y = exp(a) * a", "b = a + 1");
        Quantity quantity = kind.equals("value") ? Quantity.value(name) : Quantity.grad(name);
        Trial trial = ByHand.trial(named, Optional.of(quantity), check(1, 2, Verdict.DISAGREE, null));
        assertThat(FailureMessage.firstOff(trial)).hasValue(where);
    }

    @Test
    void aLongStatementIsCut() {
        String sum = " = x" + " + x".repeat(28);
        for (String name : List.of("y".repeat(4), "y".repeat(5))) {
            String statement = name + sum;
            Trial trial = ByHand.trial(
                    ByHand.named("op/a", statement),
                    Optional.of(Quantity.value(name)),
                    check(1, 1, Verdict.DULL, null));
            String shown = statement.length() == 120 ? statement : statement.substring(0, 120) + "…";
            assertThat(FailureMessage.firstOff(trial)).hasValue("value of " + shown + ", line 1");
        }
    }

    private static String again(String engine, String root, String path) {
        NamedCase named = ByHand.named("op/a", "y = tanh(x)");
        NamedCase moved = new NamedCase(
                named.name(),
                new FixtureFile(
                        named.file().path(),
                        root + "/" + named.file().path(),
                        named.file().fixture()),
                named.given());
        Check check = Check.uncompared(named.name(), engine, DType.FLOAT64, Y, Verdict.DULL, null);
        String message =
                CommandLineTest.withClassPath(path, () -> FailureMessage.of(ByHand.trial(moved, check), check));
        return message.substring(message.indexOf("  again      ") + "  again      ".length());
    }

    /** Where the class path is long, by a test, in which a class is named as in Java. */
    @Test
    void anEngineOfALongClassPathIsSeenAgainInATest() {
        DescribedEngine.of(new CommandLineTest.OwnClass());
        String own = "org.gradtwin.verify.CommandLineTest.OwnClass";
        String path = "l".repeat(1001);
        assertThat(again("own-class", "fixtures", path))
                .isEqualTo("in a test: Verifier.trials(new " + own + "(), \"op/a\").forEach(Checked::requirePass)");
        assertThat(again("never-seen", "fixtures", path))
                .isEqualTo("in a test: Verifier.trials(engine, \"op/a\").forEach(Checked::requirePass)");
        assertThat(again("own-class", "my cases", path))
                .isEqualTo("in a test: @GradtwinTest(engine = " + own
                        + ".class, fixtures = \"my cases\", cases = \"op/a\")");
        assertThat(again("never-seen", "my cases", path))
                .isEqualTo(
                        "in a test: @GradtwinTest(engine = Engine.class, fixtures = \"my cases\", cases = \"op/a\")");
        assertThat(again("matrix", "my cases", path))
                .isEqualTo("java -jar target/gradtwin.jar verify --fixtures 'my cases' --case op/a --dtype float64"
                        + " --engine matrix");
        assertThat(again("own-class", "fixtures", "a.jar"))
                .endsWith(" -cp a.jar org.gradtwin.cli.Main verify --case op/a --dtype float64 --engine"
                        + " 'org.gradtwin.verify.CommandLineTest$OwnClass'");
    }

    private static TrainingTrial training(Verdict... verdicts) {
        NamedTraining adam = FixtureSet.bundled("training/adam-constant")
                .selectTrainings("training/adam-constant")
                .get(0);
        List<Check> checks = Stream.of(verdicts)
                .map(verdict -> ByHand.check(
                                adam.name(), "matrix", DType.FLOAT64, Quantity.value("loss in steps 1–2"), 2)
                        .with(verdict, null))
                .toList();
        return new TrainingTrial(
                adam, DType.FLOAT64, "matrix", checks, Collections.nCopies(12, 2.0), List.of(), Optional.empty());
    }

    private static TrainingTrial off(TrainingTrial trial) {
        Comparison comparison = Objects.requireNonNull(trial.checks().get(0).comparison());
        Deviation off = new Deviation(2, "loss", Objects.requireNonNull(comparison.worst()), ByHand.TOLERANCE);
        return new TrainingTrial(
                trial.given(),
                trial.dtype(),
                trial.engine(),
                trial.checks(),
                trial.losses(),
                trial.drift(),
                Optional.of(off));
    }

    @Test
    void aTrainingThatIsOffInNoStepSaysTheProblem() {
        TrainingTrial trial = training(Verdict.DISAGREE);
        Check check = trial.checks().get(0);
        assertThat(trial.message(check).orElseThrow())
                .startsWith("training/adam-constant: matrix disagrees with the recorded PyTorch in the value of loss in"
                        + " steps 1–2 (float64), 1 of 1 elements\n");
        assertThat(trial).hasToString("training/adam-constant on matrix in float64: 1 of 1 checks fail");
    }

    @Test
    void ofATrainingTheFirstStepOutsideIsSaidOnce() {
        TrainingTrial trial = off(training(Verdict.AGREE, Verdict.DISAGREE, Verdict.DISAGREE));
        assertThat(trial.checks().stream().map(trial::message).map(Optional::isPresent))
                .containsExactly(false, true, false);
        assertThat(trial.message(trial.checks().get(1)).orElseThrow()).isEqualTo("""
                training/adam-constant: matrix leaves the recorded PyTorch in step 2 of 12 (float64), 2 of 3 checks disagree

                  first off  loss of step 2
                  expected   1.0
                  but was    2.0
                  error      4.5e+15 ulp   1 abs   1 rel
                             1e+06 times what is allowed
                  allowed    rtol 1e-06, atol 0   (by hand)
                  rounding   allows one to follow 12 of 12 steps
                  again      java -jar target/gradtwin.jar verify --case training/adam-constant --dtype float64 --engine matrix""");
        assertThat(trial)
                .hasToString(
                        "training/adam-constant on matrix in float64: 2 of 3 checks fail, first off loss of step 2, 1e+06 times what is allowed");
    }

    @Test
    void aBluntCheckOfATrainingIsSaidByItself() {
        TrainingTrial trial = training(Verdict.DULL, Verdict.DISAGREE);
        assertThat(trial.message(trial.checks().get(0)).orElseThrow()).isEqualTo("""
                training/adam-constant: the check of the value of loss in steps 1–2 (float64) on matrix is dull: an error of 1 % would pass, and nobody wrote down why

                  sharpness  1e-06
                  mend       take other numbers, or write why it stays in the case: "accepted": [{"dtype": "float64", "quantity": "value", "names": ["loss in steps 1–2"], "because": "…"}]
                  allowed    rtol 1e-06, atol 0   (by hand)
                  again      java -jar target/gradtwin.jar verify --case training/adam-constant --dtype float64 --engine matrix""");
    }
}
