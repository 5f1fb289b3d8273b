package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.NotAskedException;
import org.gradtwin.engine.Running;
import org.gradtwin.engine.Thrown;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engine.UnsupportedTrainingException;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.fixture.training.TrainingExpectation;
import org.gradtwin.tensor.DType;

/**
 * Repeats a recorded training on an engine: the same weights, batches and optimizer, step by step.
 *
 * @param given the training
 * @param dtype the type
 * @param engine the engine
 */
public record TrainingTwin(NamedTraining given, DType dtype, Engine engine) {
    /**
     * Repeats a training in each of its types on each of those engines, side by side.
     *
     * @param dtypes the types that are wanted, empty for all
     */
    public static List<TrainingTrial> run(NamedTraining given, List<Engine> engines, Collection<DType> dtypes) {
        return given.given().dtypes().stream()
                .filter(dtype -> dtypes.isEmpty() || dtypes.contains(dtype))
                .flatMap(dtype -> engines.stream().map(engine -> new TrainingTwin(given, dtype, engine)))
                .toList()
                .parallelStream()
                .map(TrainingTwin::run)
                .toList();
    }

    @Override
    public String toString() {
        return given.name() + " on " + engine.name() + " in " + dtype.torchName();
    }

    /**
     * Trains and compares; an engine that cannot says why, and one that breaks off fails.
     *
     * @throws FixtureException if there are no numbers yet
     */
    public TrainingTrial run() {
        TrainingJudge judge = judge();
        TrainingTask task = task();
        try {
            return judge.of(Running.during(
                    "training " + this, () -> DescribedEngine.of(engine).run(() -> trace(task))));
        } catch (UnsupportedTrainingException | UnsupportedOpException | NotAskedException e) {
            return judge.skipped(String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            return judge().failed(Thrown.inWords(e));
        }
    }

    private TrainingTrace trace(TrainingTask task) {
        try (Training training = engine.train(task)) {
            return trace(training);
        }
    }

    /** What the engine is asked. */
    private TrainingTask task() {
        TrainingCase training = given.given();
        return new TrainingTask(
                training.architecture(),
                dtype,
                training.parameters(),
                training.data(),
                training.loss(),
                training.optimizer(),
                training.schedule());
    }

    private TrainingTrace trace(Training repeated) {
        TrainingCase training = given.given();
        List<Double> losses = new ArrayList<>();
        Map<Integer, Map<String, double[]>> marked = new TreeMap<>();
        for (int[] batch : training.batches().steps(training.data().size(), training.steps())) {
            if (Thread.currentThread().isInterrupted()) {
                // Given up: its next step would disturb whatever the engine is asked meanwhile.
                throw new CancellationException(this + " was given up");
            }
            losses.add(repeated.step(batch));
            if (training.marked().contains(losses.size())) {
                marked.put(losses.size(), repeated.parameters());
            }
        }
        return new TrainingTrace(losses, marked);
    }

    private TrainingJudge judge() {
        TrainingExpectation expected = Optional.ofNullable(
                        given.given().expectations().get(dtype))
                .orElseThrow(() -> new FixtureException(given.shown() + ": case "
                        + given.given().id() + ": expect: there are no numbers of " + dtype.torchName()
                        + " yet, run regenerate"));
        return new TrainingJudge(this, expected);
    }
}
