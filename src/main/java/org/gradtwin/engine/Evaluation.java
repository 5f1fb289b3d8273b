package org.gradtwin.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * What an engine made of a program: every statement's value, and the gradient of every input and statement that
 * requires one. An empty gradient means that the root does not depend on the name.
 */
public final class Evaluation {
    private final String engine;
    private final DType dtype;
    private final Map<Quantity, Optional<Tensor>> quantities;

    /**
     * Results in the order of evaluation.
     *
     * @param engine the engine's name
     * @param dtype the floating type it computed in
     * @param quantities values of statements and gradients; values are never empty
     */
    public Evaluation(String engine, DType dtype, Map<Quantity, Optional<Tensor>> quantities) {
        this.engine = engine;
        this.dtype = dtype;
        this.quantities = Collections.unmodifiableMap(new LinkedHashMap<>(quantities));
    }

    /** The engine's name. */
    public String engine() {
        return engine;
    }

    /** The floating type it computed in. */
    public DType dtype() {
        return dtype;
    }

    /** Everything by quantity: values in statement order, then gradients, inputs first. */
    public Map<Quantity, Optional<Tensor>> quantities() {
        return quantities;
    }

    /**
     * One result; empty for a gradient that does not exist.
     *
     * @throws IllegalArgumentException if the evaluation has no such quantity
     */
    public Optional<Tensor> get(Quantity quantity) {
        Optional<Tensor> tensor = quantities.get(quantity);
        if (tensor == null) {
            throw new IllegalArgumentException("no " + quantity + " was evaluated");
        }
        return tensor;
    }

    @Override
    public String toString() {
        return "evaluation of " + quantities.size() + " quantities on " + engine + " in " + dtype.torchName();
    }
}
