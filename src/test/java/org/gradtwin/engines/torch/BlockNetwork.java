package org.gradtwin.engines.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/** A multi-layer perceptron of DJL's own blocks: a {@code SequentialBlock} of {@code Linear} and activations. */
final class BlockNetwork implements AutoCloseable {
    /** What follows a linear block. */
    enum Phi {
        NONE,
        RELU,
        TANH,
        SIGMOID;

        private Block block() {
            return switch (this) {
                case NONE -> Blocks.identityBlock();
                case RELU -> Activation.reluBlock();
                case TANH -> Activation.tanhBlock();
                case SIGMOID -> Activation.sigmoidBlock();
            };
        }
    }

    /**
     * One layer.
     *
     * @param weight (outputs, inputs), as PyTorch has it
     * @param bias (outputs)
     */
    record Layer(Tensor weight, Tensor bias, Phi activation) {}

    /**
     * What the network made of a batch.
     *
     * @param y the outputs
     * @param dx the gradient of the inputs
     * @param dw the gradients of the weights, (outputs, inputs)
     * @param db the gradients of the biases
     */
    record Pass(Tensor y, Tensor dx, List<Tensor> dw, List<Tensor> db) {}

    private final PtNDManager manager;
    private final SequentialBlock network = new SequentialBlock();
    private final List<Linear> linears = new ArrayList<>();

    BlockNetwork(List<Layer> layers, DType dtype) {
        TorchRuntime runtime = TorchRuntime.get();
        runtime.prepareThread();
        manager = runtime.newManager();
        for (Layer layer : layers) {
            Linear linear =
                    Linear.builder().setUnits(layer.weight().shape().rows()).build();
            // Before initialize, which would draw weights of its own, in float32.
            linear.getParameters().get("weight").setArray(Marshal.toTorch(manager, layer.weight()));
            linear.getParameters().get("bias").setArray(Marshal.toTorch(manager, layer.bias()));
            linears.add(linear);
            network.add(linear).add(layer.activation().block());
        }
        int inputs = layers.get(0).weight().shape().last();
        network.initialize(manager, DataType.valueOf(dtype.name()), new Shape(1, inputs));
    }

    /** Forward with x (batch, inputs), then backward with the cotangent ∂L/∂Y (batch, outputs). */
    Pass run(Tensor x, Tensor cotangent) {
        TorchRuntime.get().prepareThread();
        PtNDArray input = Marshal.toTorch(manager, x);
        input.setRequiresGradient(true);
        for (Linear linear : linears) {
            for (String name : List.of("weight", "bias")) {
                parameter(linear, name).setRequiresGradient(true);
            }
        }
        ParameterStore store = new ParameterStore(manager, false);
        NDArray y = network.forward(store, new NDList(input), true).singletonOrThrow();
        JniUtils.backward((PtNDArray) y, Marshal.toTorch(manager, cotangent), false, false);
        return new Pass(Marshal.fromTorch((PtNDArray) y), gradient(input), gradients("weight"), gradients("bias"));
    }

    private static PtNDArray parameter(Linear linear, String name) {
        return (PtNDArray) linear.getParameters().get(name).getArray();
    }

    private List<Tensor> gradients(String name) {
        return linears.stream().map(linear -> gradient(parameter(linear, name))).toList();
    }

    private static Tensor gradient(PtNDArray leaf) {
        PtNDArray gradient = JniUtils.getGradient(leaf);
        if (gradient == null) {
            throw new AssertionError("PyTorch has no gradient for an array of shape " + leaf.getShape());
        }
        return Marshal.fromTorch(gradient);
    }

    @Override
    public void close() {
        manager.close();
    }
}
