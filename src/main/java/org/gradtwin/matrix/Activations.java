package org.gradtwin.matrix;

/** The activation functions in either format. */
final class Activations {
    static final Unary SIGMOID = new Unary(Activations64.SIGMOID, Activations32.SIGMOID);
    static final Unary IDENTITY = new Unary(Activations64.IDENTITY, Activations32.IDENTITY);
    static final Unary RELU = new Unary(Activations64.RELU, Activations32.RELU);
    static final Unary SILU = new Unary(Activations64.SILU, Activations32.SILU);
    static final Unary GELU = new Unary(Activations64.GELU, Activations32.GELU);
    static final Unary GELU_TANH = new Unary(Activations64.GELU_TANH, Activations32.GELU_TANH);

    private Activations() {}

    static Unary leakyRelu(double slope) {
        return new Unary(Activations64.leakyRelu(slope), Activations32.leakyRelu((float) slope));
    }

    static Unary elu(double alpha) {
        return new Unary(Activations64.elu(alpha), Activations32.elu((float) alpha));
    }

    static Unary softplus(double beta, double threshold) {
        return new Unary(
                Activations64.softplus(beta, threshold), Activations32.softplus((float) beta, (float) threshold));
    }
}
