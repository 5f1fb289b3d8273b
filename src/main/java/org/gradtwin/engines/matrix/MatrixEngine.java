package org.gradtwin.engines.matrix;

import java.util.function.Supplier;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.NetworkTraining;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.DType;
import org.gradtwin.train.MatrixNetwork;

/** The matrix engine behind the contract, in float32 and float64. */
public final class MatrixEngine implements Engine {
    /** Its name. */
    public static final String NAME = "matrix";

    private final Supplier<Kernels> kernels;

    /** Computes with the fastest kernels of this machine, on all of its processors. */
    public MatrixEngine() {
        this(Kernels::best);
    }

    /** Computes with the kernels that are given when a graph is made. */
    public MatrixEngine(Supplier<Kernels> kernels) {
        this.kernels = kernels;
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
     * A graph of its own, which one thread uses at a time.
     *
     * @throws IllegalArgumentException for a type that is not floating
     */
    @Override
    public Graph<?> newGraph(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> new MatrixGraph(dtype, Precision.FLOAT32, kernels.get());
            case FLOAT64 -> new MatrixGraph(dtype, Precision.FLOAT64, kernels.get());
            case INT64, BOOL ->
                throw new IllegalArgumentException("the matrix engine does not compute in " + dtype.torchName());
        };
    }

    @Override
    public Training train(TrainingTask task) {
        return new NetworkTraining(new MatrixNetwork(task.architecture(), task.dtype()), task);
    }
}
