package org.gradtwin.matrix;

/** Activation functions, as in {@code torch.nn.functional}, in either format. */
public final class Activations {
    static final Unary SIGMOID = new Unary(Activations64.SIGMOID, Activations32.SIGMOID);
    static final Unary IDENTITY = new Unary(Activations64.IDENTITY, Activations32.IDENTITY);
    static final Unary RELU = new Unary(Activations64.RELU, Activations32.RELU);
    private static final Unary SILU = new Unary(Activations64.SILU, Activations32.SILU);
    private static final Unary GELU = new Unary(Activations64.GELU, Activations32.GELU);
    private static final Unary GELU_TANH = new Unary(Activations64.GELU_TANH, Activations32.GELU_TANH);

    private Activations() {}

    /** {@code silu}: x·sigmoid(x). */
    public static Matrix silu(Matrix x) {
        return SILU.apply(x);
    }

    /** {@code gelu}: x·Φ(x) with the normal distribution Φ, or its approximation by tanh. */
    public static Matrix gelu(Matrix x, boolean approximateTanh) {
        return (approximateTanh ? GELU_TANH : GELU).apply(x);
    }

    /** {@code leaky_relu}: x for x > 0, else slope·x; the derivative at 0 is the slope. PyTorch's default is 0.01. */
    public static Matrix leakyRelu(Matrix x, double slope) {
        return new Unary(Activations64.leakyRelu(slope), Activations32.leakyRelu((float) slope)).apply(x);
    }

    /** {@code elu}: x for x > 0, else α·(e^x − 1); the derivative at 0 is α. PyTorch's default is 1. */
    public static Matrix elu(Matrix x, double alpha) {
        return new Unary(Activations64.elu(alpha), Activations32.elu((float) alpha)).apply(x);
    }

    /** {@code softplus}: log(1 + e^(β·x))/β, and x where β·x > threshold. PyTorch's defaults are 1 and 20. */
    public static Matrix softplus(Matrix x, double beta, double threshold) {
        return new Unary(Activations64.softplus(beta, threshold), Activations32.softplus((float) beta, (float)
                        threshold))
                .apply(x);
    }
}
