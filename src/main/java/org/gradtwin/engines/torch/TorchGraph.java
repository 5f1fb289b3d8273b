package org.gradtwin.engines.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A computation in PyTorch. All its arrays belong to one manager, which gives them back when the graph is closed.
 *
 * <p>DJL cannot retain the gradient of a computed value. Instead a leaf of negative zeros, the probe, is added to it:
 * x + (−0) is x in every bit, −0 and NaN included, and the gradient of the probe is that of the value.
 */
final class TorchGraph implements Graph<TorchValue> {
    private final TorchRuntime runtime;
    private final DType dtype;
    private final PtNDManager manager;
    private final ScriptOps scripts;

    TorchGraph(TorchRuntime runtime, DType dtype) {
        this.runtime = runtime;
        this.dtype = dtype;
        this.manager = runtime.newManager();
        this.scripts = new ScriptOps(runtime, manager);
    }

    @Override
    public TorchValue leaf(Tensor value, boolean requiresGrad) {
        if (value.dtype().isFloating() && value.dtype() != dtype) {
            throw new IllegalArgumentException(
                    "a " + value.dtype().torchName() + " leaf in a graph of " + dtype.torchName());
        }
        return guard(() -> {
            PtNDArray array = Marshal.toTorch(manager, value);
            if (requiresGrad) {
                array.setRequiresGradient(true);
            }
            return new TorchValue(array, requiresGrad ? array : null);
        });
    }

    @Override
    public TorchValue apply(Op op, List<@Nullable TorchValue> operands, Attributes attributes) {
        List<@Nullable PtNDArray> arrays = new ArrayList<>();
        operands.forEach(operand -> arrays.add(operand == null ? null : operand.array()));
        return guard(() -> new TorchValue(scripts.apply(op, arrays, attributes), null));
    }

    @Override
    public TorchValue retainGrad(TorchValue value) {
        return guard(() -> {
            PtNDArray array = value.array();
            DataType type = array.getDataType();
            PtNDArray probe = JniUtils.full(manager, array.getShape(), -0.0, type, Device.cpu(), SparseFormat.DENSE);
            probe.setRequiresGradient(true);
            return new TorchValue(JniUtils.add(array, probe), probe);
        });
    }

    @Override
    public boolean differentiates() {
        return true;
    }

    @Override
    public TorchValue grad(TorchValue root, TorchValue value) {
        return guard(() -> new TorchValue(scripts.grad(root.array(), value.array()), null));
    }

    @Override
    public Tensor value(TorchValue value) {
        return guard(() -> Marshal.fromTorch(value.array()));
    }

    @Override
    public void backward(TorchValue root, Tensor cotangent) {
        guard(() -> {
            PtNDArray vector = Marshal.toTorch(manager, cotangent);
            JniUtils.backward(root.array(), vector, false, false);
            return root;
        });
    }

    @Override
    public Optional<Tensor> gradient(TorchValue value) {
        PtNDArray leaf = value.leaf();
        if (leaf == null) {
            throw new IllegalArgumentException("the gradient of this value was not asked for before it was used");
        }
        return guard(() -> {
            // Not leaf.getGradient(): it makes up zeros where there is no dependence.
            PtNDArray gradient = JniUtils.getGradient(leaf);
            return gradient == null ? Optional.empty() : Optional.of(Marshal.fromTorch(gradient));
        });
    }

    @Override
    public void close() {
        manager.close();
    }

    /** Runs a step on a thread that records gradients; PyTorch's refusal becomes a message of one line. */
    private <T> T guard(Supplier<T> step) {
        try {
            runtime.prepareThread();
            return step.get();
        } catch (EngineException e) {
            throw new IllegalArgumentException(Refusal.message(e), e);
        }
    }
}
