package org.gradtwin.matrix;

import java.util.List;

/**
 * Dense layers one after the other under a cross entropy of softmax, with all gradients in closed form: equation (7) of
 * {@link SoftmaxCrossEntropy}, then (3) to (6) of each {@link DenseLayer} from the last to the first, where ∂L/∂X of one is ∂L/∂Y of
 * the one before. Nothing is copied on the way. The gradients of the parameters are read from the layers.
 */
public final class DenseNetwork {
    private final List<DenseLayer> layers;
    private final SoftmaxCrossEntropy loss;
    private final int[] turns;
    private int lossTurn;
    private Storage input;

    /**
     * A network of these layers, first to last.
     *
     * @throws IllegalArgumentException if there is none, if one is there twice, if one has other outputs than the next has inputs or the
     *     loss has classes, or if the formats differ
     */
    public DenseNetwork(List<DenseLayer> layers, SoftmaxCrossEntropy loss) {
        this.layers = List.copyOf(layers);
        this.loss = loss;
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("dense network of 0 layers");
        }
        for (int i = 0; i < layers.size(); i++) {
            DenseLayer layer = layers.get(i);
            if (layer.inputs() == 0) {
                throw new IllegalArgumentException("dense network: layer %d has no inputs".formatted(i));
            }
            if (layers.indexOf(layer) != i) {
                throw new IllegalArgumentException(
                        "dense network: layers %d and %d are the same object: each must have its own"
                                .formatted(layers.indexOf(layer), i));
            }
            if (i + 1 < layers.size()) {
                DenseLayer next = layers.get(i + 1);
                checkJoint(i, layer, "the next", next.inputs(), next.precision());
            } else {
                checkJoint(i, layer, "the loss", loss.classes(), loss.precision());
            }
        }
        turns = new int[layers.size()];
        input = loss.precision().allocate(0);
    }

    private static void checkJoint(int i, DenseLayer layer, String taker, int takes, Precision precision) {
        if (layer.outputs() != takes || layer.precision() != precision) {
            throw new IllegalArgumentException("dense network: layer %d gives %d outputs in %s, and %s takes %d in %s"
                    .formatted(i, layer.outputs(), layer.precision(), taker, takes, precision));
        }
    }

    /**
     * The loss of a batch.
     *
     * @param x (batch, inputs), row-major
     * @param targets one class a row
     * @throws IllegalArgumentException if the lengths do not go together, or a target is no class
     */
    public double forward(double[] x, int... targets) {
        int inputs = layers.get(0).inputs();
        if (x.length != targets.length * inputs) {
            throw new IllegalArgumentException("dense network: %d values and %d targets for rows of %d"
                    .formatted(x.length, targets.length, inputs));
        }
        loss.check(targets.length * loss.classes(), targets);
        input = loss.precision().store(input, x);
        Storage y = input;
        for (int i = 0; i < turns.length; i++) {
            y = layers.get(i).forward(y);
            turns[i] = layers.get(i).turn();
        }
        double value = loss.forward(y, targets);
        lossTurn = loss.turn();
        return value;
    }

    /**
     * The gradients of all parameters, for the latest forward.
     *
     * @throws IllegalStateException before a forward, or after a {@link #descend}
     */
    public void backward() {
        checkTurns();
        if (loss.turn() != lossTurn) {
            throw new IllegalStateException("dense network: the loss was used since the latest forward");
        }
        Storage gradient = loss.gradient();
        for (int i = layers.size() - 1; i >= 0; i--) {
            layers.get(i).backward(gradient);
            gradient = i > 0 ? layers.get(i).inputGradient() : gradient;
        }
    }

    /**
     * The gradient of the inputs, equation (4) of the first layer, which nothing else needs.
     *
     * @return ∂L/∂X (batch, inputs)
     * @throws IllegalStateException before a backward
     */
    public double[] inputGradient() {
        checkTurns();
        return layers.get(0).inputGradient().toDoubles();
    }

    /**
     * One step of gradient descent on all parameters.
     *
     * @throws IllegalStateException before a backward
     */
    public void descend(double rate) {
        checkTurns();
        layers.forEach(layer -> layer.descend(rate));
    }

    /** A layer that was used by itself has other numbers than those of the latest forward of the network. */
    private void checkTurns() {
        for (int i = 0; i < turns.length; i++) {
            if (layers.get(i).turn() != turns[i]) {
                throw new IllegalStateException(
                        "dense network: layer %d was used or changed since the latest forward".formatted(i));
            }
        }
    }
}
