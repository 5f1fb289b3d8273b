package org.gradtwin.engines.exact;

import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.tensor.DType;

/**
 * The exact engine: a program in 50 digits at its inputs as the type holds them, and only the results are rounded to the type. It tells
 * the truth where PyTorch and an engine differ, and is not made to be fast.
 */
public final class ExactEngine implements Engine {
    /** Its name. */
    public static final String NAME = "exact";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean concurrent() {
        return true;
    }

    @Override
    public boolean keepsTime() {
        return true;
    }

    @Override
    public boolean claimsPyTorch() {
        return true;
    }

    @Override
    public boolean unbounded() {
        return true;
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("the exact engine does not differentiate " + dtype.torchName());
        }
        return new ExactGraph(dtype);
    }
}
