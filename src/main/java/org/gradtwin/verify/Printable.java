package org.gradtwin.verify;

/**
 * Text as a terminal may show it. Fixtures, engines and reports of others may hold characters that move the cursor,
 * rename the window or turn the order of what follows around.
 */
public final class Printable {
    private Printable() {}

    /**
     * The text with control characters and invisible ones as escapes, for instance {@code \}{@code u001b}, which JSON
     * reads as the same. Tabs and line ends stay.
     */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            boolean lineEnd = c == '\n' || (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n');
            if (c == '\t' || lineEnd || !isHidden(c)) {
                out.appendCodePoint(c);
            } else {
                for (char half : Character.toChars(c)) {
                    out.append(String.format("\\u%04x", (int) half));
                }
            }
        }
        return out.toString();
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
