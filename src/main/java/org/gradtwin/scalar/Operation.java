package org.gradtwin.scalar;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a node was computed by. */
enum Operation {
    LEAF(""),
    CONSTANT(""),
    /** A number that an operation takes: an operand, but none of its parents. */
    NUMBER(""),

    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    POWER("**"),
    /** The power with a number as the exponent. */
    POWER_NUMBER("**"),
    MAXIMUM,
    MINIMUM,
    LEAKY_RELU,
    ELU,

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
    GELU,
    GELU_TANH("gelu(tanh)"),
    SILU,
    ERF,

    COPY,
    SUM,
    DOT,
    /** A value with its partial derivatives, by which a gradient is multiplied. */
    COMPOSE,
    /** The same; a derivative of 0 gives 0 whatever the gradient is. */
    MASKED("compose"),
    SOFTPLUS,
    CLAMP;

    private final String symbol;

    Operation() {
        this.symbol = name().toLowerCase(Locale.ROOT);
    }

    Operation(String symbol) {
        this.symbol = symbol;
    }

    /** Whether a node was given rather than computed. */
    boolean isGiven() {
        return compareTo(NUMBER) <= 0;
    }

    /** The symbol with the numbers among the operands: {@code +}, {@code ** 2}, {@code 1 -}, {@code clamp(-1, 2.5)}. */
    String label(List<Node> operands) {
        String numbers = operands.stream()
                .filter(node -> node.operation() == NUMBER)
                .map(node -> text(node.data()))
                .collect(Collectors.joining(", "));
        if (numbers.isEmpty()) {
            return symbol;
        } else if (compareTo(MAXIMUM) > 0) {
            return symbol + "(" + numbers + ")";
        }
        return operands.get(0).operation() == NUMBER ? numbers + " " + symbol : symbol + " " + numbers;
    }

    private static String text(double c) {
        boolean integral = c == Math.rint(c) && Math.abs(c) < 1e15;
        return integral && (c != 0 || 1 / c > 0) ? Long.toString((long) c) : Double.toString(c);
    }
}
