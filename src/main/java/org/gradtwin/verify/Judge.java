package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check.Against;
import org.jspecify.annotations.Nullable;

/** Holds what one engine made of one case against a reference, and gives each quantity its verdict. */
final class Judge {
    private final NamedCase named;
    private final FixtureCase given;
    private final DType dtype;
    private final String engine;
    private final Answer outcome;

    Judge(NamedCase named, DType dtype, String engine, Answer outcome) {
        this.named = named;
        this.given = named.given();
        this.dtype = dtype;
        this.engine = engine;
        this.outcome = outcome;
    }

    /**
     * One check for each recorded quantity.
     *
     * @param reference what another engine made of the case; empty for the recorded numbers
     */
    List<Check> against(Against against, Optional<Answer> reference) {
        List<Check> checks = new ArrayList<>();
        given.expected(dtype).forEach((quantity, recorded) -> {
            Tolerance tolerance = recorded.isPresent() ? given.tolerances(dtype).get(quantity) : null;
            Optional<Tensor> reckoned = reference.isEmpty()
                    ? recorded
                    : once(reference.flatMap(other -> tensor(other, quantity)), recorded);
            Optional<Tensor> actual = once(once(tensor(outcome, quantity), reckoned), recorded);
            // Where PyTorch is off, who agrees with the truth is right too.
            Optional<Tensor> truth = given.truth(dtype, quantity)
                    .filter(number -> tolerance != null
                            && !Comparison.of(actual, reckoned, tolerance).agrees()
                            && Comparison.of(actual, Optional.of(number), tolerance)
                                    .agrees());
            Optional<Tensor> expected = truth.or(() -> reckoned);
            Optional<Ruling> withoutNumbers = withoutNumbers(against, reference, quantity);
            Comparison comparison = withoutNumbers.isPresent()
                    ? null
                    : Comparison.of(actual, expected, tolerance == null ? Tolerance.EXACT : tolerance);
            Ruling ruling = comparison == null
                    ? withoutNumbers.orElseThrow()
                    : truth.isPresent()
                            ? new Ruling(
                                    Verdict.AGREE,
                                    Check.TRUTH + "agrees with the 50-digit answer, from which PyTorch is off")
                            : ruling(against, quantity, recorded, tolerance, comparison);
            checks.add(new Check(
                    named.name(),
                    engine,
                    against,
                    dtype,
                    quantity,
                    expected,
                    actual,
                    comparison,
                    tolerance,
                    ruling.verdict(),
                    ruling.reason()));
        });
        return checks;
    }

    /** Equal numbers are kept once: those of a whole run would fill the memory. */
    private static Optional<Tensor> once(Optional<Tensor> tensor, Optional<Tensor> known) {
        return tensor.equals(known) ? known : tensor;
    }

    private record Ruling(Verdict verdict, @Nullable String reason) {}

    /** The ruling where there is nothing to compare: something was skipped or failed. */
    private Optional<Ruling> withoutNumbers(Against against, Optional<Answer> reference, Quantity quantity) {
        if (outcome instanceof Answer.Skipped skipped) {
            return Optional.of(new Ruling(Verdict.SKIPPED, skipped.reason()));
        }
        Optional<String> failure = failure(outcome, quantity)
                .or(() -> reference
                        .flatMap(other -> failure(other, quantity))
                        .map(reason -> against.words() + " failed: " + reason));
        if (failure.isPresent()) {
            return failure.map(reason -> new Ruling(Verdict.DISAGREE, reason));
        }
        if (reference.isPresent() && reference.get() instanceof Answer.Skipped skipped) {
            return Optional.of(new Ruling(Verdict.DISAGREE, against.words() + " did not answer: " + skipped.reason()));
        }
        return against == Against.PYTORCH
                ? given.drift(dtype, quantity).map(reason -> new Ruling(Verdict.SKIPPED, "drift: " + reason))
                : Optional.empty();
    }

    private Ruling ruling(
            Against against,
            Quantity quantity,
            Optional<Tensor> recorded,
            @Nullable Tolerance tolerance,
            Comparison comparison) {
        Optional<String> accepted = given.acceptance(dtype, quantity);
        Optional<Sharpness> sharpness =
                tolerance == null ? Optional.empty() : recorded.map(tensor -> Sharpness.of(tensor, tolerance));
        Verdict verdict = Verdict.of(comparison, sharpness);
        if (verdict == Verdict.DISAGREE) {
            Optional<String> drift = given.drift(dtype, quantity);
            boolean twin = against == Against.EXPECT && engine.equals("pytorch");
            return twin && drift.isPresent()
                    ? new Ruling(Verdict.DRIFT, drift.get())
                    : new Ruling(verdict, comparison.problem());
        }
        return verdict == Verdict.AGREE && accepted.isPresent()
                ? new Ruling(
                        Verdict.DISAGREE,
                        "the fixture accepts this check as vacuous or dull, but it is neither: take the remark out")
                : new Ruling(verdict, accepted.orElse(null));
    }

    private static Optional<String> failure(Answer outcome, Quantity quantity) {
        return outcome instanceof Answer.Evaluated evaluated ? evaluated.failure(quantity) : Optional.empty();
    }

    private Optional<Tensor> tensor(Answer from, Quantity quantity) {
        return from instanceof Answer.Evaluated evaluated
                        && evaluated.failure(quantity).isEmpty()
                ? evaluated
                        .evaluation()
                        .get(quantity)
                        .map(tensor -> rounded(tensor, evaluated.evaluation().dtype()))
                : Optional.empty();
    }

    /** An engine that was asked for another type is compared after rounding; one that was asked for this type gives it. */
    private Tensor rounded(Tensor tensor, DType asked) {
        return tensor.dtype() == asked ? tensor.to(dtype) : tensor;
    }
}
