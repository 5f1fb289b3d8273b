package org.gradtwin.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.Architecture;
import org.gradtwin.train.Dataset;
import org.gradtwin.train.Loss;
import org.gradtwin.train.Network;
import org.gradtwin.train.ParameterBlock;

/**
 * A network on an engine that knows graphs alone: a step is a program, of which the engine gives the loss and its gradients; the
 * parameters are kept and updated here.
 */
public final class ProgramNetwork implements Network {
    /** An engine of numbers takes each product of a layer by itself: a network may have so many parameters there. */
    private static final int OF_NUMBERS = 1_000;

    private final Engine engine;
    private final Architecture architecture;
    private final DType dtype;
    private final Map<String, ParameterBlock> parameters;
    private final String output;
    private final Program prediction;
    private final Map<Loss, Program> losses = new EnumMap<>(Loss.class);

    /** A network whose parameters are 0, in a type that the engine computes in. */
    private ProgramNetwork(Engine engine, Architecture architecture, DType dtype) {
        this.engine = engine;
        this.architecture = architecture;
        this.dtype = dtype;
        Map<String, ParameterBlock> named = new LinkedHashMap<>();
        architecture
                .shapes()
                .forEach((name, shape) ->
                        named.put(name, ParameterBlock.of(new double[shape.size()], new double[shape.size()], dtype)));
        this.parameters = Collections.unmodifiableMap(named);
        String y = "x";
        for (int k = 1; k <= architecture.layers(); k++) {
            y = "linear(%s, w%d, b%d)".formatted(y, k, k);
            if (k < architecture.layers()) {
                y = switch (architecture.activation()) {
                    case RELU -> "relu(" + y + ")";
                    case TANH -> "tanh(" + y + ")";
                    case LINEAR -> y;
                };
            }
        }
        this.output = y;
        this.prediction = Program.parse(List.of("y = " + y));
    }

    /**
     * A training on an engine, in float64 if it lacks the training's type.
     *
     * @param numbers whether the engine computes with single numbers
     * @throws UnsupportedTrainingException if the network is too large for that, or the engine has float32 alone and is asked for more
     */
    public static Training train(Engine engine, TrainingTask task, boolean numbers) {
        int count = task.architecture().shapes().values().stream()
                .mapToInt(Shape::size)
                .sum();
        if (numbers && count > OF_NUMBERS) {
            throw new UnsupportedTrainingException(
                    "a network of %,d parameters is too large for %s, which computes with numbers"
                            .formatted(count, engine.name()));
        }
        DType dtype = engine.dtypes().contains(task.dtype()) ? task.dtype() : DType.FLOAT64;
        if (!engine.dtypes().contains(dtype)) {
            throw new UnsupportedTrainingException(engine.name() + " does not compute in " + dtype.torchName());
        }
        return new NetworkTraining(new ProgramNetwork(engine, task.architecture(), dtype), task);
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Map<String, ParameterBlock> parameters() {
        return parameters;
    }

    @Override
    public double learn(Dataset data, int[] batch, Loss loss) {
        require(data, loss);
        Map<String, Input> inputs = inputs(data.inputs(batch));
        inputs.put("t", new Input(targets(data, loss, batch), false));
        Program program = losses.computeIfAbsent(loss, this::program);
        Evaluation step = evaluated(program, "loss", inputs, Tensor.scalar(dtype, 1));
        parameters.forEach((name, block) -> block.update((values, gradients, from, to, first) -> {
            Optional<Tensor> gradient = step.get(Quantity.grad(name));
            for (int i = from; i < to; i++) {
                gradients[i] = gradient.isPresent() ? gradient.get().get(first + i - from) : 0;
            }
        }));
        return step.get(Quantity.value("loss")).orElseThrow().get(0);
    }

    private Program program(Loss loss) {
        String call = switch (loss) {
            case SQUARED_ERROR -> "mse_loss(%s, t, reduction='sum')";
            case MEAN_SQUARED_ERROR -> "mse_loss(%s, t)";
            case CROSS_ENTROPY -> "cross_entropy(%s, t)";
        };
        return Program.parse(List.of("loss = " + call.formatted(output)));
    }

    private Evaluation evaluated(Program program, String root, Map<String, Input> inputs, Tensor cotangent) {
        return Evaluator.evaluate(engine, new Task(program, inputs, root, cotangent), dtype);
    }

    /** The samples and the parameters. */
    private Map<String, Input> inputs(double... samples) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        int rows = samples.length / architecture.inputs();
        inputs.put("x", new Input(Tensor.of(dtype, Shape.of(rows, architecture.inputs()), samples), false));
        architecture
                .shapes()
                .forEach((name, shape) -> inputs.put(
                        name,
                        new Input(
                                Tensor.of(
                                        dtype,
                                        shape,
                                        Objects.requireNonNull(parameters.get(name))
                                                .values()),
                                true)));
        return inputs;
    }

    private Tensor targets(Dataset data, Loss loss, int... batch) {
        if (loss.isOfClasses()) {
            return Tensor.indices(
                    Shape.of(batch.length),
                    Arrays.stream(data.labels(batch)).asLongStream().toArray());
        }
        double[] targets = data.targets(batch);
        return Tensor.of(dtype, Shape.of(batch.length, targets.length / batch.length), targets);
    }

    @Override
    public double[] predict(double[] inputs) {
        int rows = inputs.length / architecture.inputs();
        Shape shape = Shape.of(rows, architecture.outputs()[architecture.layers() - 1]);
        return evaluated(prediction, "y", inputs(inputs), Tensor.full(dtype, shape, 0))
                .get(Quantity.value("y"))
                .orElseThrow()
                .toDoubles();
    }
}
