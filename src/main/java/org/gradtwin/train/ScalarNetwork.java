package org.gradtwin.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.scalar.NoGrad;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.scalar.nn.Layer;
import org.gradtwin.scalar.nn.MLP;
import org.gradtwin.scalar.nn.Neuron;

/** A network of scalar nodes, in float64. */
public final class ScalarNetwork implements Network {
    private final Architecture architecture;
    private final MLP model;
    private final Map<String, ParameterBlock> parameters;

    /** A network with these initial weights; biases are 0. */
    public ScalarNetwork(Architecture architecture, Initialization initialization) {
        this.architecture = architecture;
        model = new MLP(architecture.inputs(), architecture.outputs(), architecture.activation(), initialization);
        Map<String, ParameterBlock> named = new LinkedHashMap<>();
        for (Layer layer : model.layers()) {
            List<NodeRun> weights = new ArrayList<>();
            List<NodeRun> biases = new ArrayList<>();
            for (int i = 0; i < layer.outputs(); i++) {
                Neuron neuron = layer.neuron(i);
                weights.add(neuron.weights());
                biases.add(neuron.parameters().subList(neuron.inputs(), neuron.inputs() + 1));
            }
            int number = named.size() / 2 + 1;
            named.put("w" + number, ParameterBlock.of(weights.toArray(NodeRun[]::new)));
            named.put("b" + number, ParameterBlock.of(biases.toArray(NodeRun[]::new)));
        }
        parameters = Collections.unmodifiableMap(named);
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Map<String, ParameterBlock> parameters() {
        return parameters;
    }

    /** All parameters as the one run that they are: faster than by name. */
    @Override
    public List<ParameterBlock> blocks() {
        return List.of(ParameterBlock.of(model.parameters()));
    }

    @Override
    public double learn(Dataset data, int[] batch, Loss loss) {
        require(data, loss);
        model.zeroGrad();
        List<Node> terms = new ArrayList<>(batch.length);
        for (int sample : batch) {
            NodeRun y = model.forward(NodeRun.constants(data.inputs(sample)));
            terms.add(
                    loss.isOfClasses()
                            ? crossEntropy(y, data.labels(sample)[0])
                            : squaredError(y, data.targets(sample)));
        }
        Node total = terms.size() == 1 ? terms.get(0) : Node.sum(terms);
        int outputs = architecture.outputs()[architecture.layers() - 1];
        switch (loss) {
            case SQUARED_ERROR -> {}
            case MEAN_SQUARED_ERROR -> total = total.dividedBy((double) batch.length * outputs);
            case CROSS_ENTROPY -> total = total.dividedBy(batch.length);
        }
        total.backward();
        return total.data();
    }

    private static Node squaredError(NodeRun y, double... target) {
        if (y.size() != target.length) {
            throw new IllegalArgumentException(y.size() + " outputs for targets of " + target.length);
        }
        List<Node> squares = new ArrayList<>(target.length);
        for (int i = 0; i < target.length; i++) {
            squares.add(y.get(i).minus(target[i]).square());
        }
        return squares.size() == 1 ? squares.get(0) : Node.sum(squares);
    }

    /** log Σ e^(y − m) + m − y[t], where m, the greatest output, is a constant: its gradient cancels. */
    private static Node crossEntropy(NodeRun y, int label) {
        double greatest = Arrays.stream(y.data()).max().orElseThrow();
        List<Node> powers = new ArrayList<>(y.size());
        for (Node output : y) {
            powers.add(output.minus(greatest).exp());
        }
        return Node.sum(powers).log().minus(y.get(label).minus(greatest));
    }

    @Override
    @SuppressWarnings("try") // the scope works by being open
    public double[] predict(double[] inputs) {
        int features = architecture.inputs();
        int width = architecture.outputs()[architecture.layers() - 1];
        double[] predictions = new double[inputs.length / features * width];
        try (NoGrad scope = NoGrad.open()) {
            for (int i = 0; i < inputs.length / features; i++) {
                double[] x = Arrays.copyOfRange(inputs, i * features, (i + 1) * features);
                double[] y = model.forward(NodeRun.constants(x)).data();
                System.arraycopy(y, 0, predictions, i * width, width);
            }
        }
        return predictions;
    }
}
