package org.gradtwin.engines.torch;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * The vector by which a method of the TorchScript module learns an op's attributes, and which optional operands are
 * given; {@code reference-scripts/torchscript_ops.py} says how it is read. Float64 holds every int exactly.
 */
final class Packing {
    private double[] entries = new double[8];
    private int size;

    /**
     * The vector, in the order of the signature; empty if the op has neither attributes nor optional operands.
     *
     * @param operands the operands, null where an optional one is absent
     */
    static double[] pack(Op op, List<? extends @Nullable Object> operands, Attributes attributes) {
        Packing packing = new Packing();
        int operand = 0;
        for (Parameter parameter : op.signature().parameters()) {
            if (!parameter.kind().isOperand()) {
                packing.attribute(parameter, attributes.get(parameter.name()));
            } else {
                if (parameter.optional()) {
                    packing.flag(operands.get(operand) != null);
                }
                int others = op.signature().operands().size() - 1;
                operand += parameter.kind().isTuple() ? operands.size() - others : 1;
            }
        }
        if (op.hasNumberedResults()) {
            packing.add(attributes.integer(Op.RESULT));
        }
        return packing.entries();
    }

    private void attribute(Parameter parameter, @Nullable Object value) {
        switch (parameter.kind()) {
            case NUMBER, INT -> {
                if (parameter.optional()) {
                    optional((Number) value);
                } else if (value instanceof Number number) {
                    add(number.doubleValue());
                } else {
                    throw new IllegalArgumentException("'" + parameter.name() + "' is None");
                }
            }
            case BOOL -> {
                if (parameter.optional()) {
                    flag(value != null);
                }
                flag(Boolean.TRUE.equals(value));
            }
            case TEXT -> text(parameter, (String) Objects.requireNonNull(value));
            case PAIRS ->
                dims(
                        value instanceof List<?> pair
                                ? pair.stream()
                                        .flatMap(dims -> ((List<?>) dims).stream())
                                        .toList()
                                : value);
            case SIZES -> {
                if (value instanceof String) {
                    add(-2 - parameter.choices().indexOf(value));
                } else {
                    dims(value);
                }
            }
            default -> dims(value);
        }
    }

    /** The position among the choices; without any, how many characters, and each of them. */
    private void text(Parameter parameter, String value) {
        if (!parameter.choices().isEmpty()) {
            add(parameter.choices().indexOf(value));
            return;
        }
        add(value.length());
        value.chars().forEach(this::add);
    }

    /** An entry. */
    Packing add(double entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
        }
        entries[size++] = entry;
        return this;
    }

    /** A number that may be absent: two entries. */
    Packing optional(@Nullable Number number) {
        return flag(number != null).add(number == null ? 0 : number.doubleValue());
    }

    private Packing flag(boolean flag) {
        return add(flag ? 1 : 0);
    }

    private void dims(@Nullable Object value) {
        if (value instanceof List<?> list) {
            add(list.size());
            list.forEach(item -> add((Integer) item));
        } else if (value instanceof Integer single) {
            add(1).add(single);
        } else {
            add(-1);
        }
    }

    /** All entries. */
    double[] entries() {
        return Arrays.copyOf(entries, size);
    }
}
