package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;
import org.jspecify.annotations.Nullable;

/**
 * Reads one statement by recursive descent, with Python's precedence: {@code **} binds to the right and more tightly
 * than a minus on its left, then {@code * / @}, then {@code + -}, then comparisons.
 */
final class Parser extends Cursor {
    /** Deeper expressions would overflow the stack of whoever walks them. */
    private static final int MAX_DEPTH = 200;

    private static final Set<String> COMPARISONS = Set.of("<", "<=", ">", ">=", "==", "!=");

    private static final Map<String, Double> SPECIAL =
            Map.of("inf", Double.POSITIVE_INFINITY, "-inf", Double.NEGATIVE_INFINITY, "nan", Double.NaN);

    /** What a comparison is when its sides are exchanged. */
    private static final Map<String, String> MIRRORED = Map.of("<", ">", "<=", ">=", ">", "<", ">=", "<=");

    /** Names that stand for what may be an argument, in the definition of an op. */
    private final Map<String, Term> constants;

    private Parser(String text, int line, Map<String, Term> constants) {
        super(text, line, 2 * MAX_DEPTH);
        this.constants = constants;
    }

    /**
     * Reads {@code name = expression}.
     *
     * @param constants what some names stand for
     * @throws ProgramException if it is not one
     */
    static Statement statement(String text, int line, Map<String, Term> constants) {
        Parser parser = new Parser(text, line, constants);
        Token name = parser.take();
        if (name.kind() != Kind.NAME) {
            throw parser.error(name, "expected 'name = expression', found " + name.quoted());
        }
        parser.requireFree(name);
        parser.expect("=");
        Token first = parser.peek();
        Expr expr = parser.expr(parser.comparison(), first);
        parser.expectEnd();
        if (expr instanceof Number number) {
            throw parser.error(first, "'" + name.text() + "' is the number " + number + ", not a tensor");
        }
        return new Statement(line, name.text(), expr);
    }

    private void requireFree(Token name) {
        if (!Names.isFree(name.text())) {
            throw error(name, "'" + name.text() + "' is the name of a function or keyword");
        }
    }

    private Term comparison() {
        Token first = peek();
        Term left = additive();
        if (!isComparison(peek())) {
            return left;
        }
        Token operator = take();
        Token second = peek();
        Term result = binary(operator, expr(left, first), expr(additive(), second));
        if (isComparison(peek())) {
            throw error(peek(), "comparisons in a chain: write two of them, each on a line of its own");
        }
        return result;
    }

    private static boolean isComparison(Token token) {
        return token.kind() == Kind.SYMBOL && COMPARISONS.contains(token.text());
    }

    private Term additive() {
        Token first = peek();
        Term left = multiplicative();
        while (peek().is("+") || peek().is("-")) {
            Token operator = take();
            Token second = peek();
            left = binary(operator, expr(left, first), expr(multiplicative(), second));
        }
        return left;
    }

    private Term multiplicative() {
        Token first = peek();
        Term left = unary();
        while (peek().is("*") || peek().is("/") || peek().is("@")) {
            Token operator = take();
            Token second = peek();
            left = binary(operator, expr(left, first), expr(unary(), second));
        }
        return left;
    }

    private Term unary() {
        if (!peek().is("-")) {
            return power();
        }
        Token minus = take();
        enter(minus);
        Token operand = peek();
        Expr expr = expr(unary(), operand);
        leave();
        return new Term.Value(
                expr instanceof Number number
                        ? Numbers.negate(number)
                        : apply(minus, Ops.byOperator("-", 1), List.of(expr), Attributes.NONE));
    }

    private Term power() {
        Token first = peek();
        Term base = postfix();
        if (!peek().is("**")) {
            return base;
        }
        Token operator = take();
        enter(operator);
        Token second = peek();
        Expr left = expr(base, first);
        Expr right = expr(unary(), second);
        leave();
        if (right instanceof Number exponent && !(left instanceof Number)) {
            Attributes attributes = new Attributes(Map.of("exponent", exponent.value()));
            return new Term.Value(apply(operator, Ops.byOperator("**", 1), List.of(left), attributes));
        }
        return binary(operator, left, right);
    }

