package org.gradtwin.train;

import org.gradtwin.tensor.DType;

/**
 * The part that Adam and AdamW share, for step t: m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²;
 * p ← p − γ/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε). Kingma and Ba, 2015, algorithm 1, in PyTorch's order of operations.
 */
final class Moments {
    private final DType dtype;
    private final double fresh1;
    private final double keep2;
    private final double fresh2;
    private final double descent;
    private final double correction;
    private final double epsilon;

    Moments(AdamOptions options, double rate, int step, DType dtype) {
        this.dtype = dtype;
        fresh1 = dtype.round(1 - options.beta1());
        keep2 = dtype.round(options.beta2());
        fresh2 = dtype.round(1 - options.beta2());
        descent = dtype.round(-(rate / (1 - Math.pow(options.beta1(), step))));
        correction = dtype.round(Math.sqrt(1 - Math.pow(options.beta2(), step)));
        epsilon = dtype.round(options.epsilon());
    }

    /** The parameter after the step. */
    double apply(double p, double g, double[][] memory, int i) {
        double m = Optimizer.lerp(memory[0][i], g, fresh1, dtype);
        double v = Optimizer.squares(memory[1][i], g, keep2, fresh2, dtype);
        memory[0][i] = m;
        memory[1][i] = v;
        double denominator = dtype.round(dtype.round(dtype.round(Math.sqrt(v)) / correction) + epsilon);
        return dtype.round(p + dtype.round(dtype.round(descent * m) / denominator));
    }
}
