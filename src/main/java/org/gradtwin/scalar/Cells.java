package org.gradtwin.scalar;

/** Where nodes keep their numbers: parallel arrays that a {@link Node} points into. */
abstract sealed class Cells permits Leaves, Tape {

    /** Values, in order of creation. */
    double[] value;
    /** Gradients; empty where none are kept. */
    double[] grad;

    Cells(double[] value, double[] grad) {
        this.value = value;
        this.grad = grad;
    }

    /** Whether gradients flow into these cells. */
    abstract boolean requiresGrad();

    /** Whether a backward pass has given cell {@code index} a gradient, be it zero. */
    abstract boolean reached(int index);

    /** Forgets the gradients of {@code count} cells from {@code from} on. */
    abstract void zeroGrad(int from, int count);

    /** Counted up when cells are discarded for reuse, so that handles to them can be refused. */
    int generation() {
        return 0;
    }

    /** Throws unless the cell that a handle of {@code generation} points to still exists. */
    void checkAlive(int index, int generation) {}
}
