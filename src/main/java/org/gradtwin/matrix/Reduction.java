package org.gradtwin.matrix;

/** What a loss does with the loss of each element. */
public enum Reduction {
    /** Leaves it as it is. */
    NONE,
    /** The (weighted) mean. */
    MEAN,
    /** The sum. */
    SUM
}
