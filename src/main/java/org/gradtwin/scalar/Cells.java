package org.gradtwin.scalar;

/** Where nodes keep their numbers: parallel arrays that a {@link Node} points into. */
abstract sealed class Cells permits Leaves, Rows {

    /** Of the thread that made these cells: most probably it uses them, too. */
    final Recorder recorder;

    /** Values, in order of creation. */
    double[] value;
    /** Gradients; empty where none are kept. */
    double[] grad;

    /** Whether gradients flow into these cells. */
    final boolean requiresGrad;
    /** How often cells were discarded for reuse; a handle remembers the number, so that it can be refused. */
    int generation;
    /** The number that was given last to these cells as a source of operands; a hint, to be checked. */
    int number;

    Cells(Recorder recorder, double[] value, double[] grad, boolean requiresGrad) {
        this.recorder = recorder;
        this.value = value;
        this.grad = grad;
        this.requiresGrad = requiresGrad;
    }

    /** The gradient of cell {@code index}; 0 if there is none. */
    abstract double grad(int index);

    /** Whether a backward pass has given cell {@code index} a gradient, be it zero. */
    abstract boolean reached(int index);

    /** Forgets the gradients of {@code count} cells from {@code from} on. */
    abstract void zeroGrad(int from, int count);

    /** Throws unless the cell {@code index} of an earlier generation still exists. */
    abstract void checkAlive(int index, int earlier);
}
