package org.gradtwin.scalar;

import java.util.Arrays;

/**
 * A block of leaves: 17 bytes each with a gradient, 8 without. Leaves refer to no graph, so a block is garbage as soon as
 * neither a handle nor a tape refers to it.
 */
final class Leaves extends Cells {

    private static final double[] NONE = {};

    /** Whether a backward pass has arrived; empty without gradients. */
    final boolean[] reached;
    /** How many leaves were added one by one. */
    int used;

    Leaves(Recorder recorder, double[] value, boolean requiresGrad) {
        super(recorder, value, requiresGrad ? new double[value.length] : NONE, requiresGrad);
        this.reached = new boolean[grad.length];
    }

    /** Adds a leaf to a block that has room; gives its index. */
    int add(double data) {
        value[used] = data;
        return used++;
    }

    /** Adds to a gradient. */
    void give(int index, double g) {
        if (requiresGrad) {
            grad[index] += g;
            reached[index] = true;
        }
    }

    @Override
    double grad(int index) {
        return requiresGrad ? grad[index] : 0;
    }

    @Override
    boolean reached(int index) {
        return requiresGrad && reached[index];
    }

    @Override
    void zeroGrad(int from, int count) {
        if (requiresGrad) {
            Arrays.fill(grad, from, from + count, 0);
            Arrays.fill(reached, from, from + count, false);
        }
    }

    /** Leaves are never discarded. */
    @Override
    void checkAlive(int index, int earlier) {}
}
