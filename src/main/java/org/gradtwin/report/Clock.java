package org.gradtwin.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When a run began, in which state of the sources. */
public final class Clock {
    private final Instant start = Instant.now();
    private final @Nullable String label;
    private final @Nullable Process git;
    private @Nullable String commit;

    /**
     * Starts it.
     *
     * @param label what whoever runs it calls the run, or null
     */
    public Clock(@Nullable String label) {
        this.label = label;
        this.git = git();
    }

    private static @Nullable Process git() {
        try {
            return new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return null; // there is no git
        }
    }

    /** The first call waits for git; nothing hangs on it. */
    private synchronized @Nullable String commit() {
        if (git != null && commit == null) {
            try (BufferedReader out = git.inputReader(StandardCharsets.UTF_8)) {
                String line = git.waitFor(2, TimeUnit.SECONDS) ? out.readLine() : null;
                commit = line == null ? "" : line;
            } catch (IOException e) {
                commit = "";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return commit == null || commit.isEmpty() ? null : commit;
    }

    /** The run until now. */
    public Occasion now() {
        double seconds = Math.round(Duration.between(start, Instant.now()).toMillis() / 100.0) / 10.0;
        return new Occasion(start.truncatedTo(ChronoUnit.SECONDS).toString(), seconds, commit(), label, null);
    }
}
