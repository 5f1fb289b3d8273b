package org.gradtwin.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.fixture.training.TrainingExpectation;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * One training in one type on one engine, beside the one that PyTorch recorded. A check is the loss over the steps that
 * share a tolerance, or a parameter after a marked step; steps that rounding makes unpredictable are skipped.
 *
 * @param given the training
 * @param dtype the type
 * @param engine the engine's name
 * @param checks every comparison that was made: the losses step by step, then the parameters
 * @param losses of every step, the engine's; empty if the engine did not train
 * @param drift of every step: the loss's error divided by what is allowed; empty likewise
 * @param firstOff where the engine first left what is allowed, empty if it did not
 */
public record TrainingTrial(
        NamedTraining given,
        DType dtype,
        String engine,
        List<Check> checks,
        List<Double> losses,
        List<Double> drift,
        Optional<Deviation> firstOff)
        implements Checked {
    /**
     * A number outside its tolerance.
     *
     * @param step in which, 1 for the first
     * @param what the loss, or a parameter after that step
     * @param numbers both, and how far apart
     * @param tolerance what is allowed
     */
    public record Deviation(int step, String what, Discrepancy numbers, Tolerance tolerance) {
        /** Where it is, in words: {@code loss of step 7}, {@code w1[2, 1] after step 2}. */
        public String where() {
            int[] index = numbers.index();
            return what + (index.length == 0 ? " of" : Arrays.toString(index) + " after") + " step " + step;
        }
    }

    /** Immutable copies. */
    public TrainingTrial {
        checks = List.copyOf(checks);
        losses = List.copyOf(losses);
        drift = List.copyOf(drift);
    }

    @Override
    public String caseName() {
        return given.name();
    }

    /** What PyTorch recorded. */
    public TrainingExpectation expected() {
        TrainingExpectation expected = given.given().expectations().get(dtype);
        if (expected == null) {
            throw new IllegalStateException(caseName() + " has no numbers of " + dtype.torchName());
        }
        return expected;
    }

    /** PyTorch's losses. */
    public Tensor expectedLosses() {
        return expected().losses();
    }

    /** Whether the engine trained. */
    public boolean isRun() {
        return !losses.isEmpty();
    }

    /** Whether every loss and every parameter that can be followed is within its tolerance. */
    public boolean agrees() {
        return isRun()
                && checks.stream()
                        .noneMatch(check -> check.verdict() == Verdict.DISAGREE || check.verdict() == Verdict.KNOWN);
    }

    /** The largest error of all that was compared, divided by what is allowed. */
    public double worst() {
        return checks.stream()
                .flatMap(check -> Stream.ofNullable(check.comparison()))
                .flatMap(comparison -> Stream.ofNullable(comparison.worst()))
                .mapToDouble(Discrepancy::ofAllowed)
                .max()
                .orElse(0);
    }

    /** Everything after the first step outside is wrong in consequence: one message says it all. */
    @Override
    @SuppressWarnings("ReferenceEquality") // checks with equal numbers are two checks
    public Optional<String> message(Check check) {
        if (check.verdict().blunt()) {
            return Optional.of(FailureMessage.of(this, check));
        }
        boolean first = checks.stream()
                .filter(other -> other.verdict() == Verdict.DISAGREE)
                .findFirst()
                .map(other -> other == check)
                .orElse(false);
        return first
                ? Optional.of(firstOff.map(off -> FailureMessage.of(this, off))
                        .orElseGet(() -> FailureMessage.of(this, check)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return inWords();
    }

    @Override
    public Optional<String> firstOffInWords() {
        return firstOff.map(off ->
                off.where() + ", " + FailureMessage.number(off.numbers().ofAllowed()) + " times what is allowed");
    }
}
