package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.check.Tolerance;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.TrainingCase;
import org.gradtwin.fixture.TrainingExpectation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.MatrixNetwork;
import org.gradtwin.train.Network;
import org.gradtwin.train.Optimizer;
import org.gradtwin.train.ScalarNetwork;
import org.gradtwin.train.Trainer;
import org.gradtwin.verify.TrainingResult.ParameterDrift;

/** Repeats a recorded training on the engines: the same weights, batches and optimizer, step by step. */
public final class TrainingTwin {
    private final String name;
    private final TrainingCase given;

    /** A case under its full name. */
    public TrainingTwin(String name, TrainingCase given) {
        this.name = name;
        this.given = given;
    }

    /**
     * Every engine in every dtype of the case that it computes in: scalar in float64, matrix in both.
     *
     * @throws FixtureException if there are no numbers yet
     */
    public List<TrainingResult> run() {
        List<TrainingResult> results = new ArrayList<>();
        for (DType dtype : given.dtypes()) {
            if (dtype == DType.FLOAT64) {
                results.add(run("scalar", dtype, new ScalarNetwork(given.architecture(), Initialization.uniform(0))));
            }
            results.add(run("matrix", dtype, new MatrixNetwork(given.architecture(), dtype)));
        }
        return results;
    }

    /** Trains a network, whatever its parameters are now, and compares. */
    public TrainingResult run(String engine, DType dtype, Network network) {
        TrainingExpectation expected = given.expectations().get(dtype);
        if (expected == null) {
            throw new FixtureException(
                    name + ": expect: there are no numbers of " + dtype.torchName() + " yet, run regenerate");
        }
        Map<String, double[]> initial = new LinkedHashMap<>();
        given.parameters().forEach((parameter, tensor) -> initial.put(parameter, tensor.toDoubles()));
        network.load(initial);
        Optimizer<?> optimizer = given.optimizer().apply(network);
        Trainer trainer = new Trainer(
                network,
                given.data(),
                given.loss(),
                optimizer,
                given.schedule().map(schedule -> schedule.apply(optimizer)));
        List<Double> losses = new ArrayList<>();
        List<Double> expectedLosses = new ArrayList<>();
        List<Double> drift = new ArrayList<>();
        List<ParameterDrift> parameters = new ArrayList<>();
        for (int[] batch : given.batches().steps(given.data().size(), given.steps())) {
            double loss = trainer.step(batch);
            double wanted = expected.losses().get(losses.size());
            drift.add(drift(loss, wanted, expected.lossTolerances().get(losses.size())));
            losses.add(loss);
            expectedLosses.add(wanted);
            if (given.marked().contains(losses.size())) {
                parameters.addAll(parameters(network, losses.size(), expected));
            }
        }
        return new TrainingResult(
                name, engine, dtype, losses, expectedLosses, drift, parameters, expected.followable());
    }

    private static List<ParameterDrift> parameters(Network network, int step, TrainingExpectation expected) {
        Map<String, Tensor> wanted =
                Objects.requireNonNull(expected.parameters().get(step));
        Map<String, Tolerance> tolerances =
                Objects.requireNonNull(expected.parameterTolerances().get(step));
        List<ParameterDrift> drifts = new ArrayList<>();
        network.parameters().forEach((parameter, block) -> {
            Tensor tensor = Objects.requireNonNull(wanted.get(parameter));
            Tolerance tolerance = Objects.requireNonNull(tolerances.get(parameter));
            double[] values = block.values();
            double worst = 0;
            for (int i = 0; i < values.length; i++) {
                worst = Math.max(worst, drift(values[i], tensor.get(i), tolerance));
            }
            drifts.add(new ParameterDrift(step, parameter, worst));
        });
        return drifts;
    }

    /** The error in units of what is allowed; NaN counts as infinitely far. */
    private static double drift(double actual, double expected, Tolerance tolerance) {
        if (actual == expected) {
            return 0;
        }
        double ratio = Math.abs(actual - expected) / tolerance.allowed(expected);
        return Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
    }
}
