package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.verify.TrainingTrial;

/**
 * The same training on several sides, step by step.
 *
 * @param caseName the case's full name, {@code case} in JSON
 * @param dtype the type that all sides compute in
 * @param followable so many steps can be followed, the rest is unpredictable because of rounding
 * @param because what that means
 * @param reference the recorded PyTorch's loss at every step
 * @param sides the engines that trained
 */
@SuppressWarnings("ArrayRecordComponent") // written to JSON, compared nowhere
public record TrainingCurve(
        @JsonProperty("case") String caseName,
        String dtype,
        int followable,
        String because,
        double[] reference,
        List<Side> sides) {
    /**
     * One engine.
     *
     * @param engine its name
     * @param loss its loss at every step
     * @param drift the error of the loss at every step, divided by what is allowed
     */
    public record Side(String engine, double[] loss, double[] drift) {}

    /** An immutable copy. */
    public TrainingCurve {
        sides = List.copyOf(sides);
    }

    /** One for each training and type in which an engine trained, in their order. */
    static List<TrainingCurve> of(List<TrainingTrial> trials) {
        Map<String, List<TrainingTrial>> groups = new LinkedHashMap<>();
        trials.stream()
                .filter(TrainingTrial::isRun)
                .forEach(trial -> groups.computeIfAbsent(
                                trial.caseName() + " " + trial.dtype(), key -> new ArrayList<>())
                        .add(trial));
        return groups.values().stream()
                .map(group -> new TrainingCurve(
                        group.get(0).caseName(),
                        group.get(0).dtype().torchName(),
                        group.get(0).expected().followable(),
                        group.get(0).expected().because(),
                        group.get(0).expectedLosses().toDoubles(),
                        group.stream()
                                .map(trial -> new Side(trial.engine(), doubles(trial.losses()), doubles(trial.drift())))
                                .toList()))
                .toList();
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
