package org.gradtwin.matrix;

/** The function φ that a {@link DenseLayer} ends in; that of a neuron is {@code org.gradtwin.scalar.nn.Activation}. */
public enum Activation {
    /** φ(z) = z. */
    NONE(Activations.IDENTITY),
    /** φ(z) = max(z, 0), φ'(0) = 0. */
    RELU(Activations.RELU),
    /** φ(z) = tanh z, φ'(z) = 1 − φ(z)². */
    TANH(Elementwise.TANH),
    /** φ(z) = 1/(1 + e^−z), φ'(z) = φ(z)·(1 − φ(z)). */
    SIGMOID(Activations.SIGMOID);

    @SuppressWarnings("ImmutableEnumChecker") // of functions without state
    private final transient Unary function;

    Activation(Unary function) {
        this.function = function;
    }

    Unary function() {
        return function;
    }
}
