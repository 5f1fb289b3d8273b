package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;
import org.jspecify.annotations.Nullable;

/** Reads what a name begins or a dot: values, functions of modules, methods and their arguments; and makes the applications of ops. */
final class Calls {
    /** Deeper expressions would overflow the stack of whoever walks them. */
    static final int MAX_DEPTH = 200;

    /** Functions of this module are other functions than those of the same name without it. */
    private static final String LINALG = "linalg";

    private static final Set<String> MODULES = Set.of("torch", "F", "math", "nn", LINALG);

    /** Modules within modules. */
    private static final Set<String> PARTS = Set.of("nn", "functional", LINALG, "special", "Tensor");

    private static final Map<String, Double> SPECIAL =
            Map.of("inf", Double.POSITIVE_INFINITY, "-inf", Double.NEGATIVE_INFINITY, "nan", Double.NaN);

    private final Tokens tokens;
    private final Map<String, Term> constants;
    private final Supplier<Term> expression;
    private final Set<String> called = new LinkedHashSet<>();

    /**
     * A reader of the calls of one statement.
     *
     * @param constants what some names stand for
     * @param expression reads an argument
     */
    Calls(Tokens tokens, Map<String, Term> constants, Supplier<Term> expression) {
        this.tokens = tokens;
        this.constants = constants;
        this.expression = expression;
    }

    /** Functions that were called by their names alone, not as {@code torch.sum}. */
    Set<String> called() {
        return called;
    }

    /** What begins with a name that was taken. */
    Term named(Token token) {
        switch (token.text()) {
            case "True", "False":
                return new Term.Constant(token.text().equals("True"));
            case "None":
                return new Term.Constant(null);
            default:
                if (isModule(token)) {
                    return member(token);
                }
                if (!tokens.takeIf("(")) {
                    Term constant = constants.get(token.text());
                    return constant != null ? constant : new Term.Value(new Name(tokens.free(token)));
                }
                if (token.text().equals("float")) {
                    return special(token);
                }
                called.add(token.text());
                return call(token, List.of(), false);
        }
    }

    /** Whether the token is a module of functions, {@code torch.}, {@code F.} or {@code math.}, before one of its members. */
    private boolean isModule(Token token) {
        return MODULES.contains(token.text())
                && tokens.peek().is(".")
                && (tokens.ahead(2).is("(")
                        || PARTS.contains(tokens.ahead(1).text())
                        || Numbers.constant(tokens.ahead(1).text()).isPresent());
    }

    /** What a module is asked for: a function, or a number as {@code math.pi}. */
    private Term member(Token module) {
        Token part = module;
        String within = "";
        do {
            within = part.text().equals(LINALG) ? LINALG + "." : within;
            tokens.take();
            part = tokens.take();
        } while (PARTS.contains(part.text()) && tokens.peek().is("."));
        String name = part.text();
        Optional<Double> constant = Numbers.constant(name);
        if (constant.isPresent() && !tokens.peek().is("(")) {
            return new Term.Value(new Number(constant.get(), false));
        }
        tokens.expect("(");
        if (!module.text().equals("math")) {
            boolean known = !Ops.byFunction(within + name).isEmpty();
            return call(known ? new Token(Kind.NAME, within + name, part.column()) : part, List.of(), false);
        }
        Token first = tokens.peek();
        Expr argument = tokens.at(first, expression.get()::expr);
        tokens.expect(")");
        if (!(argument instanceof Number number)) {
            throw tokens.error(first, "math." + name + " takes a number: write torch." + name + " of a tensor");
        }
        return new Term.Value(tokens.at(part, () -> Numbers.function(name, number.value())));
    }

    /** {@code float('inf')}, {@code float('-inf')} and {@code float('nan')}: numbers that no literal writes. */
    private Term special(Token function) {
        Token text = tokens.take();
        Double number = text.kind() == Kind.STRING ? SPECIAL.get(text.text()) : null;
        if (number == null) {
            throw tokens.error(function, "float takes 'inf', '-inf' or 'nan', not " + text.quoted());
        }
        tokens.expect(")");
        return new Term.Value(new Number(number, false));
    }

    /**
     * A method, a property, or one of several results by its name.
     *
     * @param dot behind which reading begins
     * @param first where what it follows begins
     */
    Term attribute(Token dot, Term term, Token first) {
        Token attribute = tokens.take();
        String name = attribute.text();
        if (tokens.takeIf("(")) {
            return call(attribute, List.of(new Term.Value(tokens.at(first, term::tensor))), true);
        }
        if (term instanceof Term.Several several) {
            return several.results().stream()
                    .filter(result ->
                            result.op().resultName().filter(name::equals).isPresent())
                    .findFirst()
                    .map(Term.Value::new)
                    .orElseThrow(() -> tokens.error(attribute, several.hint()));
        }
        if (!Ops.hasOperator("." + name)) {
            throw tokens.error(attribute, Refusals.ofAttribute(name));
        }
        return apply(dot, Ops.byOperator("." + name, 1), List.of(tokens.at(first, term::tensor)), Attributes.NONE);
    }

    /**
     * A call whose parenthesis is open.
     *
     * @param receiver what stands before the dot of a method: the first argument
     */
    private Term call(Token function, List<Term> receiver, boolean method) {
        tokens.open(function);
        List<Term> positional = new ArrayList<>(receiver);
        Map<String, Term> keywords = new LinkedHashMap<>();
        while (!tokens.peek().is(")")) {
            Token first = tokens.peek();
            if (first.kind() == Kind.NAME && tokens.takeIf(first.text(), "=")) {
                if (keywords.put(first.text(), expression.get()) != null) {
                    throw tokens.error(first, function.text() + ": '" + first.text() + "' is given twice");
                }
            } else if (first.is("*") || first.is("**")) {
                throw tokens.error(first, function.text() + ": no '" + first.text() + "': write the arguments");
            } else if (keywords.isEmpty()) {
                positional.add(expression.get());
            } else {
                throw tokens.error(first, function.text() + ": a positional argument follows a keyword argument");
            }
            if (!tokens.takeIf(",")) {
                break;
            }
        }
        tokens.close(")");
        return call(function, positional, keywords, method);
    }

    /** A function, or an operator that stands for one, of arguments that were read. */
    Term call(Token function, List<Term> positional, Map<String, Term> keywords, boolean method) {
        return shallow(
                function,
                tokens.at(
                        function, () -> Binder.bind(function.text(), positional, keywords, function.column(), method)));
    }

    /** An op of operands. */
    Term apply(Token at, Op op, List<Expr> operands, Attributes attributes) {
        return shallow(
                at, new Term.Value(new Apply(op, new ArrayList<@Nullable Expr>(operands), attributes, at.column())));
    }

    private Term shallow(Token at, Term term) {
        if (term instanceof Term.Value value && value.expr() instanceof Apply apply && apply.depth() > MAX_DEPTH) {
            throw tokens.tooDeep(at, MAX_DEPTH);
        }
        return term;
    }
}
