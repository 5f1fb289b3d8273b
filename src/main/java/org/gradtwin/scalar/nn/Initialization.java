package org.gradtwin.scalar.nn;

import java.util.SplittableRandom;

/**
 * Where weights start; biases start at 0. The same seed gives the same weights, neuron by neuron, on every machine.
 *
 * @param scheme the distribution
 * @param seed of the generator, a {@link SplittableRandom}
 */
public record Initialization(Scheme scheme, long seed) {

    /** Distributions of the weights. */
    public enum Scheme {
        /** Uniform on [0, 1). */
        UNIFORM,
        /** Uniform on [−b, b) with b = √(6 / inputs), for relu. He et al., 2015; torch.nn.init.kaiming_uniform_. */
        KAIMING_UNIFORM,
        /** Uniform on [−b, b) with b = √(6 / (inputs + outputs)). Glorot and Bengio, 2010; torch.nn.init.xavier_uniform_. */
        XAVIER_UNIFORM
    }

    /** Weights uniform on [0, 1). */
    public static Initialization uniform(long seed) {
        return new Initialization(Scheme.UNIFORM, seed);
    }

    /** Weights as He et al. propose for relu. */
    public static Initialization kaimingUniform(long seed) {
        return new Initialization(Scheme.KAIMING_UNIFORM, seed);
    }

    /** Weights as Glorot and Bengio propose. */
    public static Initialization xavierUniform(long seed) {
        return new Initialization(Scheme.XAVIER_UNIFORM, seed);
    }

    /**
     * The initial parameters of dense layers, layer by layer and neuron by neuron, weights before bias.
     *
     * @param sizes the number of inputs, then the number of neurons of each layer
     * @throws IllegalArgumentException if a size is not positive, or there are more parameters than an array holds
     */
    double[] parameters(int... sizes) {
        double[] parameters = new double[count(sizes)];
        SplittableRandom random = new SplittableRandom(seed);
        int position = 0;
        for (int layer = 1; layer < sizes.length; layer++) {
            int inputs = sizes[layer - 1];
            double bound = bound(inputs, sizes[layer]);
            for (int neuron = 0; neuron < sizes[layer]; neuron++) {
                for (int i = 0; i < inputs; i++) {
                    double u = random.nextDouble();
                    parameters[position++] = scheme == Scheme.UNIFORM ? u : bound * (2 * u - 1);
                }
                position++;
            }
        }
        return parameters;
    }

    private double bound(int inputs, int outputs) {
        return switch (scheme) {
            case UNIFORM -> 1;
            case KAIMING_UNIFORM -> Math.sqrt(6.0 / inputs);
            case XAVIER_UNIFORM -> Math.sqrt(6.0 / ((double) inputs + outputs));
        };
    }

    private static int count(int... sizes) {
        long count = 0;
        for (int layer = 0; layer < sizes.length; layer++) {
            if (sizes[layer] < 1) {
                throw new IllegalArgumentException(
                        layer == 0 ? sizes[0] + " inputs" : "layer " + layer + " of " + sizes[layer] + " neurons");
            }
            count += layer == 0 ? 0 : sizes[layer] * (sizes[layer - 1] + 1L);
        }
        if (count > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException(count + " parameters are more than one network can hold");
        }
        return (int) count;
    }
}
