package org.gradtwin.engine;

import org.gradtwin.language.Op;

/** An engine lacks an op, or one use of it. The case is skipped, and counted with this reason. */
public final class UnsupportedOpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Op op;

    /**
     * A lack.
     *
     * @param op the op
     * @param reason what is missing, for a reader of the report
     */
    public UnsupportedOpException(Op op, String reason) {
        super(op.id() + ": " + reason);
        this.op = op;
    }

    /** The op that is missing, or of which a use is. */
    public Op op() {
        return op;
    }
}
