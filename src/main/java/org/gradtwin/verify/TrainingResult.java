package org.gradtwin.verify;

import java.util.List;
import java.util.OptionalInt;
import org.gradtwin.tensor.DType;

/**
 * How an engine's training went beside the one that PyTorch recorded.
 *
 * @param caseName as {@code training/digits-classifier}
 * @param engine which
 * @param dtype in which both computed
 * @param losses of every step, the engine's
 * @param expectedLosses PyTorch's
 * @param drift of every step: the loss's error divided by what is allowed; 0 where both are 0
 * @param parameters the same for the parameters at the marked steps
 * @param followable the steps until rounding makes the loss unpredictable
 */
public record TrainingResult(
        String caseName,
        String engine,
        DType dtype,
        List<Double> losses,
        List<Double> expectedLosses,
        List<Double> drift,
        List<ParameterDrift> parameters,
        int followable) {
    /**
     * The worst element of a parameter after a step.
     *
     * @param step 1 for the first
     * @param name of the parameter
     * @param drift its error divided by what is allowed
     */
    public record ParameterDrift(int step, String name, double drift) {}

    /** Immutable copies. */
    public TrainingResult {
        losses = List.copyOf(losses);
        expectedLosses = List.copyOf(expectedLosses);
        drift = List.copyOf(drift);
        parameters = List.copyOf(parameters);
    }

    /** The first step whose loss, or after which a parameter, is not within its tolerance. */
    public OptionalInt firstOutside() {
        OptionalInt marked = parameters.stream()
                .filter(parameter -> !(parameter.drift <= 1))
                .mapToInt(ParameterDrift::step)
                .min();
        for (int step = 1; step <= drift.size(); step++) {
            if (!(drift.get(step - 1) <= 1)) {
                return OptionalInt.of(Math.min(step, marked.orElse(step)));
            }
        }
        return marked;
    }

    /** Whether every loss and every parameter is within its tolerance. */
    public boolean agrees() {
        return !losses.isEmpty() && firstOutside().isEmpty();
    }

    /** The largest drift of all. */
    public double worst() {
        double worst = 0;
        for (double each : drift) {
            worst = Math.max(worst, each);
        }
        for (ParameterDrift each : parameters) {
            worst = Math.max(worst, each.drift);
        }
        return worst;
    }
}
