package org.gradtwin.language;

/** What PyTorch does not let a program do with a parameter. */
public enum Restriction {
    /** An operand that is not differentiated. */
    CONSTANT,
    /** It may only be given together with {@code dim}. */
    ONLY_WITH_DIM,
    /** It may be left out, but not be None. */
    NEVER_NONE,
    /** A tuple that has more than one tensor; the shape rule refuses others. */
    NEVER_ONE,
    /** It may be given, but only as it is by default; the shape rule refuses others. */
    ONLY_BY_DEFAULT
}