    private Term binary(Token operator, Expr left, Expr right) {
        if (left instanceof Number a && right instanceof Number b) {
            try {
                return new Term.Value(Numbers.apply(operator.text(), a, b));
            } catch (IllegalArgumentException e) {
                throw error(operator, String.valueOf(e.getMessage()));
            }
        }
        if (operator.is("@") && (left instanceof Number || right instanceof Number)) {
            throw error(operator, "@ needs a tensor on both sides");
        }
        if (left instanceof Number && isComparison(operator)) {
            // As Python does it: the tensor is asked.
            return operation(operator, MIRRORED.getOrDefault(operator.text(), operator.text()), right, left);
        }
        return operation(operator, operator.text(), left, right);
    }

    private Term operation(Token at, String operator, Expr left, Expr right) {
        return new Term.Value(apply(at, Ops.byOperator(operator, 2), List.of(left, right), Attributes.NONE));
    }

    private Term postfix() {
        Token first = peek();
        Term term = primary();
        while (true) {
            if (peek().is(".")) {
                Token dot = take();
                Token attribute = take();
                if (peek().is("(")) {
                    take();
                    term = call(attribute, List.of(new Term.Value(tensor(term, first))));
                    continue;
                }
                if (!attribute.text().equals("T")) {
                    throw error(attribute, "expected .T or a method, found '." + attribute.text() + "'");
                }
                term = new Term.Value(
                        apply(dot, Ops.byOperator(".T", 1), List.of(tensor(term, first)), Attributes.NONE));
            } else if (peek().is("[")) {
                Token open = take();
                List<Expr> operands = new ArrayList<>(List.of(tensor(term, first)));
                open(open);
                Index index = subscript(operands);
                term = new Term.Value(
                        apply(open, Ops.byOperator("[]", 1), operands, new Attributes(Map.of("index", index))));
            } else {
                return term;
            }
        }
    }

    private Index subscript(List<Expr> operands) {
        List<Index.Item> items = new ArrayList<>();
        do {
            items.add(item(operands));
        } while (takeIf(","));
        close("]");
        return new Index(items);
    }

    /** One item of a subscript; an index tensor is added to the operands. */
    private Index.Item item(List<Expr> operands) {
        Token first = peek();
        if (first.is(":")) {
            return slice(null);
        }
        if (takeIf("...")) {
            return new Index.Ellipsis();
        }
        if (first.kind() == Kind.NAME && first.text().equals("None")) {
            take();
            return new Index.NewAxis();
        }
        Expr expr = expr(comparison(), first);
        if (expr instanceof Number number) {
            int start = integer(number, first);
            return peek().is(":") ? slice(start) : new Index.At(start);
        }
        if (peek().is(":")) {
            throw error(first, "a slice takes integers");
        }
        operands.add(expr);
        return new Index.Gather(operands.size() - 1);
    }

    private Index.Slice slice(@Nullable Integer start) {
        expect(":");
        Integer stop = sliceEnd();
        Integer step = null;
        if (takeIf(":")) {
            Token at = peek();
            step = sliceEnd();
            if (step != null && step <= 0) {
                throw error(at, "the step of a slice must be positive, not " + step);
            }
        }
        return new Index.Slice(start, stop, step);
    }

    private @Nullable Integer sliceEnd() {
        if (peek().is(":") || peek().is(",") || peek().is("]")) {
            return null;
        }
        Token first = peek();
        if (expr(additive(), first) instanceof Number number) {
            return integer(number, first);
        }
        throw error(first, "a slice takes integers");
    }

    private int integer(Number number, Token at) {
        if (!number.integer() || Math.abs(number.value()) > Integer.MAX_VALUE) {
            throw error(at, "expected an integer, found " + number);
        }
        return (int) number.value();
    }

