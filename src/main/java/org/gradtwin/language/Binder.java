package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Ops.Form;
import org.gradtwin.language.Parameter.Kind;
import org.jspecify.annotations.Nullable;

/** Binds the arguments of a call to the parameters of an op, as Python binds them to PyTorch's function. */
final class Binder {
    private Binder() {}

    /** PyTorch's functions take these names of NumPy's too. */
    private static final Map<String, List<String>> NUMPY = Map.of(
            "dim", List.of("axis"), "keepdim", List.of("keepdims"), "input", List.of("x", "a"), "other", List.of("x2"));

    /**
     * What a call stands for: one application, or several where PyTorch's function gives several results.
     *
     * @param method whether the first argument stood before a dot
     * @throws IllegalArgumentException if there is no such function or the arguments do not fit its signature
     */
    static Term bind(String function, List<Term> positional, Map<String, Term> keywords, int column, boolean method) {
        List<Form> own = method ? Ops.byFunction("." + function) : List.of();
        List<Form> forms = own.isEmpty() ? Ops.byFunction(function) : own;
        if (forms.isEmpty()) {
            throw new IllegalArgumentException(Refusals.ofFunction(function));
        }
        List<Form> fitting = forms.stream()
                .filter(form -> fits(form.signature(), positional, keywords))
                .toList();
        List<Form> candidates = fitting.isEmpty() ? forms.subList(forms.size() - 1, forms.size()) : fitting;
        IllegalArgumentException refused = null;
        for (Form form : candidates) {
            try {
                Apply apply = bind(form, positional, keywords, column, method);
                return form.op().hasResults()
                        ? new Term.Several(function, results(form, forms, positional, keywords, column, method))
                        : new Term.Value(apply);
            } catch (IllegalArgumentException e) {
                refused = refused == null || isMismatch(refused) ? e : refused;
            }
        }
        throw refused == null ? new IllegalStateException(function) : refused;
    }

    /** Whether a call failed by its number of arguments, so that another form's complaint says more. */
    private static boolean isMismatch(IllegalArgumentException e) {
        return String.valueOf(e.getMessage()).contains("is missing")
                || String.valueOf(e.getMessage()).contains("takes at most");
    }

    private static List<Apply> results(
            Form form,
            List<Form> forms,
            List<Term> positional,
            Map<String, Term> keywords,
            int column,
            boolean method) {
        return forms.stream()
                .filter(other -> other.op().hasResults()
                        && other.signature()
                                .parameters()
                                .equals(form.signature().parameters()))
                .map(other -> bind(other, positional, keywords, column, method))
                .sorted(Comparator.comparingInt(apply -> apply.op().result(apply.attributes())))
                .toList();
    }

    private static Apply bind(
            Form form, List<Term> positional, Map<String, Term> keywords, int column, boolean method) {
        Op op = form.op();
        String function = form.signature().function();
        Map<String, Term> given = named(form, assign(form.signature(), spread(form, positional, method), keywords));
        requireOverload(op, given);
        List<@Nullable Expr> operands = new ArrayList<>();
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (Parameter parameter : op.signature().parameters()) {
            Term term = given.get(parameter.name());
            if (term == null && parameter.required()) {
                throw new IllegalArgumentException(function + ": '" + parameter.name() + "' is missing");
            }
            if (parameter.kind().isTuple()) {
                operands.addAll(tensors(function, parameter, term));
            } else if (parameter.kind().isOperand()) {
                operands.add(term == null ? null : operand(function, parameter, term));
            } else {
                attributes.put(
                        parameter.name(),
                        term == null ? parameter.defaultValue() : attribute(function, parameter, term));
            }
        }
        if (op.hasNumberedResults()) {
            attributes.put(Op.RESULT, 0);
        }
        return new Apply(op, operands, new Attributes(attributes), column);
    }

    /** The arguments by the op's own names of its parameters. */
    private static Map<String, Term> named(Form form, Map<String, Term> given) {
        List<Parameter> own = form.op().signature().parameters();
        List<Parameter> others = form.signature().parameters();
        Map<String, Term> named = new LinkedHashMap<>();
        for (int i = 0; i < others.size(); i++) {
            String name = others.get(i).name();
            Term term = given.get(name);
            if (term != null) {
                Parameter to = own.stream()
                        .filter(parameter -> parameter.name().equals(name))
                        .findFirst()
                        .orElse(own.get(i));
                boolean truth = others.get(i).kind() == Kind.BOOL && to.kind() == Kind.NUMBER;
                named.put(
                        to.name(),
                        truth
                                ? Term.of(
                                        Boolean.TRUE.equals(attribute(
                                                        form.signature().function(), others.get(i), term))
                                                ? 1
                                                : 0)
                                : term);
            }
        }
        return named;
    }

