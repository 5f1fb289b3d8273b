package org.gradtwin.verify;

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
final class Truth {
    /** A message may cost some hundredths of a second: tasks with more elements are not evaluated. */
    private static final int ELEMENTS = 64;

    private static final Engine EXACT = new ExactEngine();

    private Truth() {}

    /** How far both numbers of the worst element are from the truth; empty where that is not known. */
    static Optional<String> inWords(Task task, Check check, Discrepancy worst) {
        int elements = task.inputs().values().stream()
                .mapToInt(input -> input.value().size())
                .sum();
        Tolerance tolerance = check.tolerance();
        if (elements > ELEMENTS || tolerance == null) {
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
