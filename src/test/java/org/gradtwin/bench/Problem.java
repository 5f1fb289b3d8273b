package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.matrix.Activation;
import org.gradtwin.matrix.DenseLayer;
import org.gradtwin.matrix.DenseNetwork;
import org.gradtwin.matrix.Graph;
import org.gradtwin.matrix.Losses;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.Reduction;
import org.gradtwin.matrix.SoftmaxCrossEntropy;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * A training step to be timed: dense layers, mean cross entropy of a batch, gradients of everything, and a step of
 * gradient descent unless its rate is 0. It is built three times: on the matrix engine's tape, in closed form, and in
 * PyTorch.
 *
 * @param name for the table
 * @param batch rows
 * @param sizes inputs, then the outputs of each layer
 * @param tanh whether every layer ends in tanh; otherwise all but the last end in relu
 * @param inputGradient whether the inputs take a gradient
 * @param rate of gradient descent
 */
public record Problem(String name, int batch, List<Integer> sizes, boolean tanh, boolean inputGradient, double rate) {

    /** y = tanh(x @ w + b), mean cross entropy, gradients of x, w and b. */
    public static Problem crossEntropy(int batch, int classes, int inputs) {
        String name = "cross entropy %d×%d×%d".formatted(batch, classes, inputs);
        return new Problem(name, batch, List.of(inputs, classes), true, true, 0);
    }

    /** A step of a multi-layer perceptron with relu. */
    public static Problem mlp(int batch, Integer... sizes) {
        return new Problem("MLP step", batch, List.of(sizes), false, false, 1e-3);
    }

    private double[] inputs() {
        return uniform(batch * sizes.get(0), 1, 1);
    }

    private double[] weight(int layer) {
        int inputs = sizes.get(layer);
        return uniform(inputs * sizes.get(layer + 1), 1 / Math.sqrt(inputs), layer + 2L);
    }

    private double[] bias(int layer) {
        return uniform(sizes.get(layer + 1), 0.1, layer + 100L);
    }

    private int[] targets() {
        SplittableRandom random = new SplittableRandom(7);
        return random.ints(batch, 0, sizes.get(layers())).toArray();
    }

    private int layers() {
        return sizes.size() - 1;
    }

    private static double[] uniform(int count, double scale, long seed) {
        return new SplittableRandom(seed)
                .doubles(count)
                .map(u -> scale * (2 * u - 1))
                .toArray();
    }

    /** The step on the tape of the matrix engine; gives the loss. */
    public Step autograd(Precision precision, Kernels kernels) {
        Graph graph = new Graph(precision, kernels);
        Matrix x = graph.leaf(Shape.of(batch, sizes.get(0)), inputs(), inputGradient);
        List<Matrix> parameters = new ArrayList<>();
        for (int layer = 0; layer < layers(); layer++) {
            parameters.add(graph.leaf(Shape.of(sizes.get(layer), sizes.get(layer + 1)), weight(layer), true));
            parameters.add(graph.leaf(Shape.of(sizes.get(layer + 1)), bias(layer), true));
        }
        int[] targets = targets();
        int mark = graph.mark();
        return () -> {
            Matrix y = x;
            for (int i = 0; i < parameters.size(); i += 2) {
                y = y.matmul(parameters.get(i)).add(parameters.get(i + 1));
                y = tanh ? y.tanh() : i + 2 < parameters.size() ? y.relu() : y;
            }
            Matrix loss = Losses.crossEntropy(y, targets);
            loss.backward();
            if (rate != 0) {
                parameters.forEach(parameter -> parameter.descend(rate));
            }
            double value = loss.item();
            graph.reset(mark);
            return value;
        };
    }

    /** The step in closed form, equations (3) to (7); gives the loss. */
    public Step closedForm(Precision precision, Kernels kernels) {
        List<DenseLayer> layers = new ArrayList<>();
        for (int i = 0; i < layers(); i++) {
            Activation activation = tanh ? Activation.TANH : i + 1 < layers() ? Activation.RELU : Activation.NONE;
            DenseLayer layer = new DenseLayer(sizes.get(i), sizes.get(i + 1), activation, precision, kernels);
            layer.assign(weight(i), bias(i));
            layers.add(layer);
        }
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(sizes.get(layers()), Reduction.MEAN, precision, kernels);
        DenseNetwork network = new DenseNetwork(layers, loss);
        double[] x = inputs();
        int[] targets = targets();
        return () -> {
            double value = network.forward(x, targets);
            network.backward();
            if (inputGradient) {
                network.inputGradient();
            }
            if (rate != 0) {
                network.descend(rate);
            }
            return value;
        };
    }

    /** The step in PyTorch. */
    public TorchNetwork torch(Precision precision) {
        DType dtype = DType.valueOf(precision.name());
        List<Tensor> parameters = new ArrayList<>();
        for (int i = 0; i < layers(); i++) {
            parameters.add(Tensor.of(dtype, Shape.of(sizes.get(i), sizes.get(i + 1)), rounded(dtype, weight(i))));
            parameters.add(Tensor.of(dtype, Shape.of(sizes.get(i + 1)), rounded(dtype, bias(i))));
        }
        Tensor x = Tensor.of(dtype, Shape.of(batch, sizes.get(0)), rounded(dtype, inputs()));
        return new TorchNetwork(x, inputGradient, parameters, targets(), tanh);
    }

    private static double[] rounded(DType dtype, double... values) {
        if (dtype == DType.FLOAT32) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) values[i];
            }
        }
        return values;
    }

    /** A training step. */
    @FunctionalInterface
    public interface Step {
        /** Runs it; gives the loss. */
        double run();
    }
}
