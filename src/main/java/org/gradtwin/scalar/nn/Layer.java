package org.gradtwin.scalar.nn;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;

/** Neurons with the same inputs. The parameters lie neuron by neuron. */
public final class Layer extends Module {

    private final int inputs;
    private final int outputs;
    private final Activation activation;

    /** A layer of its own. */
    public Layer(int inputs, int outputs, Activation activation, Initialization initialization) {
        this(NodeRun.leaves(initialization.parameters(inputs, outputs)), inputs, outputs, activation);
    }

    /** A layer with parameters that exist. */
    Layer(NodeRun parameters, int inputs, int outputs, Activation activation) {
        super(parameters);
        this.inputs = inputs;
        this.outputs = outputs;
        this.activation = activation;
    }

    /** The number of inputs. */
    public int inputs() {
        return inputs;
    }

    /** The number of neurons. */
    public int outputs() {
        return outputs;
    }

    /** Neuron {@code i}, with a view of its parameters. */
    public Neuron neuron(int i) {
        int from = Objects.checkIndex(i, outputs) * (inputs + 1);
        return new Neuron(parameters().subList(from, from + inputs + 1), activation);
    }

    /**
     * The outputs for the inputs x.
     *
     * @throws IllegalArgumentException if x has another size than this layer has inputs
     */
    public NodeRun forward(List<Node> x) {
        checkInputs(this, x, inputs);
        return activation.apply(NodeRun.of(x).affine(parameters(), outputs));
    }

    /** For instance {@code Layer[relu(1), relu(1)]}. */
    @Override
    public String toString() {
        return "Layer[" + String.join(", ", Collections.nCopies(outputs, activation + "(" + inputs + ")")) + "]";
    }
}
