package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;

/**
 * Reads expressions by recursive descent, with Python's precedence: {@code **} binds to the right and more tightly
 * than a minus on its left, then {@code * / @ %}, then {@code + -}, then {@code &}, {@code ^}, {@code |}, then comparisons.
 */
final class ExpressionReader {
    /** The loosest level of operators; 0 is that of tokens that are none. */
    private static final int COMPARISON = 1;

    /** What a comparison is when its sides are exchanged. */
    private static final Map<String, String> MIRRORED = Map.of("<", ">", "<=", ">=", ">", "<", ">=", "<=");

    private final Tokens tokens;
    private final SubscriptReader subscripts;
    final CallReader calls;

    /**
     * A reader of the expressions of one statement.
     *
     * @param constants names that stand for what may be an argument, in the definition of an op
     */
    ExpressionReader(Tokens tokens, Map<String, Term> constants) {
        this.tokens = tokens;
        calls = new CallReader(tokens, constants, this::expression);
        subscripts = new SubscriptReader(tokens, calls, this::expression);
    }

    /** Reads an expression, or another thing that may be an argument. */
    Term expression() {
        return operations(COMPARISON);
    }

    private static int level(Token token) {
        if (token.kind() != Kind.SYMBOL) {
            return 0;
        }
        return switch (token.text()) {
            case "<", "<=", ">", ">=", "==", "!=" -> COMPARISON;
            case "|" -> 2;
            case "^" -> 3;
            case "&" -> 4;
            case "+", "-" -> 5;
            case "*", "/", "@", "%" -> 6;
            default -> 0;
        };
    }

    /** Operations of a level, or of tighter ones; those of one level from the left to the right. */
    private Term operations(int loosest) {
        Token first = tokens.peek();
        Term left = unary();
        for (int level = level(tokens.peek()); level >= loosest; level = level(tokens.peek())) {
            Token operator = tokens.take();
            Token second = tokens.peek();
            if (operator.is("/") && second.is("/")) {
                throw tokens.error(operator, "no '//': write floor(a / b)");
            }
            if (Ops.hasOperator(operator.text())) {
                Expr a = tokens.at(first, left::expr);
                left = binary(operator, a, tokens.at(second, operations(level + 1)::expr));
            } else {
                left = calls.call(operator, List.of(left, operations(level + 1)), Map.of(), false);
            }
            if (level == COMPARISON && level(tokens.peek()) == COMPARISON) {
                throw tokens.error(
                        tokens.peek(), "comparisons in a chain: write two of them, each on a line of its own");
            }
        }
        return left;
    }

    private Term unary() {
        Token operator = tokens.peek();
        if (!tokens.takeIf("-") && !tokens.takeIf("~") && !tokens.takeIf("+")) {
            return power();
        }
        tokens.enter(operator);
        Token first = tokens.peek();
        Term operand = unary();
        tokens.leave();
        if (operator.is("+")) {
            return new Term.Value(tokens.at(first, operand::expr));
        }
        if (!Ops.hasOperator(operator.text())) {
            return calls.call(operator, List.of(operand), Map.of(), false);
        }
        Expr expr = tokens.at(first, operand::expr);
        return expr instanceof Number number
                ? new Term.Value(Numbers.negate(number))
                : calls.apply(operator, Ops.byOperator(operator.text(), 1), List.of(expr), Attributes.NONE);
    }

    private Term power() {
        Token first = tokens.peek();
        Term base = postfix();
        Token operator = tokens.peek();
        if (!tokens.takeIf("**")) {
            return base;
        }
        tokens.enter(operator);
        Token second = tokens.peek();
        Expr left = tokens.at(first, base::expr);
        Expr right = tokens.at(second, unary()::expr);
        tokens.leave();
        if (right instanceof Number exponent && !(left instanceof Number)) {
            Attributes attributes = new Attributes(Map.of("exponent", exponent.value()));
            return calls.apply(operator, Ops.byOperator(operator.text(), 1), List.of(left), attributes);
        }
        return binary(operator, left, right);
    }

    private Term binary(Token operator, Expr left, Expr right) {
        String text = operator.text();
        if (left instanceof Number a && right instanceof Number b) {
            return new Term.Value(tokens.at(operator, () -> Numbers.apply(text, a, b)));
        }
        if (operator.is("@") && (left instanceof Number || right instanceof Number)) {
            throw tokens.error(operator, "@ needs a tensor on both sides");
        }
        // As Python does it: in a comparison the tensor is asked.
        boolean mirrored = left instanceof Number && level(operator) == COMPARISON;
        Op op = Ops.byOperator(mirrored ? MIRRORED.getOrDefault(text, text) : text, 2);
        return calls.apply(operator, op, mirrored ? List.of(right, left) : List.of(left, right), Attributes.NONE);
    }

    private Term postfix() {
        Token first = tokens.peek();
        Term term = primary();
        while (true) {
            Token next = tokens.peek();
            if (tokens.takeIf(".")) {
                term = calls.attribute(next, term, first);
            } else if (tokens.takeIf("[")) {
                term = subscripts.of(next, term, first);
            } else {
                return term;
            }
        }
    }

    private Term primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NUMBER -> new Term.Value(tokens.at(token, () -> Numbers.literal(token.text())));
            case STRING -> new Term.Constant(token.text());
            case NAME -> calls.named(token);
            case SYMBOL, END -> {
                if (!token.is("(") && !token.is("[")) {
                    throw tokens.error(token, "expected a value, found " + token.quoted());
                }
                yield items(token, token.is("(") ? ")" : "]");
            }
        };
    }

    /** The items up to the closing bracket: a tuple or a list, or what stands alone in parentheses. */
    private Term items(Token open, String bracket) {
        tokens.open(open);
        List<Term> items = new ArrayList<>();
        boolean comma = open.is("[");
        while (!tokens.peek().is(bracket)) {
            items.add(expression());
            if (!tokens.takeIf(",")) {
                break;
            }
            comma = true;
        }
        tokens.close(bracket);
        return items.size() == 1 && !comma ? items.get(0) : new Term.Tuple(List.copyOf(items));
    }
}
