package org.gradtwin.faults;

/** Classes of gradient bugs. */
enum Family {
    /** The graph and its accumulation. */
    GRAPH,
    /** Shapes, strides, broadcasting. */
    SHAPE,
    /** Indices. */
    INDEX,
    /** Formulas. */
    FORMULA,
    /** Kinks and their conventions. */
    KINK,
    /** Overflow, underflow, NaN. */
    NUMERICS,
    /** Losses: weights, ignored rows, smoothing. */
    LOSS,
    /** Normalization and its statistics. */
    NORMALIZATION
}
