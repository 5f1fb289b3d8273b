package org.gradtwin.verify;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
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
    private static final int ELEMENTS_IF_NOT_FINITE = 8_192;

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
     * Whether an engine is right wherever it differs from PyTorch. Where both have overflowed on the way to a finite number, none is.
     *
     * @param off what differs, and how far it may be off
     * @return that it is right, or cannot be, in words; empty if nothing differs, it is wrong somewhere, or the truth is not known
     */
    public static Optional<String> excuse(
            Task task, Evaluation actual, Evaluation expected, Map<Quantity, Tolerance> off) {
        boolean finite = off.keySet().stream()
                .anyMatch(quantity -> Stream.concat(actual.get(quantity).stream(), expected.get(quantity).stream())
                        .allMatch(Truth::isFinite));
        if (off.isEmpty() || elements(task) > (finite ? ELEMENTS : ELEMENTS_IF_NOT_FINITE)) {
            return Optional.empty();
        }
        Map<Quantity, Optional<Tensor>> truths = truths(task, expected.dtype());
        Optional<String> excuse = Optional.empty();
        for (Map.Entry<Quantity, Tolerance> entry : off.entrySet()) {
            Quantity quantity = entry.getKey();
            Tensor engines = actual.get(quantity).orElse(null);
            Tensor twins = expected.get(quantity).orElse(null);
            Tensor truth = truths.getOrDefault(quantity, Optional.empty()).orElse(null);
            if (engines == null || twins == null || truth == null) {
                return Optional.empty();
            }
            excuse = excuse(engines, twins, truth, entry.getValue()).map(numbers -> quantity + " is " + numbers);
            if (excuse.isEmpty()) {
                return excuse;
            }
        }
        return excuse;
    }

    /** The same of one tensor: the numbers of the last element that differs. */
    static Optional<String> excuse(Tensor actual, Tensor expected, Tensor truth, Tolerance tolerance) {
        DType dtype = expected.dtype();
        if (actual.dtype() != dtype
                || !actual.shape().equals(expected.shape())
                || !truth.shape().equals(expected.shape())) {
            return Optional.empty();
        }
        Optional<String> excuse = Optional.empty();
        for (int i = 0; i < truth.size(); i++) {
            double a = actual.get(i);
            double e = expected.get(i);
            if (!tolerance.agrees(a, e)) {
                if (!isExcused(a, e, truth.get(i), tolerance, dtype)) {
                    return Optional.empty();
                }
                excuse = Optional.of(Decimals.shortest(e, dtype) + " in PyTorch, " + Decimals.shortest(a, dtype)
                        + " in the engine, " + Decimals.shortest(truth.get(i), dtype) + " in 50 digits");
            }
        }
        return excuse;
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
        return truths(task, dtype).getOrDefault(quantity, Optional.empty());
    }

    /** All that the exact engine has. */
    private static Map<Quantity, Optional<Tensor>> truths(Task task, DType dtype) {
        try {
            return Evaluator.attempt(EXACT, task, dtype).evaluation().quantities();
        } catch (UnsupportedOpException e) {
            return Map.of();
        }
    }

    private static String off(double number, double truth, Tolerance tolerance, DType dtype) {
        Discrepancy worst = Comparison.of(Tensor.scalar(dtype, number), Tensor.scalar(dtype, truth), tolerance)
                .worst();
        return worst == null || worst.abs() == 0 ? "is exact" : "is " + FailureMessage.error(worst) + " off";
    }
}
