package org.gradtwin.language;

import java.util.List;
import java.util.function.Supplier;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;

/** A place in the tokens of one statement, and how deep in brackets and recursion it is. */
final class Tokens {
    /** Python's limit for parentheses and brackets within each other. */
    private static final int MAX_BRACKETS = 200;

    /** How deep readers may recurse: in brackets, and in operators before an expression is found to be too deep. */
    private static final int MAX_RECURSION = 2 * Calls.MAX_DEPTH + MAX_BRACKETS;

    private final int line;
    private final List<Token> tokens;
    private int next;
    private int depth;
    private int brackets;

    /** At the first token. */
    Tokens(String text, int line) {
        this.line = line;
        this.tokens = Lexer.tokens(text, line);
    }

    void enter(Token at) {
        if (++depth > MAX_RECURSION) {
            throw tooDeep(at, MAX_RECURSION);
        }
    }

    void leave() {
        depth--;
    }

    void open(Token at) {
        enter(at);
        if (++brackets > MAX_BRACKETS) {
            throw tooDeep(at, MAX_BRACKETS);
        }
    }

    void close(String bracket) {
        expect(bracket);
        brackets--;
        leave();
    }

    ProgramException tooDeep(Token at, int limit) {
        return error(at, "nested more than " + limit + " deep: give a part of it a name of its own");
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The token so many after the next one, the end where there are no more. */
    Token ahead(int tokensAhead) {
        return tokens.get(Math.min(next + tokensAhead, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    /** Takes the next tokens if they are these symbols and words. */
    boolean takeIf(String... texts) {
        for (int i = 0; i < texts.length; i++) {
            if (!ahead(i).is(texts[i])) {
                return false;
            }
        }
        next += texts.length;
        return true;
    }

    void expect(String symbol) {
        if (!takeIf(symbol)) {
            throw error(peek(), "expected '" + symbol + "', found " + peek().quoted() + Refusals.hint(peek()));
        }
    }

    void expectEnd() {
        if (peek().kind() != Kind.END) {
            throw error(peek(), "unexpected " + peek().quoted() + Refusals.hint(peek()));
        }
    }

    /** The name of a value, which is no keyword. */
    String free(Token name) {
        if (!Names.isFree(name.text())) {
            throw error(name, "'" + name.text() + "' is a keyword" + Refusals.hint(name));
        }
        return name.text();
    }

    /** What is computed of a token, which is where an {@link IllegalArgumentException} of it is told. */
    <T> T at(Token token, Supplier<T> computed) {
        try {
            return computed.get();
        } catch (ProgramException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw error(token, String.valueOf(e.getMessage()));
        }
    }

    ProgramException error(Token at, String problem) {
        return new ProgramException(line, at.column(), problem);
    }
}
