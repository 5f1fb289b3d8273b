package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.fixture.training.TrainingExpectation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.gradtwin.train.MatrixNetwork;
import org.gradtwin.train.Network;
import org.gradtwin.train.Optimizer;
import org.gradtwin.train.ScalarNetwork;
import org.gradtwin.train.Trainer;

/**
 * Repeats a recorded training on an engine: the same weights, batches and optimizer, step by step.
 *
 * @param given the training
 * @param dtype the type
 * @param engine the engine's name
 */
public record TrainingTwin(NamedTraining given, DType dtype, String engine) {
    /**
     * Repeats a training in each of its types on each of those engines, side by side.
     *
     * @param dtypes the types that are wanted, empty for all
     */
    public static List<TrainingTrial> run(NamedTraining given, List<String> engines, Collection<DType> dtypes) {
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
        return given.name() + " on " + engine + " in " + dtype.torchName();
    }

    /**
     * Trains and compares; an engine that cannot says why.
     *
     * @throws FixtureException if there are no numbers yet
     */
    public TrainingTrial run() {
        TrainingCase training = given.given();
        return switch (engine) {
            case "scalar" -> run(new ScalarNetwork(training.architecture(), Initialization.uniform(0)));
            case "matrix" -> run(new MatrixNetwork(training.architecture(), dtype));
            case "pytorch" -> live();
            default -> judge().skipped(engine + " does not train networks");
        };
    }

    /**
     * Trains a network, whatever its parameters are now, and compares.
     *
     * @throws FixtureException if there are no numbers yet
     */
    public TrainingTrial run(Network network) {
        TrainingCase training = given.given();
        Map<String, double[]> initial = new LinkedHashMap<>();
        training.parameters()
                .forEach((name, tensor) -> initial.put(name, tensor.to(dtype).toDoubles()));
        network.load(initial);
        Optimizer<?> optimizer = training.optimizer().of(network);
        Trainer trainer = new Trainer(
                network,
                training.data().rounded(dtype),
                training.loss(),
                optimizer,
                training.schedule().map(schedule -> schedule.apply(optimizer)));
        return judge().of(trace(trainer::step, () -> values(network)));
    }

    private TrainingTrial live() {
        if (given.given().optimizer().descent().isEmpty()) {
            return judge().skipped(LiveTraining.ONLY_SGD);
        }
        try (LiveTraining live = new LiveTraining(given.given(), dtype)) {
            return judge().of(trace(live::step, live::parameters));
        }
    }

    private static Map<String, double[]> values(Network network) {
        Map<String, double[]> values = new LinkedHashMap<>();
        network.parameters().forEach((name, block) -> values.put(name, block.values()));
        return values;
    }

    private TrainingTrace trace(ToDoubleFunction<int[]> step, Supplier<Map<String, double[]>> parameters) {
        TrainingCase training = given.given();
        List<Double> losses = new ArrayList<>();
        Map<Integer, Map<String, double[]>> marked = new TreeMap<>();
        for (int[] batch : training.batches().steps(training.data().size(), training.steps())) {
            losses.add(step.applyAsDouble(batch));
            if (training.marked().contains(losses.size())) {
                marked.put(losses.size(), parameters.get());
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
