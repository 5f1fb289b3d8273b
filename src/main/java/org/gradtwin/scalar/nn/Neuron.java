package org.gradtwin.scalar.nn;

import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;

/** y = φ(Σ x[i] · w[i] + b). Its parameters are the weights and then the bias. */
public final class Neuron extends Module {

    private final Activation activation;

    /** A neuron of its own. */
    public Neuron(int inputs, Activation activation, Initialization initialization) {
        this(NodeRun.leaves(initialization.parameters(inputs, 1)), activation);
    }

    /** A neuron with parameters that exist. */
    Neuron(NodeRun parameters, Activation activation) {
        super(parameters);
        this.activation = activation;
    }

    /** The weights. */
    public NodeRun weights() {
        return parameters().subList(0, inputs());
    }

    /** The bias. */
    public Node bias() {
        return parameters().get(inputs());
    }

    /** The number of inputs. */
    public int inputs() {
        return parameters().size() - 1;
    }

    /**
     * The output for the inputs x.
     *
     * @throws IllegalArgumentException if x has another size than this neuron has inputs
     */
    public Node forward(List<Node> x) {
        checkInputs(this, x, inputs());
        return activation.apply(Node.dot(x, weights(), bias()));
    }

    /** For instance {@code relu(3)}. */
    @Override
    public String toString() {
        return activation + "(" + inputs() + ")";
    }
}
