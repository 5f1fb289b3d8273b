package org.gradtwin.engines.torch;

import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engine.UnsupportedTrainingException;
import org.gradtwin.tensor.DType;

/**
 * The PyTorch twin. PyTorch starts with the first graph: offline, without telemetry, and with one thread, so that runs
 * are identical to the last bit; DJL's properties {@code ai.djl.pytorch.num_threads},
 * {@code ai.djl.pytorch.num_interop_threads}, {@code ai.djl.offline} and {@code OPT_OUT_TRACKING} are left alone where
 * set. Graphs of one engine may be used by several threads at once, each graph by one. A thread that has used a graph
 * records gradients from then on (PyTorch's grad mode).
 */
public final class TorchEngine implements Engine {
    /** Its name. */
    public static final String NAME = "pytorch";

    /**
     * The versions that decide about last bits; starts PyTorch.
     *
     * @throws TorchUnavailableException if PyTorch cannot start
     */
    public static TorchVersions versions() {
        return TorchRuntime.get().versions();
    }

    @Override
    public boolean concurrent() {
        return true;
    }

    @Override
    public boolean keepsTime() {
        return true;
    }

    @Override
    public boolean claimsPyTorch() {
        return true;
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * A new, empty graph.
     *
     * @throws TorchUnavailableException if PyTorch cannot start
     */
    @Override
    public Graph<?> newGraph(DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("PyTorch does not differentiate " + dtype.torchName());
        }
        return new TorchGraph(TorchRuntime.get(), dtype);
    }

    /**
     * A training by SGD.
     *
     * @throws UnsupportedTrainingException for another optimizer
     * @throws TorchUnavailableException if PyTorch cannot start
     */
    @Override
    public Training train(TrainingTask task) {
        return new TorchTraining(task);
    }
}
