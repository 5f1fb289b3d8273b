package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * An op with the types of its operands and its attributes: what rules for shapes and definitions go by.
 *
 * @param op which
 * @param operands types in the order of the signature, null for an optional one that is absent
 * @param attributes all attributes
 */
public record Call(Op op, List<@Nullable Type> operands, Attributes attributes) {

    /** The shape of an operand that must be there. */
    public Shape shape(int operand) {
        Type type = operands.get(operand);
        if (type == null) {
            throw new IllegalArgumentException("operand " + operand + " is missing");
        }
        return type.shape();
    }

    /** Whether an operand is given. */
    public boolean has(int operand) {
        return operand < operands.size() && operands.get(operand) != null;
    }

    /** Whether a floating-point tensor stands where indices may: what the op means is another formula then. */
    public boolean hasTensorForIndices() {
        List<Parameter> parameters = op.signature().operands();
        for (int i = 0; i < Math.min(operands.size(), parameters.size()); i++) {
            Type type = operands.get(i);
            if (parameters.get(i).kind() == Parameter.Kind.INDICES_OR_TENSOR
                    && type != null
                    && type.dtype().isFloating()) {
                return true;
            }
        }
        return false;
    }

    /** The dimensions of the first operand that {@code dim} names, each counted from 0, ascending; all of them for None. */
    public int[] dims() {
        return attributes.dims("dim", shape(0));
    }

    /** How many elements of the first operand {@code dim} puts together. */
    public int reduced() {
        int count = 1;
        for (int dim : dims()) {
            count *= shape(0).dim(dim);
        }
        return count;
    }

    /** The shape that all given operands stretch to. */
    public Shape broadcast() {
        Shape shape = shape(0);
        for (int i = 1; i < operands.size(); i++) {
            if (has(i)) {
                shape = broadcast(shape, shape(i));
            }
        }
        return shape;
    }

    /** The shape that both stretch to. */
    public Shape broadcast(Shape a, Shape b) {
        try {
            return Shape.broadcast(a, b);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    /** What to throw where PyTorch refuses the operands. */
    public IllegalArgumentException refused(String problem) {
        return new IllegalArgumentException(op.id() + ": " + problem);
    }

    /** The signature's names of the operands; those of a tuple are numbered from 0, as {@code tensors0}. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        int inTuple = 0;
        for (int i = 0; i < operands.size(); i++) {
            Parameter parameter = Objects.requireNonNull(op.signature().of(i, operands.size()));
            names.add(parameter.kind().isTuple() ? parameter.name() + inTuple++ : parameter.name());
        }
        return names;
    }

    /** The types of the operands that are given, by those names. */
    public Map<String, Type> named() {
        return named(operands);
    }

    /** What stands for each operand, null for an absent one, by those names; a new map. */
    public <T> Map<String, T> named(List<@Nullable T> given) {
        Map<String, T> named = new LinkedHashMap<>();
        List<String> names = names();
        for (int i = 0; i < names.size(); i++) {
            T operand = given.get(i);
            if (operand != null) {
                named.put(names.get(i), operand);
            }
        }
        return named;
    }
}
