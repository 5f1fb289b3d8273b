package org.gradtwin.adapters;

import org.hipparchus.analysis.differentiation.SparseGradient;

/** Hipparchus. */
public final class Hipparchus extends SparseGradients {
    /** The engine. */
    public Hipparchus() {
        super(SparseGradient.class);
    }

    @Override
    public String name() {
        return "hipparchus";
    }
}
