package org.gradtwin.verify;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;

/** Says who is off where an engine and PyTorch differ: the exact engine knows. */
public final class Truth {
    /** A message may cost some hundredths of a second: tasks with more elements are not evaluated. */
    private static final int ELEMENTS = 64;

    /** The same where a number is not finite, which is rare. */
    private static final int ELEMENTS_IF_NOT_FINITE = 1_024;

    /** How near an engine must be where PyTorch's number, of which tolerances are made, is none: relative, in float64 and in float32. */
    private static final Tolerance NEAR = new Tolerance(1e-9, 0, "where PyTorch has no number");

    private static final Tolerance NEAR_IN_FLOAT32 = new Tolerance(1e-2, 0, NEAR.because());

    private static final Engine EXACT = new ExactEngine();

    private Truth() {}

    /** How far both numbers of the worst element are from the truth; empty where that is not known. */
    static Optional<String> inWords(Task task, Check check, Discrepancy worst) {
        Tolerance tolerance = check.tolerance();
        if (elements(task) > ELEMENTS || tolerance == null) {
            return Optional.empty();
        }
        return of(task, check.quantity(), check.dtype())
                .filter(tensor -> Objects.equals(check.shape(), tensor.shape()))
                .map(tensor -> {
                    double truth = tensor.get(tensor.shape().position(worst.index()));
                    return Decimals.shortest(truth, check.dtype()) + " in 50 digits: "
                            + check.against().words() + " " + off(worst.expected(), truth, tolerance, check.dtype())
                            + ", "
                            + check.engine() + " " + off(worst.actual(), truth, tolerance, check.dtype());
                });
    }

    /**
     * Whether an engine is right where it differs from PyTorch. Where both have overflowed on the way to a finite number, none is.
     *
     * @param tolerance how far it may be off
     * @return that it is right, or cannot be, in words; empty if it is wrong, or the truth is not known
     */
    public static Optional<String> excuse(
            Task task, Quantity quantity, Tensor actual, Tensor expected, Tolerance tolerance) {
        DType dtype = expected.dtype();
        boolean finite = isFinite(actual) && isFinite(expected);
        if (elements(task) > (finite ? ELEMENTS : ELEMENTS_IF_NOT_FINITE)
                || actual.dtype() != dtype
                || !actual.shape().equals(expected.shape())) {
            return Optional.empty();
        }
        return of(task, quantity, dtype)
                .filter(truth -> truth.shape().equals(expected.shape()))
                .flatMap(truth -> {
                    int off = -1;
                    for (int i = 0; i < truth.size(); i++) {
                        if (!tolerance.agrees(actual.get(i), expected.get(i))) {
                            if (!isExcused(actual.get(i), expected.get(i), truth.get(i), tolerance, dtype)) {
                                return Optional.empty();
                            }
                            off = i;
                        }
                    }
                    return off < 0
                            ? Optional.empty()
                            : Optional.of(quantity + " is " + Decimals.shortest(expected.get(off), dtype)
                                    + " in PyTorch, " + Decimals.shortest(actual.get(off), dtype) + " in the engine, "
                                    + Decimals.shortest(truth.get(off), dtype) + " in 50 digits");
                });
    }

    private static boolean isExcused(double actual, double expected, double truth, Tolerance tolerance, DType dtype) {
        if (Double.isFinite(expected)) {
            return tolerance.agrees(actual, truth) && !tolerance.agrees(expected, truth);
        }
        return Double.isFinite(actual)
                ? (dtype == DType.FLOAT32 ? NEAR_IN_FLOAT32 : NEAR).agrees(actual, truth)
                : Double.isFinite(truth) || Tolerance.EXACT.agrees(actual, truth);
    }

    private static boolean isFinite(Tensor tensor) {
        return Arrays.stream(tensor.toDoubles()).allMatch(Double::isFinite);
    }

    private static int elements(Task task) {
        return task.inputs().values().stream()
                .mapToInt(input -> input.value().size())
                .sum();
    }

    /** A value or gradient in 50 digits, rounded to a type; empty if the exact engine does not have it. */
    static Optional<Tensor> of(Task task, Quantity quantity, DType dtype) {
        try {
            Attempt attempt = Evaluator.attempt(EXACT, task, dtype);
            return attempt.failures().containsKey(quantity)
                    ? Optional.empty()
                    : attempt.evaluation().get(quantity);
        } catch (UnsupportedOpException e) {
            return Optional.empty();
        }
    }

    private static String off(double number, double truth, Tolerance tolerance, DType dtype) {
        Discrepancy worst = Comparison.of(Tensor.scalar(dtype, number), Tensor.scalar(dtype, truth), tolerance)
                .worst();
        return worst == null || worst.abs() == 0 ? "is exact" : "is " + FailureMessage.error(worst) + " off";
    }
}
