package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Parameter.Kind;
import org.jspecify.annotations.Nullable;

/** Binds the arguments of a call to the parameters of an op, as Python binds them to PyTorch's function. */
final class Binder {
    private Binder() {}

    /**
     * The application that a call stands for.
     *
     * @throws IllegalArgumentException if there is no such function or the arguments do not fit its signature
     */
    static Apply bind(String function, List<Term> positional, Map<String, Term> keywords, int column) {
        List<Op> candidates = Ops.byFunction(function);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException(
                    function.equals("grad")
                            ? "grad stands alone: give it a line of its own, g = grad(y, x), and go on with g"
                            : "there is no function '" + function + "'");
        }
        Op op = candidates.stream()
                .filter(candidate -> fits(candidate.signature(), positional, keywords))
                .findFirst()
                .orElse(candidates.get(candidates.size() - 1));
        Map<String, Term> given = assign(op.signature(), positional, keywords);
        requireOverload(op, given);
        List<@Nullable Expr> operands = new ArrayList<>();
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (Parameter parameter : op.signature().parameters()) {
            Term term = given.get(parameter.name());
            if (term == null && parameter.required()) {
                throw new IllegalArgumentException(function + ": '" + parameter.name() + "' is missing");
            }
            if (parameter.kind() == Kind.TENSORS) {
                operands.addAll(tensors(function, parameter, term));
            } else if (parameter.kind().isOperand()) {
                operands.add(term == null ? null : operand(function, parameter, term));
            } else {
                attributes.put(
                        parameter.name(),
                        term == null ? parameter.defaultValue() : attribute(function, parameter, term));
            }
        }
        return new Apply(op, operands, new Attributes(attributes), column);
    }

    /** Whether numbers stand where an overload takes numbers, and tensors where it takes tensors. */
    private static boolean fits(Signature signature, List<Term> positional, Map<String, Term> keywords) {
        List<Parameter> parameters = signature.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Term term = i < positional.size()
                    ? positional.get(i)
                    : keywords.get(parameters.get(i).name());
            if (term instanceof Term.Value value) {
                Kind kind = parameters.get(i).kind();
                boolean number = value.expr() instanceof Number;
                if (number ? kind == Kind.TENSOR : !kind.isOperand()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Map<String, Term> assign(Signature signature, List<Term> positional, Map<String, Term> keywords) {
        Map<String, Term> given = new LinkedHashMap<>();
        List<Parameter> byPosition =
                signature.parameters().stream().filter(p -> !p.keywordOnly()).toList();
        if (positional.size() > byPosition.size()) {
            throw new IllegalArgumentException(signature.function() + ": takes at most " + byPosition.size()
                    + " positional arguments, " + positional.size() + " are given");
        }
        for (int i = 0; i < positional.size(); i++) {
            given.put(byPosition.get(i).name(), positional.get(i));
        }
        for (Map.Entry<String, Term> keyword : keywords.entrySet()) {
            String name = keyword.getKey();
            if (signature.parameters().stream().noneMatch(p -> p.name().equals(name))) {
                throw new IllegalArgumentException(signature.function() + ": there is no parameter '" + name + "'");
            }
            if (given.put(name, keyword.getValue()) != null) {
                throw new IllegalArgumentException(signature.function() + ": '" + name + "' is given twice");
            }
        }
        return given;
    }

    /** PyTorch has some functions twice, with dim and without, and only one of them takes a parameter. */
    private static void requireOverload(Op op, Map<String, Term> given) {
        for (String parameter : op.together()) {
            if (given.containsKey(parameter) && !given.containsKey("dim")) {
                throw new IllegalArgumentException(op.id() + ": '" + parameter + "' is given without 'dim'");
            }
        }
        for (String parameter : op.neverNone()) {
            if (given.get(parameter) instanceof Term.Constant constant && constant.value() == null) {
                throw new IllegalArgumentException(op.id() + ": '" + parameter + "' takes an integer, not None");
            }
        }
    }

    private static List<Expr> tensors(String function, Parameter parameter, @Nullable Term term) {
        if (!(term instanceof Term.Tuple tuple) || tuple.items().isEmpty()) {
            throw new IllegalArgumentException(function + ": '" + parameter.name() + "' takes a tuple of tensors");
        }
        List<Expr> operands = new ArrayList<>();
        for (Term item : tuple.items()) {
            if (!(item instanceof Term.Value value) || value.expr() instanceof Number) {
                throw new IllegalArgumentException(
                        function + ": '" + parameter.name() + "' takes tensors, not " + item.described());
            }
            operands.add(value.expr());
        }
        return operands;
    }

    private static @Nullable Expr operand(String function, Parameter parameter, Term term) {
        if (term instanceof Term.Value value
                && (!(value.expr() instanceof Number) || parameter.kind() == Kind.TENSOR_OR_NUMBER)) {
            return value.expr();
        }
        if (term instanceof Term.Constant constant && constant.value() == null && parameter.optional()) {
            return null;
        }
        throw new IllegalArgumentException(
                function + ": '" + parameter.name() + "' takes a tensor, not " + term.described());
    }

    private static @Nullable Object attribute(String function, Parameter parameter, Term term) {
        if (term instanceof Term.Constant constant) {
            Object value = constant.value();
            if (value == null && parameter.optional()) {
                return null;
            }
            if (value instanceof Boolean && parameter.kind() == Kind.BOOL) {
                return value;
            }
            if (value instanceof String text && parameter.kind() == Kind.TEXT) {
                if (!parameter.choices().contains(text)) {
                    throw new IllegalArgumentException(function + ": '" + parameter.name() + "' is one of "
                            + parameter.choices() + ", not '" + text + "'");
                }
                return text;
            }
        }
        if (term instanceof Term.Value value && value.expr() instanceof Number number) {
            if (parameter.kind() == Kind.NUMBER) {
                return number.value();
            }
            if (parameter.kind() == Kind.INT || parameter.kind() == Kind.DIMS) {
                return integer(function, parameter, number);
            }
        }
        if (term instanceof Term.Tuple tuple && (parameter.kind() == Kind.INTS || parameter.kind() == Kind.DIMS)) {
            List<Integer> items = new ArrayList<>();
            for (Term item : tuple.items()) {
                if (!(item instanceof Term.Value value && value.expr() instanceof Number number)) {
                    throw new IllegalArgumentException(
                            function + ": '" + parameter.name() + "' takes integers, not " + item.described());
                }
                items.add(integer(function, parameter, number));
            }
            return List.copyOf(items);
        }
        throw new IllegalArgumentException(
                function + ": '" + parameter.name() + "' takes " + wanted(parameter) + ", not " + term.described());
    }

    private static Integer integer(String function, Parameter parameter, Number number) {
        if (!number.integer() || Math.abs(number.value()) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(function + ": '" + parameter.name() + "' takes integers, not " + number);
        }
        return (int) number.value();
    }

    private static String wanted(Parameter parameter) {
        return switch (parameter.kind()) {
            case NUMBER -> "a number";
            case INT -> "an integer";
            case BOOL -> "True or False";
            case TEXT -> "one of " + parameter.choices();
            case INTS -> "a tuple of integers";
            case DIMS -> "an integer or a tuple of integers";
            default -> "a tensor";
        };
    }
}
