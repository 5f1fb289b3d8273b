package org.gradtwin.engines.scalar;

import java.util.EnumSet;
import java.util.Set;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.NetworkTraining;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.gradtwin.train.ScalarNetwork;

/**
 * The scalar engine behind the contract: every tensor is an array of {@link org.gradtwin.scalar.Node}s, and every op is
 * expanded over them. It computes in float64 only.
 */
public final class ScalarEngine implements Engine {
    /** Its name. */
    public static final String NAME = "scalar";

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
    public boolean isSecondOpinion() {
        return true;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<DType> dtypes() {
        return EnumSet.of(DType.FLOAT64);
    }

    /**
     * A graph, for one thread at a time.
     *
     * @throws IllegalArgumentException for another type than float64
     */
    @Override
    public Graph<?> newGraph(DType dtype) {
        if (dtype != DType.FLOAT64) {
            throw new IllegalArgumentException("the scalar engine computes in float64, not " + dtype.torchName());
        }
        return new ScalarGraph();
    }

    @Override
    public Training train(TrainingTask task) {
        return new NetworkTraining(new ScalarNetwork(task.architecture(), Initialization.uniform(0)), task);
    }
}
