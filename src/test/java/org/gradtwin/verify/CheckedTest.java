package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.verify.Check.Against;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a test is told of one case: whether it passes, and the first messages. */
class CheckedTest {
    private static final Quantity Y = Quantity.value("y");

    /** Says the reason of a check, where there is one. */
    private record Plain(List<Check> checks, Optional<String> firstOffInWords) implements Checked {
        Plain(Check... checks) {
            this(List.of(checks), Optional.empty());
        }

        @Override
        public String caseName() {
            return "op/a";
        }

        @Override
        public DType dtype() {
            return DType.FLOAT64;
        }

        @Override
        public String engine() {
            return "own";
        }

        @Override
        public Optional<String> message(Check check) {
            return Optional.ofNullable(check.reason());
        }
    }

    private static Check of(Verdict verdict, String reason) {
        return Check.uncompared("op/a", "own", DType.FLOAT64, Y, verdict, reason);
    }

    private static Check number(double actual) {
        return ByHand.check("op/a", "own", DType.FLOAT64, Y, actual);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            disagree a                         | a
            agree n, disagree a, disagree b    | a;;b
            disagree a, disagree b, disagree c | a;;b;;… 3 checks fail, 2 messages are shown
            disagree a, disagree b, disagree c, disagree d | a;;b;;… 4 checks fail, 2 messages are shown
            disagree a, off, off               | a
            off, off                           | op/a on own in float64: 2 checks fail, the first is the value of y: null
            """)
    void theFirstMessagesAreShown(String checks, String message) {
        Plain plain = new Plain(Arrays.stream(checks.split(", "))
                .map(one -> one.equals("off")
                        ? number(2)
                        : of(Verdict.named(one.substring(0, one.indexOf(' '))), one.substring(one.indexOf(' ') + 1)))
                .toArray(Check[]::new));
        assertThatThrownBy(plain::requirePass)
                .isInstanceOf(AssertionError.class)
                .hasMessage(message.replace(";", "\n"));
    }

    @Test
    void whatAgreesOrWasSkippedPasses() {
        assertThatCode(
                        new Plain(number(1), of(Verdict.SKIPPED, "it lacks tanh"), of(Verdict.VACUOUS, "zeros"))
                                ::requirePass)
                .doesNotThrowAnyException();
        assertThatThrownBy(new Plain()::requirePass).hasMessage("op/a on own in float64: nothing was checked");
    }

    @Test
    void itIsSkippedWhereEverythingWas() {
        Check first = of(Verdict.SKIPPED, "first");
        assertThat(new Plain(first, of(Verdict.SKIPPED, "second")).skipped()).contains("first");
        assertThat(new Plain(of(Verdict.SKIPPED, null)).skipped()).contains("null");
        assertThat(new Plain(first, number(1)).skipped()).isEmpty();
        assertThat(new Plain(number(1), first).skipped()).isEmpty();
        assertThat(new Plain().skipped()).isEmpty();
    }

    @Test
    void inALineItSaysHowManyFailAndWhere() {
        assertThat(new Plain(number(1), number(2), of(Verdict.DULL, null)).inWords())
                .isEqualTo("op/a on own in float64: 2 of 3 checks fail");
        assertThat(new Plain(List.of(number(1)), Optional.of("there")).inWords())
                .isEqualTo("op/a on own in float64: 0 of 1 checks fail, first off there");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 |          | op/a: own against expect, value of y (float64): agree, 0 of 1 elements off, worst at []: 1.0, expected 1.0, 0.0 times what is allowed
            3 | it is so | op/a: own against expect, value of y (float64): disagree, 1 of 1 elements off, worst at []: 3.0, expected 1.0, 2000000.0 times what is allowed, it is so
            """)
    void aCheckIsALine(double actual, String reason, String line) {
        Check check = number(actual);
        assertThat(check.with(check.verdict(), reason)).hasToString(line);
    }

    @Test
    void aCheckWithoutNumbersSaysNone() {
        Check skipped = of(Verdict.SKIPPED, "it lacks tanh");
        assertThat(skipped).hasToString("op/a: own against expect, value of y (float64): skipped, it lacks tanh");
        assertThat(skipped.shape()).isNull();
        assertThat(skipped.sharpness()).isEmpty();
        assertThat(number(1).shape()).isEqualTo(Shape.of());
        assertThat(number(1).sharpness().orElseThrow().sharpness()).isEqualTo(1e-6);
    }

    @ParameterizedTest
    @CsvSource({
        "DISAGREE, , true",
        "DISAGREE, why, true",
        "VACUOUS, , true",
        "VACUOUS, why, false",
        "DULL, , true",
        "KNOWN, why, false",
        "AGREE, , false"
    })
    void aCheckFailsTheGateByItsVerdictAndReason(Verdict verdict, String reason, boolean fails) {
        assertThat(of(verdict, reason).failsGate()).isEqualTo(fails);
    }

    @ParameterizedTest
    @CsvSource({"PYTORCH, pytorch, PyTorch", "EXPECT, expect, the recorded PyTorch", "SCALAR, scalar, the scalar engine"
    })
    void whatAnEngineIsHeldAgainstHasAName(Against against, String key, String words) {
        assertThat(against.key()).isEqualTo(key);
        assertThat(against.words()).isEqualTo(words);
    }

    /** Of checks that have no number for one reason the first says so; of others each. */
    @Test
    void oneFailureIsSaidOnce() {
        Check first = of(Verdict.DISAGREE, "line 1: it threw");
        Check second = of(Verdict.DISAGREE, "line 1: it threw");
        Check other = of(Verdict.DISAGREE, "line 2: it threw");
        Check off = number(2);
        Trial trial = ByHand.trial(
                ByHand.named("op/a", "y = tanh(x)"),
                number(1),
                first,
                second,
                other,
                off,
                off.with(Verdict.DISAGREE, null));
        assertThat(trial.checks().stream().map(trial::message).map(Optional::isPresent))
                .containsExactly(false, true, false, true, true, true);
        assertThat(trial.checks().stream().map(trial::hasFailed))
                .containsExactly(false, true, true, true, false, false);
        assertThat(trial).hasToString("op/a on own in float64: 5 of 6 checks fail");
        assertThat(trial.firstOffInWords()).isEmpty();
    }

    @Test
    void aTrialSaysWhereItIsFirstOff() {
        Trial trial = ByHand.trial(ByHand.named("op/a", "y = tanh(x)"), Optional.of(Y), number(2));
        assertThat(trial.inWords())
                .isEqualTo(
                        "op/a on own in float64: 1 of 1 checks fail, first off value of y = tanh(x), line 1, 4.5e+15 ulp");
    }

    @Test
    void theWorstElementIsThatOfTheRecordedNumbers() {
        Check live = ByHand.check("op/a", "own", Against.PYTORCH, DType.FLOAT64, Y, 1, 3);
        Trial trial = ByHand.trial(ByHand.named("op/a", "y = tanh(x)"), live, of(Verdict.SKIPPED, "it"), number(2));
        assertThat(trial.worst(Y).orElseThrow().actual()).isEqualTo(2);
        assertThat(trial.worst(Quantity.grad("y"))).isEmpty();
        assertThat(trial.flags()).containsOnlyKeys("Kink");
    }
}
