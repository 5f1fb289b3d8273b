package org.gradtwin.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.Architecture;
import org.gradtwin.train.Dataset;
import org.gradtwin.train.LearningRateSchedule;
import org.gradtwin.train.Loss;
import org.gradtwin.train.Optimizer;
import org.gradtwin.train.TrainingOptimizer;

/**
 * What an engine is asked to train.
 *
 * @param architecture the network
 * @param dtype the type
 * @param parameters the initial ones, by name
 * @param data all samples
 * @param loss of a batch
 * @param optimizer what changes the parameters
 * @param schedule makes what is stepped after every update, if the rate changes
 */
public record TrainingTask(
        Architecture architecture,
        DType dtype,
        Map<String, Tensor> parameters,
        Dataset data,
        Loss loss,
        TrainingOptimizer optimizer,
        Optional<Function<Optimizer<?>, LearningRateSchedule>> schedule) {
    /** An immutable copy. */
    public TrainingTask {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
