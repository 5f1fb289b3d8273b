package org.gradtwin.adapters;

import org.apache.commons.math3.analysis.differentiation.SparseGradient;

/** Apache Commons Math 3. */
public final class CommonsMath extends SparseGradients {
    /** The engine. */
    public CommonsMath() {
        super(SparseGradient.class);
    }

    @Override
    public String name() {
        return "commons-math";
    }
}
