package org.gradtwin.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long an engine may take over a program. */
final class Timeout {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "60",
            description =
                    "Seconds that an engine of your own may take over a program (default: ${DEFAULT-VALUE}). After three"
                            + " in a row that take longer it is not asked any more.")
    private double seconds;

    Duration limit() {
        if (!(seconds > 0 && seconds <= 1e9)) {
            throw new ParameterException(spec.commandLine(), "--timeout: " + seconds + " is no time: seconds above 0");
        }
        return Duration.ofMillis(Math.max(1, Math.round(1000 * seconds)));
    }
}
