package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;

/** Reads one line: the names on the left of the equals sign, and what they are given. */
final class Parser {
    private static final Set<String> AUGMENTED = Set.of("+", "-", "*", "/", "@", "**", "%", "&", "|", "^");

    private final int line;
    private final Tokens tokens;
    private final ExpressionReader expressions;

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
            return List.of(new Statement(line, names.get(0), gradient(torch)));
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
        } while (tokens.takeIf(","));
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

    /**
     * The rest of {@code grad(y, x)}, or of PyTorch's own spelling of it, {@code torch.autograd.grad(y, x, create_graph=True)[0]}.
     * Both operands are names: what is differentiated has to be a value of the program.
     */
    private Grad gradient(boolean torch) {
        Token of = tokens.take();
        boolean comma = tokens.takeIf(",");
        Token by = tokens.take();
        boolean graph = tokens.takeIf(",", "create_graph", "=", "True");
        boolean closed = tokens.takeIf(",", ")") || tokens.takeIf(")");
        boolean first = tokens.takeIf("[", "0", "]");
        boolean alone = closed && tokens.peek().kind() == Kind.END;
        if (of.kind() != Kind.NAME || !comma || by.kind() != Kind.NAME || !alone) {
            throw tokens.error(
                    of, "grad takes two names, grad(y, x), and stands alone: go on with its result in another line");
        }
        if (torch != graph || torch != first) {
            throw tokens.error(of, "write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]");
        }
        return new Grad(new Name(tokens.free(of)), new Name(tokens.free(by)));
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
