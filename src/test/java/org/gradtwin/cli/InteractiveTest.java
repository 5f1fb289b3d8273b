package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InteractiveTest {
    /** From JDK 22 to 24 there is a console here too. */
    @Test
    void pipesAreNoTerminal() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("false");
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    static final class Probe {
        public static void main(String[] arguments) {
            System.out.println(Interactive.isPresent());
        }
    }
}