    private Term primary() {
        Token token = take();
        switch (token.kind()) {
            case NUMBER -> {
                try {
                    return new Term.Value(Numbers.literal(token.text()));
                } catch (IllegalArgumentException e) {
                    throw error(token, String.valueOf(e.getMessage()));
                }
            }
            case STRING -> {
                return new Term.Constant(token.text());
            }
            case NAME -> {
                return named(token);
            }
            default -> {
                if (token.is("(")) {
                    return parenthesized(token);
                }
                throw error(token, "expected a value, found " + token.quoted());
            }
        }
    }

    private Term named(Token token) {
        switch (token.text()) {
            case "True", "False" -> {
                return new Term.Constant(token.text().equals("True"));
            }
            case "None" -> {
                return new Term.Constant(null);
            }
            default -> {
                if (isModule(token)) {
                    take();
                    return named(take());
                }
                if (!peek().is("(")) {
                    Term constant = constants.get(token.text());
                    if (constant != null) {
                        return constant;
                    }
                    requireFree(token);
                    return new Term.Value(new Name(token.text()));
                }
                take();
                return token.text().equals("float") ? special(token) : call(token, List.of());
            }
        }
    }

    /** Whether the token is the module of a function that follows: {@code torch.} or {@code F.} */
    private boolean isModule(Token token) {
        return (token.text().equals("torch") || token.text().equals("F")) && peek().is(".") && isCalledAfter(1);
    }

    /** {@code float('inf')}, {@code float('-inf')} and {@code float('nan')}: numbers that no literal writes. */
    private Term special(Token function) {
        Token text = take();
        Double number = text.kind() == Kind.STRING ? SPECIAL.get(text.text()) : null;
        if (number == null) {
            throw error(function, "float takes 'inf', '-inf' or 'nan', not " + text.quoted());
        }
        expect(")");
        return new Term.Value(new Number(number, false));
    }

    /**
     * A call whose parenthesis is open.
     *
     * @param receiver what stands before the dot of a method: the first argument
     */
    private Term call(Token function, List<Term> receiver) {
        open(function);
        List<Term> positional = new ArrayList<>(receiver);
        Map<String, Term> keywords = new LinkedHashMap<>();
        while (!peek().is(")")) {
            Token first = peek();
            if (first.kind() == Kind.NAME && isFollowedBy("=")) {
                take();
                take();
                if (keywords.put(first.text(), comparison()) != null) {
                    throw error(first, function.text() + ": '" + first.text() + "' is given twice");
                }
            } else if (keywords.isEmpty()) {
                positional.add(comparison());
            } else {
                throw error(first, function.text() + ": a positional argument follows a keyword argument");
            }
            if (!takeIf(",")) {
                break;
            }
        }
        close(")");
        try {
            return new Term.Value(Binder.bind(function.text(), positional, keywords, function.column()));
        } catch (IllegalArgumentException e) {
            throw error(function, String.valueOf(e.getMessage()));
        }
    }

    private Term parenthesized(Token open) {
        open(open);
        List<Term> items = new ArrayList<>();
        boolean comma = false;
        while (!peek().is(")")) {
            items.add(comparison());
            comma = takeIf(",");
            if (!comma) {
                break;
            }
        }
        close(")");
        return items.size() == 1 && !comma ? items.get(0) : new Term.Tuple(List.copyOf(items));
    }

    private Apply apply(Token at, Op op, List<Expr> operands, Attributes attributes) {
        Apply apply = new Apply(op, new ArrayList<@Nullable Expr>(operands), attributes, at.column());
        if (apply.depth() > MAX_DEPTH) {
            throw tooDeep(at, MAX_DEPTH);
        }
        return apply;
    }

    private Expr expr(Term term, Token at) {
        if (term instanceof Term.Value value) {
            return value.expr();
        }
        throw error(at, term.described() + " cannot stand here: expected a tensor or a number");
    }

    private Expr tensor(Term term, Token at) {
        Expr expr = expr(term, at);
        if (expr instanceof Number) {
            throw error(at, "the number " + expr + " is not a tensor");
        }
        return expr;
    }
}
