package org.gradtwin.engines.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Dense layers in PyTorch, as one writes them by hand: X·W + b and an activation, layer by layer, without the probes of
 * the twin. For measuring against, not for comparing numbers.
 */
public final class TorchNetwork implements AutoCloseable {
    private final TorchRuntime runtime;
    private final PtNDManager manager;
    private final PtNDArray x;
    private final List<PtNDArray> weights = new ArrayList<>();
    private final List<PtNDArray> biases = new ArrayList<>();
    private final PtNDArray one;
    private final @Nullable PtNDArray targets;
    private final boolean tanh;

    /**
     * A network.
     *
     * @param x inputs (batch, sizes[0])
     * @param inputGradient whether the inputs take a gradient
     * @param parameters of each layer W (inputs, outputs) and b (outputs)
     * @param targets a class a row for the mean cross entropy; without them backward starts from the sum of the outputs
     * @param tanh whether every layer ends in tanh; otherwise all but the last end in relu
     * @throws TorchUnavailableException if PyTorch cannot start
     */
    public TorchNetwork(Tensor x, boolean inputGradient, List<Tensor> parameters, int[] targets, boolean tanh) {
        this.runtime = TorchRuntime.get();
        this.manager = runtime.newManager();
        this.x = leaf(x, inputGradient);
        for (int i = 0; i < parameters.size(); i += 2) {
            weights.add(leaf(parameters.get(i), true));
            biases.add(leaf(parameters.get(i + 1), true));
        }
        this.one = leaf(Tensor.scalar(x.dtype(), 1), false);
        this.targets = targets.length == 0
                ? null
                : leaf(
                        Tensor.indices(
                                Shape.of(targets.length, 1),
                                Arrays.stream(targets).asLongStream().toArray()),
                        false);
        this.tanh = tanh;
    }

    /** Has PyTorch use so many threads in an operation, in the whole process. */
    public static void threads(int threads) {
        TorchRuntime.get();
        JniUtils.setNumThreads(threads);
    }

    private PtNDArray leaf(Tensor value, boolean requiresGrad) {
        PtNDArray array = Marshal.toTorch(manager, value);
        if (requiresGrad) {
            array.setRequiresGradient(true);
        }
        return array;
    }

    /**
     * Forward, backward, and one step of gradient descent on the parameters, which a rate of 0 leaves out; gradients
     * are zero again in the end.
     *
     * @return the loss
     */
    public double step(double rate) {
        runtime.prepareThread();
        try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
            // Results belong to their left operand's manager.
            x.attach(scope);
            PtNDArray loss = loss();
            JniUtils.backward(loss, one, false, false);
            for (int i = 0; i < weights.size(); i++) {
                descend(weights.get(i), rate);
                descend(biases.get(i), rate);
            }
            if (x.hasGradient()) {
                JniUtils.zeroGrad(x);
            }
            double result = Marshal.fromTorch(loss).get(0);
            x.attach(manager);
            return result;
        }
    }

    private PtNDArray loss() {
        PtNDArray y = x;
        for (int i = 0; i < weights.size(); i++) {
            y = JniUtils.add(JniUtils.matmul(y, weights.get(i)), biases.get(i));
            if (tanh) {
                y = JniUtils.tanh(y);
            } else if (i < weights.size() - 1) {
                y = JniUtils.relu(y);
            }
        }
        if (targets == null) {
            return JniUtils.sum(y);
        }
        return JniUtils.neg(JniUtils.mean(JniUtils.gather(JniUtils.logSoftmax(y, 1, y.getDataType()), targets, 1)));
    }

    private static void descend(PtNDArray parameter, double rate) {
        if (rate != 0) {
            try (PtNDArray gradient = JniUtils.getGradient(parameter)) {
                JniUtils.sgdUpdate(parameter, gradient, null, (float) rate, 0, 1, -1, 0);
            }
        }
        JniUtils.zeroGrad(parameter);
    }

    /** The type that it computes in. */
    public DType dtype() {
        return DType.valueOf(x.getDataType().name());
    }

    @Override
    public void close() {
        manager.close();
    }
}
