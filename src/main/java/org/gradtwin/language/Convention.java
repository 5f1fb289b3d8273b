package org.gradtwin.language;

/** An answer that careful engines may give at a kink of an op besides PyTorch's: the op by a definition that differs there alone. */
public final class Convention {
    private final Op op;
    private final String where;
    private final String answer;
    private final Definition definition;

    /** Of an op, with words that say where and what. */
    Convention(Op op, String where, String answer, Definition definition) {
        this.op = op;
        this.where = where;
        this.answer = answer;
        this.definition = definition;
    }

    /** The op. */
    public Op op() {
        return op;
    }

    /** The kink; conventions of an op at different ones go together. */
    public String where() {
        return where;
    }

    /** The op by this convention, as a program; see {@link Op#definition}. */
    public Program definition(Call call) {
        return definition.of(call);
    }

    /** {@code abs at 0: gradient 1}. */
    @Override
    public String toString() {
        return op.id() + " " + where + ": " + answer;
    }
}
