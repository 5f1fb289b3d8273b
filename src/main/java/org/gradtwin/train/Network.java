package org.gradtwin.train;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A network of one of the engines, as training sees it. */
public interface Network {
    /** What it is made of. */
    Architecture architecture();

    /** The parameters by name, in the order of {@link Architecture#shapes}. */
    Map<String, ParameterBlock> parameters();

    /**
     * The loss of a batch. Its gradients are left in the parameters, in place of those of the batch before.
     *
     * @throws IllegalArgumentException if the loss, the data and the network do not fit
     */
    double learn(Dataset data, int[] batch, Loss loss);

    /**
     * The outputs for these inputs; nothing is recorded.
     *
     * @param inputs (samples, inputs), row-major
     * @return (samples, outputs), row-major
     */
    double[] predict(double[] inputs);

    /** All parameters, for an optimizer of one group. */
    default List<ParameterBlock> blocks() {
        return List.copyOf(parameters().values());
    }

    /** Sets the parameters, each rounded to the network's format. */
    default void load(Map<String, double[]> values) {
        if (!values.keySet().equals(parameters().keySet())) {
            throw new IllegalArgumentException("parameters " + values.keySet() + " for a network with "
                    + parameters().keySet());
        }
        values.forEach((name, numbers) ->
                Objects.requireNonNull(parameters().get(name)).load(numbers));
    }

    /** Throws unless the data and the loss fit the network. */
    default void require(Dataset data, Loss loss) {
        if (data.features() != architecture().inputs() || data.isClassification() != loss.isOfClasses()) {
            throw new IllegalArgumentException("%s cannot learn %s from samples of %d features with %s"
                    .formatted(
                            architecture(),
                            loss.key(),
                            data.features(),
                            data.isClassification() ? "classes" : "numbers"));
        }
    }
}
