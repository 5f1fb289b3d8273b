package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.scalar.nn.Layer;
import org.gradtwin.scalar.nn.MLP;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** The networks of the notebook's experiment: 3 inputs, k hidden layers of relu neurons, 1 output; in four engines. */
final class NotebookNet {
    private static final int INPUTS = 3;

    private final int[] outputs;
    final MLP model;

    /** A network of {@code hidden} layers of {@code width} neurons each, and the output. */
    NotebookNet(int hidden, int width) {
        outputs = new int[hidden + 1];
        Arrays.fill(outputs, width);
        outputs[hidden] = 1;
        model = new MLP(INPUTS, outputs, Activation.RELU, Initialization.kaimingUniform(hidden));
    }

    /** The number of parameters. */
    int weights() {
        return model.parameters().size();
    }

    private static NodeRun inputs() {
        return NodeRun.constants(1, -1, 0.5);
    }

    Node forward() {
        return model.forward(inputs()).get(0);
    }

    /** The same with {@code +} and {@code *} alone, an operation an edge. */
    Node forwardByOperators() {
        List<Node> x = inputs();
        for (Layer layer : model.layers()) {
            NodeRun parameters = layer.parameters();
            List<Node> next = new ArrayList<>(layer.outputs());
            int position = 0;
            for (int j = 0; j < layer.outputs(); j++) {
                Node z = parameters.get(position + x.size());
                for (Node input : x) {
                    z = z.plus(input.times(parameters.get(position++)));
                }
                position++;
                next.add(layer.outputs() == 1 ? z : z.relu());
            }
            x = next;
        }
        return x.get(0);
    }

    /** The network as a graph of objects. */
    TextbookNode.Network textbook() {
        return new TextbookNode.Network(model.parameters().data(), outputs);
    }

    static TextbookNode forward(TextbookNode.Network network) {
        return network.forward(List.of(new TextbookNode(1), new TextbookNode(-1), new TextbookNode(0.5)))
                .get(0);
    }

    /** The network in PyTorch, with whole layers as float64 matrices. */
    TorchNetwork torch() {
        List<Tensor> parameters = new ArrayList<>();
        for (Layer layer : model.layers()) {
            int inputs = layer.inputs();
            double[] weight = new double[inputs * layer.outputs()];
            double[] bias = new double[layer.outputs()];
            double[] data = layer.parameters().data();
            for (int j = 0; j < bias.length; j++) {
                for (int i = 0; i < inputs; i++) {
                    weight[i * bias.length + j] = data[j * (inputs + 1) + i];
                }
                bias[j] = data[j * (inputs + 1) + inputs];
            }
            parameters.add(Tensor.of(DType.FLOAT64, Shape.of(inputs, bias.length), weight));
            parameters.add(Tensor.of(DType.FLOAT64, Shape.of(bias.length), bias));
        }
        Tensor x = Tensor.of(DType.FLOAT64, Shape.of(1, INPUTS), inputs().data());
        return new TorchNetwork(x, false, parameters, new int[0], false);
    }
}
