package org.gradtwin.language;

import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.gradtwin.language.Expr.Number;

/** Arithmetic between Python numbers: ints stay ints, {@code /} gives a float, and what Python refuses is refused. */
final class Numbers {
    private static final double EXACT = 0x1p53;

    private static final Map<String, Double> CONSTANTS =
            Map.of("pi", Math.PI, "e", Math.E, "inf", Double.POSITIVE_INFINITY, "nan", Double.NaN);

    private static final Map<String, DoubleUnaryOperator> FUNCTIONS =
            Map.of("sqrt", Math::sqrt, "log", StrictMath::log, "exp", StrictMath::exp);

    private Numbers() {}

    /** The number of that name in Python's {@code math} and in {@code torch}. */
    static Optional<Double> constant(String name) {
        return Optional.ofNullable(CONSTANTS.get(name));
    }

    /**
     * Python's {@code math.sqrt} and its kind, of a number.
     *
     * @throws IllegalArgumentException if it has no such function here
     */
    static Number function(String name, double x) {
        DoubleUnaryOperator function = FUNCTIONS.get(name);
        if (function == null) {
            throw new IllegalArgumentException("there is no function 'math." + name + "': write the number");
        }
        return checked(function.applyAsDouble(x), false);
    }

    /** Reads a literal. */
    static Number literal(String text) {
        boolean integer = text.chars().allMatch(Character::isDigit);
        if (integer
                && text.length() > 1
                && text.charAt(0) == '0'
                && !text.chars().allMatch(c -> c == '0')) {
            throw new IllegalArgumentException("leading zeros in '" + text + "'");
        }
        return checked(Double.parseDouble(text), integer);
    }

    /** {@code -a}. */
    static Number negate(Number a) {
        return new Number(a.integer() ? 0 - a.value() : -a.value(), a.integer());
    }

    /**
     * {@code a operator b} in float64, as Python computes it.
     *
     * @throws IllegalArgumentException for a division by zero, an overflow, a complex power, or an int of 2⁵³ or more
     */
    static Number apply(String operator, Number a, Number b) {
        boolean integer = a.integer() && b.integer();
        return switch (operator) {
            case "+" -> checked(a.value() + b.value(), integer);
            case "-" -> checked(a.value() - b.value(), integer);
            case "*" -> checked(a.value() * b.value(), integer);
            case "/" -> {
                if (b.value() == 0) {
                    throw new IllegalArgumentException("division by zero: " + a + " / " + b);
                }
                yield checked(a.value() / b.value(), false);
            }
            case "**" -> power(a, b);
            case "@" -> throw new IllegalArgumentException("matmul of the numbers " + a + " and " + b);
            default ->
                throw new IllegalArgumentException(
                        "a comparison of the numbers " + a + " and " + b + " is not a tensor");
        };
    }

    private static Number power(Number a, Number b) {
        if (a.value() == 0 && b.value() < 0) {
            throw new IllegalArgumentException("zero to a negative power: " + a + " ** " + b);
        }
        if (a.value() < 0 && b.value() != Math.rint(b.value())) {
            throw new IllegalArgumentException("a complex number: (" + a + ") ** " + b);
        }
        return checked(Math.pow(a.value(), b.value()), a.integer() && b.integer() && b.value() >= 0);
    }

    private static Number checked(double value, boolean integer) {
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            throw new IllegalArgumentException("a number is too large for float64");
        }
        if (integer && Math.abs(value) >= EXACT) {
            throw new IllegalArgumentException("an integer is not below 2**53");
        }
        return new Number(value, integer);
    }
}
