package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void whatATerminalWouldActUponIsShownEscaped() {
        assertThat(Printable.of("a\u001b[31mb\u001b]0;title\u0007c\0d\u202ee\u009bf\rg\u2028h\ufeffi"))
                .isEqualTo("a\\u001b[31mb\\u001b]0;title\\u0007c\\u0000d\\u202ee\\u009bf\\u000dg\\u2028h\\ufeffi");
        assertThat(Printable.of("\ud800 " + new StringBuilder().appendCodePoint(0xe0041)))
                .isEqualTo("\\ud800 \\udb40\\udc41");
        assertThat(Printable.of("\r")).isEqualTo("\\u000d");
        assertThat(Printable.of("\n\ra")).isEqualTo("\n\\u000da");
    }

    @Test
    void linesTabsAndWordsOfAnyLanguageStay() {
        String text = "✗ 2\tñ 漢字 𝛼 …\r\nשלום\n";
        assertThat(Printable.of(text)).isEqualTo(text);
    }
}
