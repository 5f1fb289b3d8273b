package org.gradtwin.language;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Parameter.Kind;

/**
 * The ways in which an op's signature lets it be called, in words: each string of a choice, True and False, None and
 * given, the default and another number, an int and a tuple of dimensions, a dimension counted from the end, an
 * optional operand with and without, a tensor and a number.
 */
public final class Features {
    private Features() {}

    /** All ways in which an op may be called. */
    public static Set<String> of(Op op) {
        Set<String> features = new LinkedHashSet<>();
        op.signature().operands().forEach(parameter -> features.addAll(of(op, parameter)));
        op.signature().attributes().forEach(parameter -> features.addAll(of(op, parameter)));
        return features;
    }

    /** All ways in which one of its parameters may be given. */
    public static Set<String> of(Op op, Parameter parameter) {
        Set<String> features = new LinkedHashSet<>();
        if (!parameter.kind().isOperand()) {
            if (!op.restricted(Restriction.ONLY_BY_DEFAULT).contains(parameter.name())) {
                addAll(features, parameter);
            }
        } else if (parameter.kind() == Kind.TENSOR_OR_NUMBER) {
            features.add(parameter.name() + " a tensor");
            features.add(parameter.name() + " a number");
        } else if (parameter.kind().isTuple()) {
            if (!op.restricted(Restriction.NEVER_ONE).contains(parameter.name())) {
                features.add("one of " + parameter.name());
            }
            features.add("several " + parameter.name());
        } else if (parameter.optional()) {
            features.add(parameter.name() + " given");
            features.add(parameter.name() + "=None");
        }
        return features;
    }

    private static void addAll(Set<String> features, Parameter parameter) {
        String name = parameter.name();
        if (parameter.optional()) {
            features.add(name + "=None");
        }
        parameter.choices().forEach(choice -> features.add(name + "='" + choice + "'"));
        if (parameter.kind() == Kind.SIZES) {
            features.add(name + " an int");
            features.add(name + " a tuple");
        } else if (parameter.kind() == Kind.TEXT) {
            return;
        } else if (parameter.kind() == Kind.BOOL) {
            features.add(name + "=False");
            features.add(name + "=True");
        } else if (parameter.kind() == Kind.DIMS) {
            features.add(name + " an int");
            features.add(name + " a tuple");
            features.add(name + " from the end");
        } else if (name.equals("dim")) {
            features.add(name + " an int");
            features.add(name + " from the end");
        } else if (parameter.optional()) {
            features.add(name + " given");
        } else if (!parameter.required()) {
            features.add(name + " the default");
            features.add(name + " another");
        }
    }

    /** The ways in which an application calls its op. */
    public static Set<String> of(Apply apply) {
        Set<String> features = new LinkedHashSet<>();
        int count = apply.operands().size();
        for (int i = 0; i < count; i++) {
            Parameter parameter = apply.op().signature().of(i, count);
            Expr operand = apply.operands().get(i);
            if (parameter == null) {
                continue;
            }
            if (parameter.kind() == Kind.TENSOR_OR_NUMBER) {
                features.add(parameter.name() + (operand instanceof Expr.Number ? " a number" : " a tensor"));
            } else if (parameter.kind().isTuple()) {
                features.add((count == apply.op().signature().operands().size() ? "one of " : "several ")
                        + parameter.name());
            } else if (parameter.optional()) {
                features.add(parameter.name() + (operand == null ? "=None" : " given"));
            }
        }
        apply.op().signature().attributes().forEach(parameter -> addUsed(features, parameter, apply.attributes()));
        return features;
    }

    /** The ways in which attributes give one of them. */
    public static Set<String> of(Parameter parameter, Attributes attributes) {
        Set<String> features = new LinkedHashSet<>();
        addUsed(features, parameter, attributes);
        return features;
    }

    private static void addUsed(Set<String> features, Parameter parameter, Attributes attributes) {
        String name = parameter.name();
        Object value = attributes.get(name);
        if (value == null) {
            features.add(name + "=None");
        } else if (value instanceof String) {
            features.add(name + "='" + value + "'");
        } else if (parameter.kind() == Kind.BOOL) {
            features.add(name + (value.equals(true) ? "=True" : "=False"));
        } else if (parameter.kind() == Kind.DIMS || parameter.kind() == Kind.SIZES || name.equals("dim")) {
            features.add(name + (value instanceof Integer ? " an int" : " a tuple"));
            List<?> dims = value instanceof List<?> list ? list : List.of(value);
            if (dims.stream().anyMatch(dim -> dim instanceof Integer d && d < 0)) {
                features.add(name + " from the end");
            }
        } else if (parameter.optional()) {
            features.add(name + " given");
        } else if (!parameter.required()) {
            features.add(name + (isDefault(value, parameter) ? " the default" : " another"));
        }
    }

    private static boolean isDefault(Object value, Parameter parameter) {
        return (value instanceof Number given && parameter.defaultValue() instanceof Number usual)
                ? given.doubleValue() == usual.doubleValue()
                : Objects.equals(value, parameter.defaultValue());
    }
}
