package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
final class Parser extends Tokens {
    /** Deeper expressions would overflow the stack of whoever walks them. */
    private static final int MAX_DEPTH = 200;

    private static final Set<String> AUGMENTED = Set.of("+", "-", "*", "/", "@", "**", "%", "&", "|", "^");

    /** Operators between comparisons and sums, from the loosest to the tightest. */
    private static final List<String> BITWISE = List.of("|", "^", "&");

    private static final Set<String> COMPARISONS = Set.of("<", "<=", ">", ">=", "==", "!=");

    /** Functions of this module are other functions than those of the same name without it. */
    private static final String LINALG = "linalg";

    private static final Set<String> MODULES = Set.of("torch", "F", "math", "nn", LINALG);

    /** Modules within modules. */
    private static final Set<String> PARTS = Set.of("nn", "functional", LINALG, "special", "Tensor");

    private static final Map<String, Double> SPECIAL =
            Map.of("inf", Double.POSITIVE_INFINITY, "-inf", Double.NEGATIVE_INFINITY, "nan", Double.NaN);

    /** What a comparison is when its sides are exchanged. */
    private static final Map<String, String> MIRRORED = Map.of("<", ">", "<=", ">=", ">", "<", ">=", "<=");

    /** Names that stand for what may be an argument, in the definition of an op. */
    private final Map<String, Term> constants;

    /** Functions that are called by their names alone, not as {@code torch.sum}. */
    private final Set<String> called = new LinkedHashSet<>();

    /**
     * A parser of one line.
     *
     * @param constants what some names stand for
     */
    Parser(String text, int line, Map<String, Term> constants) {
        super(text, line, 2 * MAX_DEPTH);
        this.constants = constants;
    }

    /** The functions that the line calls by their names alone. */
    Set<String> called() {
        return called;
    }

    /**
     * Reads {@code name = expression}, or {@code a, b = expression}, which is a statement for each name.
     *
     * @throws ProgramException if it is not one
     */
    List<Statement> statements() {
        List<Token> names = targets();
        Token first = peek();
        Term term = comparison();
        if (peek().is("=")) {
            throw error(peek(), "one '=' a line: write what is on the right as a statement of its own");
        }
        expectEnd();
        if (names.size() > 1) {
            return unpacked(names, term, first);
        }
        String name = names.get(0).text();
        Expr expr = expr(term, first);
        if (expr instanceof Number number) {
            throw error(first, "'" + name + "' is the number " + number + ", not a tensor: write it where it is used");
        }
        return List.of(new Statement(line, name, expr));
    }

    /** The names on the left, with the equals sign that follows them. */
    private List<Token> targets() {
        List<Token> names = new ArrayList<>();
        boolean parentheses = takeIf("(");
        do {
            Token name = take();
            if (name.kind() != Kind.NAME) {
                throw error(name, "expected 'name = expression', found " + name.quoted() + Refusals.hint(name));
            }
            requireFree(name);
            names.add(name);
        } while (takeIf(","));
        if (parentheses) {
            expect(")");
        }
        Token next = peek();
        if (AUGMENTED.contains(next.text()) && isFollowedBy("=")) {
            throw error(next, Refusals.ofAssignment(names.get(0).text(), next.text()));
        }
        if (!next.is("=")) {
            throw error(next, "expected '=', found " + next.quoted() + Refusals.ofStatement(next));
        }
        take();
        return names;
    }

