package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;
import org.jspecify.annotations.Nullable;

/** Reads one line: the names on the left of the equals sign, and what they are given. */
final class Parser {
    private static final Set<String> AUGMENTED = Set.of("+", "-", "*", "/", "@", "**", "%", "&", "|", "^");

    private final int line;
    private final Tokens tokens;
    private final ExpressionReader expressions;

    /** The comma behind the last name, as in {@code g, = …}. */
    private @Nullable Token comma;

    /**
     * A parser of one line.
     *
     * @param constants what some names stand for
     */
    Parser(String text, int line, Map<String, Term> constants) {
        this.line = line;
        tokens = new Tokens(text, line);
        expressions = new ExpressionReader(tokens, constants);
    }

    /** The functions that the line calls by their names alone. */
    Set<String> called() {
        return expressions.calls.called();
    }

    /**
     * Reads {@code name = expression}, or {@code a, b = expression}, which is a statement for each name.
     *
     * @throws ProgramException if it is not one
     */
    List<Statement> statements() {
        List<String> names = targets();
        Token first = tokens.peek();
        boolean torch = tokens.takeIf("torch", ".", "autograd", ".", "grad", "(")
                || tokens.takeIf("autograd", ".", "grad", "(");
        if (names.size() == 1 && (torch || tokens.takeIf("grad", "("))) {
            return List.of(new Statement(line, names.get(0), new GradReader(tokens).read(torch, comma != null)));
        }
        if (comma != null) {
            throw tokens.error(comma, "a name is missing behind ','");
        }
        Term term = expressions.expression();
        if (tokens.peek().is("=")) {
            throw tokens.error(tokens.peek(), "one '=' a line: write what is on the right as a statement of its own");
        }
        tokens.expectEnd();
        if (names.size() > 1) {
            return unpacked(names, term, first);
        }
        Expr expr = tokens.at(first, term::expr);
        if (expr instanceof Number) {
            throw tokens.error(
                    first,
                    "'" + names.get(0) + "' is the number " + expr + ", not a tensor: write it where it is used");
        }
        return List.of(new Statement(line, names.get(0), expr));
    }

    /** The names on the left, with the equals sign that follows them. */
    private List<String> targets() {
        List<String> names = new ArrayList<>();
        boolean parentheses = tokens.takeIf("(");
        do {
            Token name = tokens.take();
            if (name.kind() != Kind.NAME) {
                throw tokens.error(name, "expected 'name = expression', found " + name.quoted() + Refusals.hint(name));
            }
            names.add(tokens.free(name));
            comma = tokens.peek().is(",")
                            && (tokens.ahead(1).is("=") || tokens.ahead(1).is(")"))
                    ? tokens.peek()
                    : null;
        } while (tokens.takeIf(",") && comma == null);
        if (parentheses) {
            tokens.expect(")");
        }
        Token next = tokens.peek();
        if (AUGMENTED.contains(next.text()) && tokens.ahead(1).is("=")) {
            throw tokens.error(next, Refusals.ofAssignment(names.get(0), next.text()));
        }
        if (!tokens.takeIf("=")) {
            throw tokens.error(next, "expected '=', found " + next.quoted() + Refusals.ofStatement(next));
        }
        return names;
    }

    /** A statement for each name: a result of a function that has several, or what lies at a place of the first dimension. */
    private List<Statement> unpacked(List<String> names, Term term, Token first) {
        Term.Several several = term instanceof Term.Several results
                ? results
                : (Term.Several) expressions.calls.call(
                        new Token(Kind.NAME, "unbind", first.column()),
                        List.of(new Term.Value(tokens.at(first, term::tensor))),
                        Map.of(),
                        true);
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int number = i;
            statements.add(new Statement(line, names.get(i), tokens.at(first, () -> several.pick(number)), names));
        }
        return statements;
    }
}
