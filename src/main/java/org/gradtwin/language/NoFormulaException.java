package org.gradtwin.language;

/** A primitive is in the way whose gradient has no formula in the language; see {@link OpBuilder#gradient}. */
public final class NoFormulaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Op op;

    NoFormulaException(Op op) {
        super(op.id() + ": its gradient has no formula in the language");
        this.op = op;
    }

    /** The op. */
    public Op op() {
        return op;
    }
}