    /** The arguments of {@code x.expand(2, 3)} as those of {@code x.expand((2, 3))}. */
    private static List<Term> spread(Form form, List<Term> positional, boolean method) {
        List<Parameter> parameters = form.signature().parameters();
        int last = parameters.size() - 1;
        boolean spreads = method
                && form.op().isSpread()
                && positional.size() > last
                && positional.subList(last, positional.size()).stream()
                        .allMatch(term -> term instanceof Term.Value value && value.expr() instanceof Number);
        if (!spreads) {
            return positional;
        }
        List<Term> gathered = new ArrayList<>(positional.subList(0, last));
        gathered.add(new Term.Tuple(positional.subList(last, positional.size())));
        return gathered;
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

    /** A tuple of tensors at the end may be written as arguments one by one. */
    private static List<Term> gathered(List<Parameter> byPosition, List<Term> positional) {
        int last = byPosition.size() - 1;
        boolean single =
                positional.size() > last && last >= 0 && byPosition.get(last).kind() == Kind.TENSORS;
        if (!single || positional.get(last) instanceof Term.Tuple) {
            return positional;
        }
        List<Term> gathered = new ArrayList<>(positional.subList(0, last));
        gathered.add(new Term.Tuple(List.copyOf(positional.subList(last, positional.size()))));
        return gathered;
    }

    private static Map<String, Term> assign(Signature signature, List<Term> written, Map<String, Term> keywords) {
        Map<String, Term> given = new LinkedHashMap<>();
        List<Parameter> byPosition =
                signature.parameters().stream().filter(p -> !p.keywordOnly()).toList();
        List<Term> positional = gathered(byPosition, written);
        if (positional.size() > byPosition.size()) {
            throw new IllegalArgumentException(signature.function() + ": takes at most " + byPosition.size()
                    + " positional arguments, " + positional.size() + " are given");
        }
        for (int i = 0; i < positional.size(); i++) {
            given.put(byPosition.get(i).name(), positional.get(i));
        }
        for (Map.Entry<String, Term> keyword : keywords.entrySet()) {
            String name = parameter(signature, keyword.getKey());
            if (given.put(name, keyword.getValue()) != null) {
                throw new IllegalArgumentException(signature.function() + ": '" + name + "' is given twice");
            }
        }
        return given;
    }

    /** The parameter of that name, or of NumPy's. */
    private static String parameter(Signature signature, String name) {
        List<String> names =
                signature.parameters().stream().map(Parameter::name).toList();
        return names.stream()
                .filter(own -> own.equals(name)
                        || (!names.contains(name)
                                && NUMPY.getOrDefault(own, List.of()).contains(name)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(signature.function() + ": there is no parameter '"
                        + name + "' among " + String.join(", ", names) + NearName.hint(name, names)));
    }

    /** PyTorch has some functions twice, with dim and without, and only one of them takes a parameter. */
    private static void requireOverload(Op op, Map<String, Term> given) {
        for (String parameter : op.restricted(Restriction.ONLY_WITH_DIM)) {
            if (given.containsKey(parameter) && !given.containsKey("dim")) {
                throw new IllegalArgumentException(op.id() + ": '" + parameter + "' is given without 'dim'");
            }
        }
        for (String parameter : op.restricted(Restriction.NEVER_NONE)) {
            if (given.get(parameter) instanceof Term.Constant constant && constant.value() == null) {
                throw new IllegalArgumentException(op.id() + ": '" + parameter + "' takes an integer, not None");
            }
        }
    }

    private static List<Expr> tensors(String function, Parameter parameter, @Nullable Term term) {
        if (!(term instanceof Term.Tuple tuple) || tuple.items().isEmpty()) {
            throw new IllegalArgumentException(function + ": '" + parameter.name() + "' takes a tuple of tensors"
                    + (term instanceof Term.Several several ? ": " + several.hint() : ""));
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
            if (value instanceof String text
                    && (parameter.kind() == Kind.TEXT || !parameter.choices().isEmpty())) {
                if (!parameter.choices().isEmpty() && !parameter.choices().contains(text)) {
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
            if (parameter.kind() == Kind.INT || parameter.kind().isIntOrTuple()) {
                return integer(function, parameter, number);
            }
        }
        if (term instanceof Term.Tuple tuple && parameter.kind() == Kind.PAIRS) {
            if (tuple.items().size() == 2
                    && tuple.items().get(0) instanceof Term.Tuple one
                    && tuple.items().get(1) instanceof Term.Tuple other) {
                return List.of(integers(function, parameter, one), integers(function, parameter, other));
            }
        } else if (term instanceof Term.Tuple tuple
                && (parameter.kind() == Kind.INTS || parameter.kind().isIntOrTuple())) {
            return integers(function, parameter, tuple);
        }
        throw new IllegalArgumentException(
                function + ": '" + parameter.name() + "' takes " + wanted(parameter) + ", not " + term.described());
    }

    private static List<Integer> integers(String function, Parameter parameter, Term.Tuple tuple) {
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
            case PAIRS -> "an integer or two tuples of integers";
            case DIMS, SIZES -> "an integer or a tuple of integers";
            default -> "a tensor";
        };
    }
}
