package org.gradtwin.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.Dataset;
import org.gradtwin.train.MatrixNetwork;
import org.gradtwin.train.Network;
import org.gradtwin.train.ParameterBlock;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer without an engine: extend this, and the recorded trainings are repeated with it. The gradients are those of gradtwin's
 * network at the parameters that the optimizer made, the update is its own, and what is compared are PyTorch's losses and parameters.
 */
public abstract class OptimizerUnderTest implements Engine {
    /** A training that has begun; what the optimizer remembers from step to step is its own. */
    @FunctionalInterface
    public interface Step {
        /**
         * Changes the parameters in place.
         *
         * @param parameters by name, row-major
         * @param gradients likewise
         */
        void apply(Map<String, double[]> parameters, Map<String, double[]> gradients);
    }

    /**
     * Begins a training. Rates and options are those that the fixture has for it.
     *
     * @param dtype what parameters are rounded to after each step
     */
    protected abstract Step begin(DType dtype);

    @Override
    public final Training train(TrainingTask task) {
        Step step = begin(task.dtype());
        Network network = new MatrixNetwork(task.architecture(), task.dtype());
        Map<String, double[]> parameters = new LinkedHashMap<>();
        task.parameters()
                .forEach((name, tensor) ->
                        parameters.put(name, tensor.to(task.dtype()).toDoubles()));
        network.load(parameters);
        Dataset data = task.data().rounded(task.dtype());
        return new Training() {
            @Override
            public double step(int... batch) {
                double loss = network.learn(data, batch, task.loss());
                step.apply(parameters, of(network, ParameterBlock::gradients));
                network.load(parameters);
                parameters.putAll(of(network, ParameterBlock::values));
                return loss;
            }

            @Override
            public Map<String, double[]> parameters() {
                return of(network, ParameterBlock::values);
            }
        };
    }

    private static Map<String, double[]> of(Network network, Function<ParameterBlock, double[]> numbers) {
        Map<String, double[]> all = new LinkedHashMap<>();
        network.parameters().forEach((name, block) -> all.put(name, numbers.apply(block)));
        return all;
    }

    /** Programs are skipped. */
    @Override
    public final Graph<?> newGraph(DType dtype) {
        return new Graph<Tensor>() {
            @Override
            public Tensor leaf(Tensor value, boolean requiresGrad) {
                return value;
            }

            @Override
            public Tensor apply(Op op, List<@Nullable Tensor> operands, Attributes attributes) {
                throw new UnsupportedOpException(op, "an optimizer runs no programs");
            }

            @Override
            public Tensor value(Tensor value) {
                return value;
            }

            @Override
            public void backward(Tensor root, Tensor cotangent) {}

            @Override
            public Optional<Tensor> gradient(Tensor value) {
                return Optional.empty();
            }
        };
    }
}
