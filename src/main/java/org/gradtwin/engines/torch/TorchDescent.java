package org.gradtwin.engines.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.train.Architecture;
import org.gradtwin.train.Loss;
import org.gradtwin.train.SGD;
import org.jspecify.annotations.Nullable;

/**
 * A network in PyTorch that learns by stochastic gradient descent: forward, backward and the update are PyTorch's
 * kernels. The update is written in its tensor operations, as {@code torch.optim.SGD} is (see {@link SGD} for the
 * formula): DJL's own keeps rates in float32 whatever the type, multiplies a changing rate into the velocity, and knows
 * neither dampening nor Nesterov's momentum.
 */
public final class TorchDescent implements AutoCloseable {
    private final TorchRuntime runtime;
    private final PtNDManager manager;
    private final Architecture architecture;
    private final DType dtype;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    /** Rates, momenta and the like: few, unless a schedule changes the rate in each step. */
    private final Map<Double, PtNDArray> numbers = new HashMap<>();

    private static final class Parameter {
        private final PtNDArray value;
        private final SGD.Options options;
        private @Nullable PtNDArray velocity;

        Parameter(PtNDArray value, SGD.Options options) {
            this.value = value;
            this.options = options;
        }
    }

    /**
     * A network.
     *
     * @param dtype that it computes in
     * @param initial the parameters by name, of the shapes of {@link Architecture#shapes}
     * @param options SGD's, by name of the parameter
     * @throws TorchUnavailableException if PyTorch cannot start
     */
    public TorchDescent(
            Architecture architecture, DType dtype, Map<String, Tensor> initial, Map<String, SGD.Options> options) {
        this.runtime = TorchRuntime.get();
        this.manager = runtime.newManager();
        this.architecture = architecture;
        this.dtype = dtype;
        architecture.shapes().forEach((name, shape) -> {
            Tensor value = Objects.requireNonNull(initial.get(name), name);
            PtNDArray array = Marshal.toTorch(manager, value.to(dtype));
            array.setRequiresGradient(true);
            parameters.put(name, new Parameter(array, Objects.requireNonNull(options.get(name), name)));
        });
    }

    /**
     * One step: forward, backward, update.
     *
     * @param inputs (samples, inputs)
     * @param targets numbers (samples, outputs), or classes (samples, 1) for a loss of classes
     * @param rate the learning rate of a parameter, by name
     * @return the loss before the update
     */
    public double step(Tensor inputs, Tensor targets, Loss loss, ToDoubleFunction<String> rate) {
        runtime.prepareThread();
        try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
            PtNDArray target = Marshal.toTorch(scope, loss.isOfClasses() ? targets : targets.to(dtype));
            PtNDArray value = loss(forward(Marshal.toTorch(scope, inputs.to(dtype))), target, loss);
            JniUtils.backward(value, number(1), false, false);
            // Else the update would become part of the graph.
            JniUtils.setGradMode(false);
            parameters.forEach((name, parameter) -> update(scope, parameter, rate.applyAsDouble(name)));
            JniUtils.setGradMode(true);
            return Marshal.fromTorch(value).get(0);
        }
    }

    private PtNDArray number(double value) {
        return numbers.computeIfAbsent(value, key -> Marshal.toTorch(manager, Tensor.scalar(dtype, key)));
    }

    /** Results belong to their left operand's manager, and so to the inputs'. */
    private PtNDArray forward(PtNDArray inputs) {
        PtNDArray y = inputs;
        for (int k = 1; k <= architecture.layers(); k++) {
            y = JniUtils.linear(y, value("w" + k), value("b" + k));
            if (k < architecture.layers()) {
                y = activate(architecture.activation(), y);
            }
        }
        return y;
    }

    private PtNDArray value(String name) {
        return Objects.requireNonNull(parameters.get(name), name).value;
    }

    private static PtNDArray activate(Activation activation, PtNDArray z) {
        return switch (activation) {
            case RELU -> JniUtils.relu(z);
            case TANH -> JniUtils.tanh(z);
            case LINEAR -> z;
        };
    }

    private static PtNDArray loss(PtNDArray y, PtNDArray target, Loss loss) {
        return switch (loss) {
            case SQUARED_ERROR -> JniUtils.sum(JniUtils.square(JniUtils.sub(y, target)));
            case MEAN_SQUARED_ERROR -> JniUtils.mean(JniUtils.square(JniUtils.sub(y, target)));
            case CROSS_ENTROPY ->
                JniUtils.neg(JniUtils.mean(JniUtils.gather(JniUtils.logSoftmax(y, 1, y.getDataType()), target, 1)));
        };
    }

    private void update(PtNDManager scope, Parameter parameter, double rate) {
        SGD.Options options = parameter.options;
        PtNDArray d = JniUtils.getGradient(parameter.value);
        d.attach(scope);
        if (options.weightDecay() != 0) {
            d = JniUtils.add(d, scaled(scope, parameter.value, options.weightDecay()));
        }
        if (options.momentum() != 0) {
            PtNDArray velocity = parameter.velocity;
            if (velocity == null) {
                velocity = JniUtils.clone(d);
                velocity.attach(manager);
                parameter.velocity = velocity;
            } else {
                JniUtils.muli(velocity, number(options.momentum()));
                JniUtils.addi(velocity, scaled(scope, d, 1 - options.dampening()));
            }
            d = options.nesterov() ? JniUtils.add(d, scaled(scope, velocity, options.momentum())) : velocity;
        }
        JniUtils.subi(parameter.value, scaled(scope, d, rate));
        JniUtils.zeroGrad(parameter.value);
    }

    private PtNDArray scaled(PtNDManager scope, PtNDArray array, double factor) {
        PtNDArray product = JniUtils.mul(number(factor), array);
        product.attach(scope);
        return product;
    }

    /** The parameters now, by name. */
    public Map<String, double[]> parameters() {
        Map<String, double[]> values = new LinkedHashMap<>();
        parameters.forEach((name, parameter) ->
                values.put(name, Marshal.fromTorch(parameter.value).toDoubles()));
        return values;
    }

    @Override
    public void close() {
        manager.close();
    }
}
