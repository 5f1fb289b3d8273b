package org.gradtwin.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.matrix.Graph;
import org.gradtwin.matrix.Layers;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;

/** A network of matrices, in float32 or float64: a whole batch at a time on one tape, which is reused. */
public final class MatrixNetwork implements Network {
    private final Architecture architecture;
    private final Graph graph;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, ParameterBlock> parameters;

    @SuppressWarnings("ArrayRecordComponent") // views, compared nowhere
    private record Slot(Shape shape, double[] values, double[] gradients) {}

    /**
     * A network whose parameters are 0.
     *
     * @throws IllegalArgumentException for a type that is not floating
     */
    public MatrixNetwork(Architecture architecture, DType dtype) {
        this.architecture = architecture;
        graph = new Graph(
                switch (dtype) {
                    case FLOAT32 -> Precision.FLOAT32;
                    case FLOAT64 -> Precision.FLOAT64;
                    case INT64, BOOL -> throw new IllegalArgumentException("a network of " + dtype.torchName());
                });
        Map<String, ParameterBlock> named = new LinkedHashMap<>();
        architecture.shapes().forEach((name, shape) -> {
            Slot slot = new Slot(shape, new double[shape.size()], new double[shape.size()]);
            slots.add(slot);
            named.put(name, ParameterBlock.of(slot.values, slot.gradients, dtype));
        });
        parameters = Collections.unmodifiableMap(named);
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
        graph.reset();
        List<Matrix> leaves = leaves(true);
        Matrix y = forward(leaves, data.inputs(batch));
        Matrix value = switch (loss) {
            case SQUARED_ERROR -> Losses.mseLoss(y, target(data, batch), Reduction.SUM);
            case MEAN_SQUARED_ERROR -> Losses.mseLoss(y, target(data, batch), Reduction.MEAN);
            case CROSS_ENTROPY -> Losses.crossEntropy(y, data.labels(batch));
        };
        value.backward();
        for (int i = 0; i < leaves.size(); i++) {
            double[] into = slots.get(i).gradients;
            double[] gradient = leaves.get(i).grad();
            if (gradient == null) {
                Arrays.fill(into, 0);
            } else {
                System.arraycopy(gradient, 0, into, 0, into.length);
            }
        }
        return value.item();
    }

    private Matrix target(Dataset data, int... batch) {
        double[] targets = data.targets(batch);
        int width = architecture.outputs()[architecture.layers() - 1];
        if (targets.length != batch.length * width) {
            throw new IllegalArgumentException(
                    width + " outputs for targets of " + targets.length / Math.max(1, batch.length));
        }
        return graph.constant(Shape.of(batch.length, width), targets);
    }

    private List<Matrix> leaves(boolean requiresGrad) {
        List<Matrix> leaves = new ArrayList<>();
        for (Slot slot : slots) {
            leaves.add(graph.leaf(slot.shape, slot.values, requiresGrad));
        }
        return leaves;
    }

    private Matrix forward(List<Matrix> leaves, double... inputs) {
        int features = architecture.inputs();
        if (inputs.length % features != 0) {
            throw new IllegalArgumentException(inputs.length + " inputs are no whole number of rows of " + features);
        }
        Matrix y = graph.constant(Shape.of(inputs.length / features, features), inputs);
        for (int k = 0; k < architecture.layers(); k++) {
            y = Layers.linear(y, leaves.get(2 * k), leaves.get(2 * k + 1));
            if (k < architecture.layers() - 1) {
                y = activate(architecture.activation(), y);
            }
        }
        return y;
    }

    private static Matrix activate(Activation activation, Matrix z) {
        return switch (activation) {
            case RELU -> z.relu();
            case TANH -> z.tanh();
            case LINEAR -> z;
        };
    }

    @Override
    public double[] predict(double[] inputs) {
        graph.reset();
        return forward(leaves(false), inputs).values();
    }
}
