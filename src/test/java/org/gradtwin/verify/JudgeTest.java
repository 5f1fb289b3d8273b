package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.Backward;
import org.gradtwin.fixture.Expectation;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.Waiver;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check.Against;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which verdict a quantity gets, by what was recorded of it and what engines answered. */
class JudgeTest {
    private static final Quantity X = Quantity.grad("x");

    private static final String ACCEPTED =
            "the fixture accepts this check as vacuous or dull, but it is neither: take the remark out";

    private static Optional<Tensor> tensor(DType dtype, String number) {
        return number.equals("none") ? Optional.empty() : Optional.of(Tensor.scalar(dtype, Double.parseDouble(number)));
    }

    private static Answer answer(DType dtype, String words) {
        if (words.equals("lacks")) {
            return new Answer.Skipped("it lacks tanh");
        }
        boolean fails = words.startsWith("fails");
        IllegalStateException thrown = new IllegalStateException(words);
        thrown.setStackTrace(new StackTraceElement[0]);
        return new Answer.Evaluated(new Attempt(
                new Evaluation("any", dtype, fails ? Map.of() : Map.of(X, tensor(dtype, words))),
                fails ? Map.of(X, new EvaluationException(1, thrown)) : Map.of()));
    }

    /** A case in which that is recorded of x in a type; remarks are {@code drift}, {@code accepted}, {@code rtol=2}, {@code truth=3}. */
    private static NamedCase named(DType dtype, String recorded, String remarks) {
        List<Waiver> drift = new ArrayList<>();
        List<Waiver> accepted = new ArrayList<>();
        Map<Quantity, Tensor> truth = new TreeMap<>(Quantity.ORDER);
        Tolerance tolerance = ByHand.TOLERANCE;
        for (String remark : remarks.split(" ")) {
            double number = Double.parseDouble("0" + remark.replaceAll("[^0-9.]", ""));
            switch (remark.replaceAll("=.*", "")) {
                case "drift" -> drift.add(new Waiver(dtype, X.kind(), List.of("x"), "it changed"));
                case "accepted" -> accepted.add(new Waiver(dtype, X.kind(), List.of("x"), "all zeros"));
                case "rtol" -> tolerance = new Tolerance(number, 0, "wide");
                case "truth" -> truth.put(X, Tensor.scalar(dtype, number));
                default -> assertThat(remark).isEmpty();
            }
        }
        Expectation expectation = new Expectation(
                Map.of(dtype, Map.of(X, tensor(dtype, recorded))),
                Map.of(dtype, Map.of(X, tolerance)),
                Map.of(dtype, truth));
        NamedCase plain = ByHand.named("op/a", "y = tanh(x)");
        FixtureCase given = new FixtureCase(
                "a",
                "",
                List.of(),
                new TreeMap<>(),
                List.of("y = tanh(x)"),
                new Backward("y", Optional.empty()),
                ByHand.BOTH,
                accepted,
                drift,
                List.of(),
                Optional.of(expectation));
        return new NamedCase(plain.name(), plain.file(), given);
    }

