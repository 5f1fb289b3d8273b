package org.gradtwin.faults;

/** How the faulty engine collects gradients on the way back. */
enum Accumulation {
    /** The sum over all consumers, each passed once: right. */
    SUM,
    /** Each operand is told to go on at once, with what it has got so far. */
    RECURSIVE,
    /** An op of the fault sets the gradient of its operand instead of adding to it. */
    OVERWRITE,
    /** Where both operands are one value, only the first counts. */
    SAME_OPERAND_ONCE,
    /** Intermediate gradients start from what the previous backward left in their buffers. */
    STALE_INTERMEDIATES,
    /** A second consumer's contribution is lost. */
    SECOND_CONSUMER_DROPPED,
    /** What an op passes on is kept from the first run of a graph of that form. */
    CACHED,
    /** The root's gradient is added to that of the previous backward instead of set. */
    STALE_SEED
}
