package org.gradtwin.engines.torch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engine.UnsupportedTrainingException;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.LearningRateSchedule;
import org.gradtwin.train.Optimizer;
import org.gradtwin.train.SGD;
import org.gradtwin.train.TrainingOptimizer.Descent;

/** A training on the PyTorch that runs live. */
final class TorchTraining implements Training {
    /** Why other optimizers are left to the recorded PyTorch. */
    static final String ONLY_SGD =
            "through DJL only SGD is PyTorch's own: its Adam and AdamW do not correct epsilon for bias,"
                    + " and it has no RMSprop on PyTorch";

    private final TrainingTask given;
    private final TorchDescent network;
    private final Map<String, Integer> groups = new HashMap<>();
    /** Keeps the learning rates, and has no parameters to update. */
    private final SGD rates;

    private final Optional<LearningRateSchedule> schedule;

    /**
     * A training that is about to begin.
     *
     * @throws UnsupportedTrainingException if its optimizer is not SGD
     */
    TorchTraining(TrainingTask given) {
        List<Descent> descents = given.optimizer().descent();
        if (descents.isEmpty()) {
            throw new UnsupportedTrainingException(ONLY_SGD);
        }
        this.given = given;
        Map<String, SGD.Options> options = new HashMap<>();
        for (int i = 0; i < descents.size(); i++) {
            for (String name : descents.get(i).parameters()) {
                options.put(name, descents.get(i).options());
                groups.put(name, i);
            }
        }
        rates = new SGD(descents.stream()
                .map(descent -> new Optimizer.Group<>(List.of(), descent.options()))
                .toList());
        schedule = given.schedule().map(make -> make.apply(rates));
        network = new TorchDescent(given.architecture(), given.dtype(), given.parameters(), options);
    }

    @Override
    public double step(int... batch) {
        double[] inputs = given.data().inputs(batch);
        int features = given.data().features();
        double loss = network.step(
                Tensor.of(DType.FLOAT64, Shape.of(batch.length, features), inputs),
                targets(batch),
                given.loss(),
                name -> rates.rate(Objects.requireNonNull(groups.get(name))));
        schedule.ifPresent(LearningRateSchedule::step);
        return loss;
    }

    private Tensor targets(int... batch) {
        if (given.loss().isOfClasses()) {
            int[] labels = given.data().labels(batch);
            long[] classes = new long[labels.length];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = labels[i];
            }
            return Tensor.indices(Shape.of(classes.length, 1), classes);
        }
        double[] targets = given.data().targets(batch);
        return Tensor.of(DType.FLOAT64, Shape.of(batch.length, targets.length / batch.length), targets);
    }

    @Override
    public Map<String, double[]> parameters() {
        return network.parameters();
    }

    @Override
    public void close() {
        network.close();
    }
}
