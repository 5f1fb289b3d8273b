package org.gradtwin.scalar.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;

/** A multi-layer perceptron: layers one after the other, the last one linear. */
public final class MLP extends Module {

    private final int inputs;
    private final List<Layer> layers;

    /**
     * A network with weights uniform on [0, 1).
     *
     * @param inputs the number of inputs
     * @param outputs the number of neurons of each layer
     * @param activation of all layers but the last
     * @param seed of the weights
     */
    public MLP(int inputs, int[] outputs, Activation activation, long seed) {
        this(inputs, outputs, activation, Initialization.uniform(seed));
    }

    /**
     * A network.
     *
     * @throws IllegalArgumentException if there is no layer, or one without neurons
     */
    public MLP(int inputs, int[] outputs, Activation activation, Initialization initialization) {
        super(NodeRun.leaves(initialization.parameters(sizes(inputs, outputs))));
        this.inputs = inputs;
        List<Layer> built = new ArrayList<>();
        int from = 0;
        int width = inputs;
        for (int i = 0; i < outputs.length; i++) {
            int to = from + outputs[i] * (width + 1);
            Activation last = i == outputs.length - 1 ? Activation.LINEAR : activation;
            built.add(new Layer(parameters().subList(from, to), width, outputs[i], last));
            from = to;
            width = outputs[i];
        }
        this.layers = Collections.unmodifiableList(built);
    }

    private static int[] sizes(int inputs, int... outputs) {
        if (outputs.length == 0) {
            throw new IllegalArgumentException("a network of 0 layers");
        }
        int[] sizes = new int[outputs.length + 1];
        sizes[0] = inputs;
        System.arraycopy(outputs, 0, sizes, 1, outputs.length);
        return sizes;
    }

    /** The layers, first to last. */
    public List<Layer> layers() {
        return layers;
    }

    /**
     * The outputs for the inputs x.
     *
     * @throws IllegalArgumentException if x has another size than this network has inputs
     */
    public NodeRun forward(List<Node> x) {
        checkInputs(this, x, inputs);
        NodeRun y = NodeRun.of(x);
        for (Layer layer : layers) {
            y = layer.forward(y);
        }
        return y;
    }

    /** For instance {@code MLP[Layer[relu(1), relu(1)], Layer[linear(2)]]}. */
    @Override
    public String toString() {
        return layers.stream().map(Layer::toString).collect(Collectors.joining(", ", "MLP[", "]"));
    }
}