    /** An engine, what it answers, what is recorded, with which remarks. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            own     | 1       | 1    |               | agree: null
            own     | 2       | 1    |               | disagree: null
            own     | none    | 1    |               | disagree: there is no gradient, expected one of shape ()
            own     | 1       | none |               | disagree: there is a gradient, but the root does not depend on it
            own     | none    | none |               | agree: null
            own     | lacks   | 1    |               | skipped: it lacks tanh
            own     | fails   | 1    |               | disagree: line 1: java.lang.IllegalStateException: fails
            own     | 2       | 1    | drift         | disagree: null
            pytorch | 2       | 1    | drift         | drift: it changed
            pytorch | 1       | 1    | drift         | agree: null
            pytorch | 2       | 1    |               | disagree: null
            own     | 1       | 1    | accepted      | disagree: ACCEPTED
            own     | 1       | 1    | rtol=1        | vacuous: null
            own     | 1       | 1    | rtol=1 accepted | vacuous: all zeros
            own     | 1       | 1    | rtol=0.02     | dull: null
            own     | 3       | 1    | rtol=1 accepted | disagree: null
            own     | 3       | 1    | truth=3       | agree: truth: agrees with the 50-digit answer, from which PyTorch is off
            own     | 1       | 1    | truth=3       | agree: null
            own     | 4       | 1    | truth=3       | disagree: null
            own     | lacks   | 1    | truth=3       | skipped: it lacks tanh
            """)
    void theRecordedNumbersAreWhatAnEngineIsHeldAgainst(
            String engine, String own, String recorded, String remarks, String ruling) {
        NamedCase named = named(DType.FLOAT64, recorded, remarks == null ? "" : remarks);
        Check check = new Judge(named, DType.FLOAT64, engine, answer(DType.FLOAT64, own))
                .against(Against.EXPECT, Optional.empty())
                .get(0);
        assertThat(check.verdict().key() + ": " + check.reason()).isEqualTo(ruling.replace("ACCEPTED", ACCEPTED));
        assertThat(check.comparison() == null).isEqualTo(own.equals("lacks") || own.equals("fails"));
        assertThat(check.tolerance() == null).isEqualTo(recorded.equals("none"));
    }

    /** What own answers, and what another engine. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PYTORCH | 1     | 1     |         | agree: null
            PYTORCH | 2     | 2     |         | agree: null
            PYTORCH | 1     | 2     |         | disagree: null
            PYTORCH | 1     | fails |         | disagree: PyTorch failed: line 1: java.lang.IllegalStateException: fails
            PYTORCH | 1     | lacks |         | disagree: PyTorch did not answer: it lacks tanh
            PYTORCH | fails own | fails |     | disagree: line 1: java.lang.IllegalStateException: fails own
            PYTORCH | lacks | fails |         | skipped: it lacks tanh
            PYTORCH | 2     | 2     | drift   | skipped: drift: it changed
            PYTORCH | 3     | 1     | truth=3 | agree: truth: agrees with the 50-digit answer, from which PyTorch is off
            SCALAR  | 1     | 2     | drift   | disagree: null
            SCALAR  | 1     | fails |         | disagree: the scalar engine failed: line 1: java.lang.IllegalStateException: fails
            """)
    void anotherEnginesAnswerIsTheReference(Against against, String own, String other, String remarks, String ruling) {
        NamedCase named = named(DType.FLOAT64, "1", remarks == null ? "" : remarks);
        Check check = new Judge(named, DType.FLOAT64, "own", answer(DType.FLOAT64, own))
                .against(against, Optional.of(answer(DType.FLOAT64, other)))
                .get(0);
        assertThat(check.verdict().key() + ": " + check.reason()).isEqualTo(ruling);
        assertThat(check.against()).isEqualTo(against);
    }

    @Test
    void whatIsComparedIsShown() {
        NamedCase named = named(DType.FLOAT64, "1", "truth=3");
        Tensor recorded = named.given().expected(DType.FLOAT64).get(X).orElseThrow();
        Check agrees = new Judge(named, DType.FLOAT64, "own", answer(DType.FLOAT64, "1"))
                .against(Against.PYTORCH, Optional.of(answer(DType.FLOAT64, "1")))
                .get(0);
        // Equal numbers are kept once.
        assertThat(agrees.actual().orElseThrow()).isSameAs(recorded);
        assertThat(agrees.expected().orElseThrow()).isSameAs(recorded);
        Check true3 = new Judge(named, DType.FLOAT64, "own", answer(DType.FLOAT64, "3"))
                .against(Against.EXPECT, Optional.empty())
                .get(0);
        assertThat(true3)
                .isEqualTo(new Check(
                        "op/a",
                        "own",
                        Against.EXPECT,
                        DType.FLOAT64,
                        X,
                        tensor(DType.FLOAT64, "3"),
                        tensor(DType.FLOAT64, "3"),
                        true3.comparison(),
                        ByHand.TOLERANCE,
                        Verdict.AGREE,
                        true3.reason()));
    }

    /** An engine of float64 alone is compared after rounding; one that was asked for float32 has to give it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FLOAT64 | FLOAT64 | agree: null
            FLOAT32 | FLOAT32 | agree: null
            FLOAT32 | FLOAT64 | disagree: the type is float64, expected float32
            """)
    void inAnotherTypeItIsRounded(DType asked, DType given, String ruling) {
        Answer answer = new Answer.Evaluated(new Attempt(
                new Evaluation("own", asked, Map.of(X, Optional.of(Tensor.scalar(given, 0.1)))), Map.of()));
        Check check = new Judge(named(DType.FLOAT32, "0.1", ""), DType.FLOAT32, "own", answer)
                .against(Against.EXPECT, Optional.empty())
                .get(0);
        assertThat(check.verdict().key() + ": " + check.reason()).isEqualTo(ruling);
        assertThat(check.dtype()).isEqualTo(DType.FLOAT32);
    }
}
