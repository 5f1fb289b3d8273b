package org.gradtwin.matrix;

import org.jspecify.annotations.Nullable;

/** What a value on the tape holds, and its part in backward. The ops on it are in {@link Matrix}. */
abstract sealed class Value permits Matrix {
    private final Graph graph;
    private final Dims dims;
    private final boolean requiresGrad;
    private final @Nullable Pullback pullback;
    private final int position;
    private @Nullable Storage data;
    private @Nullable Storage gradient;

    Value(Graph graph, Dims dims, Storage data, boolean requiresGrad, @Nullable Pullback pullback, int position) {
        this.graph = graph;
        this.dims = dims;
        this.data = data;
        this.requiresGrad = requiresGrad;
        this.pullback = pullback;
        this.position = position;
    }

    /** The graph that this value is recorded in. */
    public Graph graph() {
        return graph;
    }

    /** {@code {}}, {@code {length}} or {@code {rows, columns}}. */
    public int[] shape() {
        return dims.toArray();
    }

    /** Whether backward computes a gradient for this value. */
    public boolean requiresGrad() {
        return requiresGrad;
    }

    /** The elements, row-major; a copy. */
    public double[] values() {
        return data().toDoubles();
    }

    /** The one element of a value that has just one. */
    public double item() {
        if (dims.size() != 1) {
            throw new IllegalArgumentException("item: %s has %d elements".formatted(dims, dims.size()));
        }
        return data().get(0);
    }

    /**
     * The gradient of the value that backward was called on, weighted with its cotangent, with respect to this value;
     * a copy. Null if there is none: because no backward was run, this value requires no gradient, or the root does
     * not depend on it. Dependence follows from the structure of the graph: a gradient of zeros is not null.
     */
    public double @Nullable [] grad() {
        data();
        return gradient == null ? null : gradient.toDoubles();
    }

    /** Backward from a value of one element, with cotangent 1. */
    public void backward() {
        if (dims.size() != 1) {
            throw new IllegalArgumentException(
                    "backward: %s has %d elements, a cotangent is needed".formatted(dims, dims.size()));
        }
        backward(1.0);
    }

    /**
     * Computes the gradient of Σ cotangent·this for every value that this one depends on.
     *
     * @param cotangent one number an element, row-major
     * @throws IllegalStateException if this value requires no gradient, or if the graph was already consumed by a
     *     backward
     */
    public void backward(double... cotangent) {
        data();
        if (cotangent.length != dims.size()) {
            throw new IllegalArgumentException(
                    "backward: cotangent of %d elements for %s with %d".formatted(cotangent.length, dims, dims.size()));
        }
        if (!requiresGrad) {
            throw new IllegalStateException(
                    "backward: the %s value depends on nothing that requires a gradient".formatted(dims));
        }
        Storage seed = graph.allocate(dims.size());
        seed.load(cotangent);
        graph.backward(this, seed);
    }

    /**
     * Replaces the elements of a leaf, between a {@link Graph#reset(int)} and the next op.
     *
     * @throws IllegalStateException if this value was computed by an op
     */
    public void assign(double[] values) {
        checkLeaf("assign");
        if (values.length != dims.size()) {
            throw new IllegalArgumentException("assign: %d values for %s".formatted(values.length, dims));
        }
        data().load(values);
    }

    /**
     * One step of gradient descent on a leaf, in place: {@code values -= rate * grad}; nothing without a gradient. To
     * be followed by {@link Graph#reset(int)}, as later values were computed from the old elements.
     *
     * @throws IllegalStateException if this value was computed by an op
     */
    public void descend(double rate) {
        checkLeaf("descend");
        if (gradient != null) {
            graph.passes().addScaled(data(), -rate, gradient);
        }
    }

    private void checkLeaf(String op) {
        if (pullback != null) {
            throw new IllegalStateException("%s: the %s value was computed by an op".formatted(op, dims));
        }
    }

    Dims dims() {
        return dims;
    }

    int position() {
        return position;
    }

    Storage data() {
        if (data == null) {
            throw new IllegalStateException("the %s value was forgotten by a reset of its graph".formatted(dims));
        }
        return data;
    }

    Graph sameGraph(String op, Value other) {
        if (graph != other.graph) {
            throw new IllegalArgumentException("%s %s and %s: operands of two graphs".formatted(op, dims, other.dims));
        }
        return graph;
    }

    /** Adds a share of this value's gradient and takes over its storage. */
    void receive(Storage share) {
        if (gradient == null) {
            gradient = share;
        } else {
            graph.passes().add(gradient, share);
            graph.release(share);
        }
    }

    /** The same for a share in the shape that this value was broadcast to. */
    void receiveBroadcast(Storage share, Dims shape) {
        receive(Reductions.unbroadcast(graph, share, shape, dims));
    }

    /** Backward through the op that made this value, if the root depends on it. */
    void pull() {
        if (pullback != null && gradient != null) {
            pullback.pull(gradient);
        }
    }

    void forgetGradient() {
        if (gradient != null) {
            graph.release(gradient);
            gradient = null;
        }
    }

    void die() {
        forgetGradient();
        graph.release(data());
        data = null;
    }

    @Override
    public String toString() {
        return "Matrix" + dims;
    }
}
