package org.gradtwin.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How engines of the user's are run: for how long, and where. */
final class EngineOptions {
    /** What {@code --engine} takes beside names of this project's engines. */
    static final String OR_YOURS =
            " Or one of your own: NAME=COMMAND, which starts its adapter, a class on the class path, a name in engines.json.";

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

    @Option(
            names = "--isolate",
            description =
                    "Run engines in Java, too, in processes of their own: one that ends, hangs or breaks its process costs"
                            + " that program only.")
    private boolean isolate;

    /** Whether every engine but PyTorch has a process of its own. */
    boolean isolates() {
        return isolate;
    }

    /** The engines that there are. */
    Engines engines() {
        return new Engines(limit(), isolate);
    }

    Duration limit() {
        if (!(seconds > 0 && seconds <= 1e9)) {
            throw new ParameterException(spec.commandLine(), "--timeout: " + seconds + " is no time: seconds above 0");
        }
        return Duration.ofMillis(Math.max(1, Math.round(1000 * seconds)));
    }
}
