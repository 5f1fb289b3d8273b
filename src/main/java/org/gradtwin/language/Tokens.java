package org.gradtwin.language;

import java.util.List;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;

/** A place in the tokens of one statement, and how deep in brackets and recursion it is. */
abstract class Tokens {
    /** Python's limit for parentheses and brackets within each other. */
    private static final int MAX_BRACKETS = 200;

    final int line;
    private final List<Token> tokens;
    private final int maxRecursion;
    private int next;
    private int depth;
    private int brackets;

    /**
     * At the first token.
     *
     * @param maxDepth how deep the reader may recurse without a bracket
     */
    Tokens(String text, int line, int maxDepth) {
        this.line = line;
        this.tokens = Lexer.tokens(text, line);
        this.maxRecursion = maxDepth + MAX_BRACKETS;
    }

    final void enter(Token at) {
        if (++depth > maxRecursion) {
            throw tooDeep(at, maxRecursion);
        }
    }

    final void leave() {
        depth--;
    }

    final void open(Token at) {
        enter(at);
        if (++brackets > MAX_BRACKETS) {
            throw tooDeep(at, MAX_BRACKETS);
        }
    }

    final void close(String bracket) {
        expect(bracket);
        brackets--;
        leave();
    }

    final ProgramException tooDeep(Token at, int limit) {
        return error(at, "nested more than " + limit + " deep: give a part of it a name of its own");
    }

    final Token peek() {
        return tokens.get(next);
    }

    /** Whether the token after the next one, which is not the end, is that symbol. */
    final boolean isFollowedBy(String symbol) {
        return tokens.get(next + 1).is(symbol);
    }

    /** The token so many after the next one, the end where there are no more. */
    final Token ahead(int tokensAhead) {
        return tokens.get(Math.min(next + tokensAhead, tokens.size() - 1));
    }

    final Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    final boolean takeIf(String symbol) {
        boolean taken = peek().is(symbol);
        if (taken) {
            take();
        }
        return taken;
    }

    final void expect(String symbol) {
        if (!takeIf(symbol)) {
            throw error(peek(), "expected '" + symbol + "', found " + peek().quoted() + Refusals.hint(peek()));
        }
    }

    final void expectEnd() {
        if (peek().kind() != Kind.END) {
            throw error(peek(), "unexpected " + peek().quoted() + Refusals.hint(peek()));
        }
    }

    final ProgramException error(Token at, String problem) {
        return new ProgramException(line, at.column(), problem);
    }
}
