package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts one statement into tokens. */
final class Lexer {
    /** What a token is. */
    enum Kind {
        NUMBER,
        NAME,
        STRING,
        SYMBOL,
        END
    }

    /** A token with its column, from 1. */
    record Token(Kind kind, String text, int column) {
        /** Whether it is that symbol, word or number. */
        boolean is(String text) {
            return kind != Kind.STRING && this.text.equals(text);
        }

        String quoted() {
            return kind == Kind.END ? "the end of the line" : "'" + text + "'";
        }
    }

    private static final Pattern TOKEN = Pattern.compile("[ \\t\\f]*(?:"
            + "(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)"
            + "|(?<name>[A-Za-z_]\\w*)"
            + "|'(?<single>[^'\\\\]*)'|\"(?<double>[^\"\\\\]*)\""
            + "|(?<symbol>\\*\\*|[<>=!]=|\\.\\.\\.|[-+*/%@&|^~()\\[\\],:=.<>]))");

    private static final Map<String, Kind> GROUPS =
            Map.of("number", Kind.NUMBER, "name", Kind.NAME, "symbol", Kind.SYMBOL);

    private Lexer() {}

    /**
     * The tokens of a statement, the last one being {@link Kind#END}.
     *
     * @throws ProgramException at a character that begins no token
     */
    static List<Token> tokens(String text, int line) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = text.length();
        while (end > 0 && isBlank(text.charAt(end - 1))) {
            end--;
        }
        if (end > 0 && isBlank(text.charAt(0))) {
            throw new ProgramException(line, 1, "unexpected indentation");
        }
        int at = 0;
        while (at < end) {
            matcher.region(at, end);
            if (!matcher.lookingAt()) {
                int bad = at;
                while (isBlank(text.charAt(bad))) {
                    bad++;
                }
                char c = text.charAt(bad);
                if (c == '#' && text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
                    break;
                }
                throw new ProgramException(
                        line, bad + 1, "unexpected character " + quoted(c) + Refusals.ofCharacter(c));
            }
            tokens.add(token(matcher));
            at = matcher.end();
        }
        tokens.add(new Token(Kind.END, "", end + 1));
        for (int i = 1; i < tokens.size(); i++) {
            Token before = tokens.get(i - 1);
            Token token = tokens.get(i);
            if (before.kind() == Kind.NUMBER
                    && (token.kind() == Kind.NAME || token.kind() == Kind.NUMBER)
                    && before.column() + before.text().length() == token.column()) {
                throw new ProgramException(line, token.column(), "unexpected " + token.quoted() + " after a number");
            }
        }
        return tokens;
    }

    /** Whether a line holds nothing but blanks and a comment. */
    static boolean isEmpty(String text) {
        int at = 0;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '#';
    }

    /** What Python skips within a line. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\f';
    }

    private static Token token(Matcher matcher) {
        for (Map.Entry<String, Kind> group : GROUPS.entrySet()) {
            String text = matcher.group(group.getKey());
            if (text != null) {
                return new Token(group.getValue(), text, matcher.start(group.getKey()) + 1);
            }
        }
        String group = matcher.group("single") != null ? "single" : "double";
        return new Token(Kind.STRING, matcher.group(group), matcher.start(group));
    }

    /** What cannot be seen, as a line end, is shown by its number: a message is one line. */
    private static String quoted(char c) {
        return Character.isISOControl(c) || Character.isSpaceChar(c) ? "U+%04X".formatted((int) c) : "'" + c + "'";
    }
}
