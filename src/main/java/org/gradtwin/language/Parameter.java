package org.gradtwin.language;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of an op, under PyTorch's name.
 *
 * @param name PyTorch's keyword
 * @param kind what may be passed
 * @param choices the strings allowed, for {@link Kind#TEXT} and {@link Kind#SIZES}
 * @param required whether it must be given
 * @param defaultValue the default where it need not be given, null for None
 * @param keywordOnly whether it must be given by keyword
 */
public record Parameter(
        String name,
        Kind kind,
        List<String> choices,
        boolean required,
        @Nullable Object defaultValue,
        boolean keywordOnly) {

    /** What may be passed for a parameter. Those before {@link #NUMBER} are operands, the others attributes. */
    public enum Kind {
        /** A floating-point tensor. */
        TENSOR,
        /** A tensor of any type, which is then that of the result. */
        ANY,
        /** A floating-point tensor or a number. */
        TENSOR_OR_NUMBER,
        /** An int64 tensor. */
        INDICES,
        /** An int64 tensor, or a floating-point tensor in its place. */
        INDICES_OR_TENSOR,
        /** A tuple of tensors. */
        TENSORS,
        /** A tuple of int64 tensors. */
        INDICES_TUPLE,
        /** A bool tensor. */
        MASK,
        /** A bool or a floating-point tensor. */
        MASK_OR_TENSOR,
        /** A float or an int. */
        NUMBER,
        /** An int. */
        INT,
        /** A bool. */
        BOOL,
        /** One of a few strings. */
        TEXT,
        /** A tuple of ints. */
        INTS,
        /** An int or a tuple of ints: dimensions. */
        DIMS,
        /** An int, or two tuples of ints of one length: dimensions of two tensors. */
        PAIRS,
        /** An int for all, or a tuple of ints: sizes; or one of a few strings. */
        SIZES;

        /** Whether an int may stand for a tuple of ints. */
        boolean isIntOrTuple() {
            return this == DIMS || this == SIZES || this == PAIRS;
        }

        /** Whether several operands are passed together. */
        public boolean isTuple() {
            return this == TENSORS || this == INDICES_TUPLE;
        }

        /** Whether it says which elements, and holds none. */
        boolean chooses() {
            return this == INDICES || this == INDICES_TUPLE || this == MASK;
        }

        /** Whether this is an operand rather than an attribute. */
        public boolean isOperand() {
            return compareTo(NUMBER) < 0;
        }
    }

    /** Whether None may be passed. */
    public boolean optional() {
        return !required && defaultValue == null;
    }

    /** Reads {@code name: kind = default}; see {@link Signature}. */
    static Parameter parse(String text, boolean keywordOnly) {
        String[] halves = text.split("=", 2);
        String[] left = halves[0].split(":", 2);
        String name = left[0].trim();
        String kind = left.length == 2 ? left[1].trim() : "tensor";
        List<String> choices = List.of();
        if (kind.contains("'")) {
            boolean sizes = kind.startsWith("sizes |");
            choices =
                    List.of(kind.replace("sizes |", "").replace("'", "").strip().split("\\s*\\|\\s*"));
            kind = sizes ? "sizes" : "text";
        }
        Kind parsed = Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        boolean required = halves.length == 1;
        return new Parameter(
                name, parsed, choices, required, required ? null : literal(halves[1].trim(), parsed), keywordOnly);
    }

    private static @Nullable Object literal(String text, Kind kind) {
        if (text.equals("None")) {
            return null;
        }
        return switch (kind) {
            case NUMBER -> Double.valueOf(text);
            case INT, DIMS, SIZES, PAIRS -> Integer.valueOf(text);
            case BOOL -> text.equals("True");
            case TEXT -> text.replace("'", "");
            default -> throw new IllegalStateException("no default of kind " + kind + " but None: " + text);
        };
    }
}
