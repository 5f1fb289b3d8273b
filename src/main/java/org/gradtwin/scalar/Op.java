package org.gradtwin.scalar;

import java.util.Locale;

/**
 * What a cell of a tape was computed by. The label is what drawings show; each {@code #} stands for one of the op's
 * numbers, in order.
 */
// A tape keeps the ordinal, six bits for each cell; nothing outside of this run of the program ever sees it.
@SuppressWarnings("EnumOrdinal")
enum Op {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    POWER("**"),
    MAXIMUM,
    MINIMUM,

    COPY,
    ADD_NUMBER("+ #"),
    SUBTRACT_NUMBER("- #"),
    SUBTRACT_FROM_NUMBER("# -"),
    MULTIPLY_NUMBER("* #"),
    DIVIDE_NUMBER("/ #"),
    DIVIDE_INTO_NUMBER("# /"),
    POWER_NUMBER("** #"),
    POWER_OF_NUMBER("# **"),
    NEGATE("neg"),
    ABS,
    EXP,
    EXPM1,
    LOG,
    LOG1P,
    SQRT,
    RSQRT,
    SQUARE,
    RECIPROCAL,
    SIN,
    COS,
    TANH,
    SIGMOID,
    RELU,
    LEAKY_RELU("leaky_relu(#)"),
    ELU("elu(#)"),
    GELU,
    GELU_TANH("gelu(tanh)"),
    SILU,
    SOFTPLUS("softplus(#, #)"),
    ERF,
    CLAMP("clamp(#, #)"),

    SUM,
    DOT,
    DOT_RUN("dot");

    private static final Op[] ALL = values();

    private final String label;
    /** How many numbers an op takes besides its operands. */
    final int numbers;

    Op() {
        this.label = name().toLowerCase(Locale.ROOT);
        this.numbers = 0;
    }

    Op(String label) {
        this.label = label;
        this.numbers = (int) label.chars().filter(c -> c == '#').count();
    }

    static Op of(int code) {
        return ALL[code];
    }

    long code() {
        return ordinal();
    }

    /** Whether both operand columns of the tape hold operands. */
    boolean isBinary() {
        return ordinal() <= MINIMUM.ordinal();
    }

    /** Whether the operands are listed in the tape's side table. */
    boolean isMany() {
        return ordinal() >= SUM.ordinal();
    }

    /** The label with its numbers, an integral one without fraction: {@code ** 2}. */
    String label(double p, double q) {
        String first = label.replaceFirst("#", number(p));
        return first.replaceFirst("#", number(q));
    }

    private static String number(double c) {
        boolean integral = c == Math.rint(c) && Math.abs(c) < 1e15;
        return integral && (c != 0 || 1 / c > 0) ? Long.toString((long) c) : Double.toString(c);
    }
}
