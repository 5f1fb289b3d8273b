package org.gradtwin.matrix;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The tape: values in the order of their computation, and with it everything that backward needs. An operand always
 * stands before its results, so backward is one sweep from the end to the beginning, without sorting or recursion.
 *
 * <p>A graph is used over and over: {@link #reset()} forgets its values and keeps their arrays for the next step. It
 * is confined to one thread. The contract that engines meet is {@code org.gradtwin.engine.Graph}, another type.
 */
public final class Graph {
    private final Precision precision;
    private final Kernels kernels;
    private final Passes passes;
    private final List<Matrix> values = new ArrayList<>();
    private final Map<Integer, ArrayDeque<Storage>> spare = new HashMap<>();
    private boolean recording = true;
    private @Nullable Matrix root;

    /** An empty graph on the fastest kernels of this machine. */
    public Graph(Precision precision) {
        this(precision, Kernels.best());
    }

    /** An empty graph on the given kernels. */
    public Graph(Precision precision, Kernels kernels) {
        this.precision = precision;
        this.kernels = kernels;
        passes = new Passes(kernels.split());
    }

    /** The format of every value of this graph. */
    public Precision precision() {
        return precision;
    }

    /** The kernels that this graph computes with. */
    public Kernels kernels() {
        return kernels;
    }

    /**
     * An input.
     *
     * @param values row-major, rounded to the graph's precision; copied
     * @param requiresGrad whether backward computes its gradient
     * @throws IllegalArgumentException if the number of values is not that of the shape
     */
    public Matrix leaf(Shape shape, double[] values, boolean requiresGrad) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "leaf %s: %d values for %d elements".formatted(shape, values.length, shape.size()));
        }
        return place(shape, stored(values), requiresGrad, null);
    }

    /** An input without a gradient. */
    public Matrix constant(Shape shape, double... values) {
        return leaf(shape, values, false);
    }

    /** A number without a gradient: the second operand of {@code x * 0.1}, rounded to the graph's precision. */
    public Matrix constant(double number) {
        Storage storage = allocate(1);
        storage.set(0, number);
        return place(Shape.SCALAR, storage, false, null);
    }

    /** Computes without recording: the results are constants. */
    public <T> T noGrad(Supplier<T> computation) {
        boolean before = recording;
        recording = false;
        try {
            return computation.get();
        } finally {
            recording = before;
        }
    }

    Passes passes() {
        return passes;
    }

    /** The place after the latest value: everything older survives {@link #reset(int)} with this mark. */
    public int mark() {
        return values.size();
    }

    /** Forgets every value. Handles to them are dead, their arrays are reused. */
    public void reset() {
        reset(0);
    }

    /**
     * Forgets every value since the mark, and every gradient, so that the older values (the parameters) can be used
     * for the next step.
     *
     * @throws IllegalArgumentException if the mark is not a place on this tape
     */
    public void reset(int mark) {
        if (mark < 0 || mark > values.size()) {
            throw new IllegalArgumentException("reset to %d: the tape has %d values".formatted(mark, values.size()));
        }
        for (int i = values.size() - 1; i >= mark; i--) {
            values.remove(i).die();
        }
        for (Matrix survivor : values) {
            survivor.forgetGradient();
        }
        root = null;
    }

    /** Appends the result of an op. It requires a gradient if an operand does; else the pullback is dropped. */
    Matrix record(Shape shape, Storage result, Pullback pullback, Matrix... operands) {
        boolean requiresGrad = false;
        for (Matrix operand : operands) {
            requiresGrad |= operand.requiresGrad();
        }
        requiresGrad &= recording;
        return place(shape, result, requiresGrad, requiresGrad ? pullback : null);
    }

    private Matrix place(Shape shape, Storage storage, boolean requiresGrad, @Nullable Pullback pullback) {
        Matrix matrix = new Matrix(this, shape, storage, requiresGrad, pullback, values.size());
        values.add(matrix);
        return matrix;
    }

    /** Keeps an array for backward, until the next reset. */
    Storage keep(Storage storage) {
        place(Shape.of(storage.length()), storage, false, null);
        return storage;
    }

    /** An array of this length, its contents left over from earlier use. */
    Storage allocate(int length) {
        ArrayDeque<Storage> available = spare.get(length);
        Storage found = available == null ? null : available.pollLast();
        return found == null ? precision.allocate(length) : found;
    }

    /** An array of these numbers. */
    Storage stored(double... numbers) {
        Storage stored = allocate(numbers.length);
        stored.load(numbers);
        return stored;
    }

    /** A copy of an array. */
    Storage copy(Storage from) {
        Storage copy = allocate(from.length());
        passes.copy(copy, from);
        return copy;
    }

    void release(Storage storage) {
        spare.computeIfAbsent(storage.length(), length -> new ArrayDeque<>()).addLast(storage);
    }

    void backward(Matrix from, Storage cotangent) {
        if (root != null) {
            release(cotangent);
            throw new IllegalStateException(
                    "backward: this graph was consumed by an earlier backward, from the %s value"
                                    .formatted(root.shape())
                            + "; reset it and compute again");
        }
        root = from;
        from.receive(cotangent);
        for (int i = from.position; i >= 0; i--) {
            values.get(i).pull();
        }
    }
}
