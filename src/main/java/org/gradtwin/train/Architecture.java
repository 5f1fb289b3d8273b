package org.gradtwin.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.tensor.Shape;

/**
 * A multi-layer perceptron: its sizes and the activation of all layers but the last, which is linear. Layer k, counted
 * from 1, has a weight {@code wk} of shape (outputs, inputs) and a bias {@code bk} of shape (outputs), as PyTorch's
 * {@code Linear}.
 *
 * @param inputs the number of inputs
 * @param outputs the number of neurons of each layer
 * @param activation of the hidden layers
 */
@SuppressWarnings("ArrayRecordComponent") // copied at the border
public record Architecture(int inputs, int[] outputs, Activation activation) {
    /**
     * A copy.
     *
     * @throws IllegalArgumentException if there is no layer or a size is not positive
     */
    public Architecture {
        outputs = outputs.clone();
        boolean wrong = inputs < 1 || outputs.length == 0;
        for (int output : outputs) {
            wrong |= output < 1;
        }
        if (wrong) {
            throw new IllegalArgumentException("a network of layers " + Arrays.toString(outputs) + " with " + inputs
                    + " inputs: sizes must be positive");
        }
    }

    @Override
    public int[] outputs() {
        return outputs.clone();
    }

    /** The number of layers. */
    public int layers() {
        return outputs.length;
    }

    /** The inputs of layer {@code k}, counted from 0. */
    int width(int k) {
        return k == 0 ? inputs : outputs[k - 1];
    }

    /** The shapes of the parameters by name, layer by layer, the weight before the bias. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (int k = 0; k < outputs.length; k++) {
            shapes.put("w" + (k + 1), Shape.of(outputs[k], width(k)));
            shapes.put("b" + (k + 1), Shape.of(outputs[k]));
        }
        return shapes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Architecture that
                && inputs == that.inputs
                && Arrays.equals(outputs, that.outputs)
                && activation == that.activation;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * inputs + Arrays.hashCode(outputs)) + activation.hashCode();
    }

    @Override
    public String toString() {
        return "MLP(" + inputs + ", " + Arrays.toString(outputs) + ", " + activation + ")";
    }
}
