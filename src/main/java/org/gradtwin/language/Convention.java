package org.gradtwin.language;

import java.util.stream.Collectors;

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

    /** The program of an op of single elements with another slope with respect to its first operand where a mask holds; no mask for nowhere. */
    static String slope(Signature signature, String mask, String slope) {
        String function = signature.function()
                + signature.parameters().stream().map(Parameter::name).collect(Collectors.joining(", ", "(", ")"));
        return mask.isEmpty() ? "value = " + function : """
                f = %s
                kink = %s
                value = where(kink, detach(f) + where(kink, %s, 0) * (input - detach(input)), f)
                """.formatted(function, mask, slope);
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
