package org.gradtwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class BriefFailuresTest {
    private static final AssertionError LONG = new AssertionError("a line\n".repeat(1000) + "x".repeat(1_000_000));

    /** Of chosen tests the first is shown in nine lines, others in one; what fails more often than twice in one method is aborted, and the fourth of all. */
    @Test
    void aFailureIsCutAndPrintedWhole() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Throwable first;
        Throwable later;
        Throwable more;
        Throwable last;
        Throwable fourth;
        try {
            System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
            first = BriefFailures.of("case 1", LONG, 1, 1, true);
            later = BriefFailures.of("case 4", LONG, 4, 2, true);
            more = BriefFailures.of("case 5", LONG, 5, 3, true);
            last = BriefFailures.of("case 3", LONG, 3, 1, false);
            fourth = BriefFailures.of("case 4", LONG, 4, 1, false);
        } finally {
            System.setErr(before);
        }
        assertThat(first).isInstanceOf(AssertionError.class);
        assertThat(first.getMessage())
                .startsWith("case 1: java.lang.AssertionError: a line\na line\n")
                .endsWith("… and 993 lines more")
                .hasLineCount(9);
        assertThat(later).isInstanceOf(AssertionError.class);
        assertThat(later.getMessage()).startsWith("case 4: ").hasLineCount(1).hasSizeLessThan(300);
        assertThat(more).isInstanceOf(TestAbortedException.class).message().hasSizeLessThan(300);
        assertThat(last)
                .isInstanceOf(AssertionError.class)
                .message()
                .endsWith("… (what else fails is in target/surefire-reports)")
                .hasLineCount(1);
        assertThat(fourth).isInstanceOf(TestAbortedException.class).message().hasSizeLessThan(300);
        assertThat(printed.toString(StandardCharsets.UTF_8)).hasSizeGreaterThan(5_000_000);
    }
}