    /** A statement for each name: a result of a function that has several, or what lies at a place of the first dimension. */
    private List<Statement> unpacked(List<Token> names, Term term, Token first) {
        List<String> together = names.stream().map(Token::text).toList();
        Term.Several several = term instanceof Term.Several results
                ? results
                : (Term.Several) call(
                        new Token(Kind.NAME, "unbind", first.column()),
                        List.of(new Term.Value(tensor(term, first))),
                        Map.of(),
                        true);
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            statements.add(new Statement(line, together.get(i), pick(several, i, first), together));
        }
        return statements;
    }

    private Apply pick(Term.Several several, int number, Token at) {
        try {
            return several.pick(number);
        } catch (IllegalArgumentException e) {
            throw error(at, String.valueOf(e.getMessage()));
        }
    }

    private void requireFree(Token name) {
        if (!Names.isFree(name.text())) {
            throw error(name, "'" + name.text() + "' is a keyword" + Refusals.hint(name));
        }
    }

    private Term comparison() {
        Token first = peek();
        Term left = bitwise(0);
        if (!isComparison(peek())) {
            return left;
        }
        Token operator = take();
        Token second = peek();
        Term result = binary(operator, expr(left, first), expr(bitwise(0), second));
        if (isComparison(peek())) {
            throw error(peek(), "comparisons in a chain: write two of them, each on a line of its own");
        }
        return result;
    }

    private static boolean isComparison(Token token) {
        return token.kind() == Kind.SYMBOL && COMPARISONS.contains(token.text());
    }

    private Term bitwise(int level) {
        if (level == BITWISE.size()) {
            return additive();
        }
        Term left = bitwise(level + 1);
        while (peek().is(BITWISE.get(level))) {
            left = symbol(take(), left, bitwise(level + 1));
        }
        return left;
    }

    /** What is written by a symbol and is a function all the same. */
    private Term symbol(Token symbol, Term... arguments) {
        return call(symbol, List.of(arguments), Map.of(), false);
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
        while (peek().is("*") || peek().is("/") || peek().is("@") || peek().is("%")) {
            Token operator = take();
            Token second = peek();
            if (operator.is("/") && second.is("/")) {
                throw error(operator, "no '//': write floor(a / b)");
            }
            if (operator.is("%")) {
                left = symbol(operator, left, unary());
                continue;
            }
            left = binary(operator, expr(left, first), expr(unary(), second));
        }
        return left;
    }

    private Term unary() {
        if (peek().is("~")) {
            Token operator = take();
            enter(operator);
            Term operand = unary();
            leave();
            return symbol(operator, operand);
        }
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
                term = attribute(dot, term, first);
            } else if (peek().is("[")) {
                Token open = take();
                open(open);
                List<Expr> operands = new ArrayList<>();
                if (term instanceof Term.Several several) {
                    Token number = peek();
                    term = new Term.Value(pick(several, position(subscript(operands), number), number));
                    continue;
                }
                operands.add(tensor(term, first));
                Index index = subscript(operands);
                term = new Term.Value(apply(open, Ops.byOperator("[]", 1), operands, Attributes.of(index)));
            } else {
                return term;
            }
        }
    }

    /** A method, a property, or one of several results by its name. */
    private Term attribute(Token dot, Term term, Token first) {
        Token attribute = take();
        if (peek().is("(")) {
            take();
            return call(attribute, List.of(new Term.Value(tensor(term, first))), true);
        }
        if (term instanceof Term.Several several) {
            return several.results().stream()
                    .filter(result -> result.op()
                            .resultName()
                            .filter(attribute.text()::equals)
                            .isPresent())
                    .findFirst()
                    .map(Term.Value::new)
                    .orElseThrow(() -> error(attribute, several.hint()));
        }
        if (!Ops.hasOperator("." + attribute.text())) {
            throw error(attribute, Refusals.ofAttribute(attribute.text()));
        }
        return new Term.Value(
                apply(dot, Ops.byOperator("." + attribute.text(), 1), List.of(tensor(term, first)), Attributes.NONE));
    }

    private int position(Index index, Token at) {
        if (index.items().size() == 1 && index.items().get(0) instanceof Index.At only) {
            return only.position();
        }
        throw error(at, "the results are taken one by one, as in [0]");
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
                if (token.is("[")) {
                    open(token);
                    List<Term> items = new ArrayList<>();
                    items(items, "]");
                    return new Term.Tuple(List.copyOf(items));
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
                    return member(token);
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
                if (token.text().equals("float")) {
                    return special(token);
                }
                called.add(token.text());
                return call(token, List.of(), false);
            }
        }
    }

    /** Whether the token is a module of functions, {@code torch.}, {@code F.} or {@code math.}, before one of its members. */
    private boolean isModule(Token token) {
        return MODULES.contains(token.text())
                && peek().is(".")
                && (ahead(2).is("(")
                        || PARTS.contains(ahead(1).text())
                        || Numbers.constant(ahead(1).text()).isPresent());
    }

    /** What a module is asked for: a function, or a number as {@code math.pi}. */
    private Term member(Token module) {
        Token part = module;
        String within = "";
        do {
            within = part.text().equals(LINALG) ? LINALG + "." : within;
            take();
            part = take();
        } while (PARTS.contains(part.text()) && peek().is("."));
        Optional<Double> constant = Numbers.constant(part.text());
        if (constant.isPresent() && !peek().is("(")) {
            return new Term.Value(new Number(constant.get(), false));
        }
        expect("(");
        if (!module.text().equals("math")) {
            String qualified = within + part.text();
            boolean known = !Ops.byFunction(qualified).isEmpty();
            return call(known ? new Token(Kind.NAME, qualified, part.column()) : part, List.of(), false);
        }
        Token first = peek();
        Expr argument = expr(comparison(), first);
        expect(")");
        if (!(argument instanceof Number number)) {
            throw error(first, "math." + part.text() + " takes a number: write torch." + part.text() + " of a tensor");
        }
        try {
            return new Term.Value(Numbers.function(part.text(), number.value()));
        } catch (IllegalArgumentException e) {
            throw error(part, String.valueOf(e.getMessage()));
        }
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
    private Term call(Token function, List<Term> receiver, boolean method) {
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
            } else if (first.is("*") || first.is("**")) {
                throw error(first, function.text() + ": no '" + first.text() + "': write the arguments");
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
        return call(function, positional, keywords, method);
    }

    private Term call(Token function, List<Term> positional, Map<String, Term> keywords, boolean method) {
        try {
            Term result = Binder.bind(function.text(), positional, keywords, function.column(), method);
            if (result instanceof Term.Value value
                    && value.expr() instanceof Apply apply
                    && apply.depth() > MAX_DEPTH) {
                throw tooDeep(function, MAX_DEPTH);
            }
            return result;
        } catch (ProgramException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw error(function, String.valueOf(e.getMessage()));
        }
    }

    private Term parenthesized(Token open) {
        open(open);
        List<Term> items = new ArrayList<>();
        boolean comma = items(items, ")");
        return items.size() == 1 && !comma ? items.get(0) : new Term.Tuple(List.copyOf(items));
    }

    /** Items up to the closing bracket; says whether the last is followed by a comma. */
    private boolean items(List<Term> items, String bracket) {
        boolean comma = false;
        while (!peek().is(bracket)) {
            items.add(comparison());
            comma = takeIf(",");
            if (!comma) {
                break;
            }
        }
        close(bracket);
        return comma;
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
        if (term instanceof Term.Several several) {
            throw error(at, several.hint());
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
