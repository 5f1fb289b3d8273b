package org.gradtwin.matrix;

import java.util.Arrays;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;

/**
 * A fully connected layer, with its gradients in closed form instead of on a tape. For a batch of B inputs, d features
 * and h outputs, with X (B, d), W (d, h), b (h), Z and Y (B, h):
 *
 * <p>Z = X·W + b and Y = φ(Z), and backward, in the numbering of the notebook's appendix on equations for MLPs,
 *
 * <p>(3) ∂L/∂Z = ∂L/∂Y ⊙ φ'(Z), shape (B, h);
 *
 * <p>(4) ∂L/∂X = ∂L/∂Z·Wᵀ, shape (B, d);
 *
 * <p>(5) ∂L/∂W = Xᵀ·∂L/∂Z, shape (d, h), summed over the batch by the product;
 *
 * <p>(6) ∂L/∂b = [1, …, 1]·∂L/∂Z, shape (h).
 *
 * <p>Buffers are made for the first batch and reused while its size stays. Arrays that methods return are copies; a
 * {@link DenseNetwork} does without them.
 */
public final class DenseLayer {
    private final Precision precision;
    private final Kernels kernels;
    private final Passes passes;
    private final int inputs;
    private final int outputs;
    private final Unary activation;
    private final Storage weight;
    private final Storage bias;
    private final Storage weightGradient;
    private final Storage biasGradient;
    private int batch;
    private boolean forwarded;
    private boolean backwarded;
    /** Counts what makes the numbers of an earlier forward stale. */
    private int turn;

    private Storage input;
    private Storage x;
    private Storage z;
    private Storage y;
    private Storage gradient;
    private Storage inputGradient;

    /**
     * A layer on the fastest kernels of this machine; its weights and biases are 0.
     *
     * @throws IllegalArgumentException if a size is negative
     */
    public DenseLayer(int inputs, int outputs, Activation activation, Precision precision) {
        this(inputs, outputs, activation, precision, Kernels.best());
    }

    /** The same on the given kernels. */
    public DenseLayer(int inputs, int outputs, Activation activation, Precision precision, Kernels kernels) {
        this.precision = precision;
        this.kernels = kernels;
        passes = new Passes(kernels.split());
        this.inputs = inputs;
        this.outputs = outputs;
        this.activation = activation.function();
        weight = precision.allocate(Shape.of(inputs, outputs).size());
        bias = precision.allocate(outputs);
        weightGradient = precision.allocate(weight.length());
        biasGradient = precision.allocate(outputs);
        input = precision.allocate(0);
        x = input;
        z = precision.allocate(0);
        y = precision.allocate(0);
        gradient = precision.allocate(0);
        inputGradient = precision.allocate(0);
    }

    int turn() {
        return turn;
    }

    int inputs() {
        return inputs;
    }

    int outputs() {
        return outputs;
    }

    Precision precision() {
        return precision;
    }

    /**
     * Sets the parameters.
     *
     * @param weight (inputs, outputs), row-major
     * @param bias (outputs)
     * @throws IllegalArgumentException if a length is another
     */
    public void assign(double[] weight, double[] bias) {
        check("weight", weight.length, this.weight.length());
        check("bias", bias.length, outputs);
        this.weight.load(weight);
        this.bias.load(bias);
        forwarded = false;
        turn++;
    }

    /**
     * Y = φ(X·W + b).
     *
     * @param x (batch, inputs), row-major
     * @return (batch, outputs)
     * @throws IllegalArgumentException if x is no whole number of rows
     */
    public double[] forward(double[] x) {
        if (inputs == 0 || x.length % inputs != 0) {
            throw new IllegalArgumentException(
                    "dense layer: %d values are no whole number of rows of %d".formatted(x.length, inputs));
        }
        input = precision.store(input, x);
        return forward(input).toDoubles();
    }

    /** The same; X is read again by backward, and Y is this layer's. */
    Storage forward(Storage x) {
        prepare(x.length() / inputs);
        this.x = x;
        LinearAlgebra.product(kernels, this.x, false, weight, false, batch, outputs, inputs, z);
        passes.addRow(z, z, bias, batch, outputs);
        activation.values(kernels, z, y);
        forwarded = true;
        backwarded = false;
        turn++;
        return y;
    }

    /**
     * Equations (3) to (6), for the latest forward.
     *
     * @param outputGradient ∂L/∂Y (batch, outputs)
     * @return ∂L/∂X (batch, inputs)
     * @throws IllegalStateException before a forward
     * @throws IllegalArgumentException if the length is another
     */
    public double[] backward(double[] outputGradient) {
        checkForward();
        check("output gradient", outputGradient.length, batch * outputs);
        gradient.load(outputGradient);
        backward(gradient);
        return inputGradient().toDoubles();
    }

    /** Equations (3), (5) and (6). */
    void backward(Storage outputGradient) {
        checkForward();
        activation.gradients(kernels, outputGradient, z, y, gradient);
        LinearAlgebra.product(kernels, x, true, gradient, false, inputs, outputs, batch, weightGradient);
        passes.sumRows(biasGradient, gradient, batch, outputs);
        backwarded = true;
    }

    /** Equation (4), after a backward; the numbers are this layer's. */
    Storage inputGradient() {
        checkBackward();
        checkForward();
        if (inputGradient.length() != batch * inputs) {
            inputGradient = precision.allocate(batch * inputs);
        }
        LinearAlgebra.product(kernels, gradient, false, weight, true, batch, inputs, outputs, inputGradient);
        return inputGradient;
    }

    /** W (inputs, outputs). */
    public double[] weight() {
        return weight.toDoubles();
    }

    /** b (outputs). */
    public double[] bias() {
        return bias.toDoubles();
    }

    /** Equation (5), (inputs, outputs), after a backward. */
    public double[] weightGradient() {
        checkBackward();
        return weightGradient.toDoubles();
    }

    /** Equation (6), (outputs), after a backward. */
    public double[] biasGradient() {
        checkBackward();
        return biasGradient.toDoubles();
    }

    /** ∂L/∂Z of equation (3), (batch, outputs), after a backward. */
    public double[] preactivationGradient() {
        checkBackward();
        return gradient.toDoubles();
    }

    /** One step of gradient descent on both parameters, after a backward. */
    public void descend(double rate) {
        checkBackward();
        passes.addScaled(weight, -rate, weightGradient);
        passes.addScaled(bias, -rate, biasGradient);
        forwarded = false;
        backwarded = false;
        turn++;
    }

    private void checkForward() {
        if (!forwarded) {
            throw new IllegalStateException("dense layer: backward needs a forward before it");
        }
    }

    private void checkBackward() {
        if (!backwarded) {
            throw new IllegalStateException("dense layer: gradients need a backward before them");
        }
    }

    private void check(String what, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException("dense layer %s: %s of %d values, expected %d"
                    .formatted(Arrays.toString(new int[] {inputs, outputs}), what, length, expected));
        }
    }

    private void prepare(int batch) {
        if (this.batch != batch) {
            int size = Shape.of(batch, outputs).size();
            z = precision.allocate(size);
            y = precision.allocate(size);
            gradient = precision.allocate(size);
            this.batch = batch;
        }
    }
}
