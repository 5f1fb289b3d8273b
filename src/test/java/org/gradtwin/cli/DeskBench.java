package org.gradtwin.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.gradtwin.bench.Rounds;
import org.gradtwin.bench.Row;
import org.gradtwin.bench.Times;

/** How long one waits for {@code java -jar gradtwin.jar verify}, from the start of the process to its end. */
final class DeskBench {
    private final Rounds rounds;

    DeskBench(Rounds rounds) {
        this.rounds = rounds;
    }

    /** Some cases of one op. */
    Row some() throws IOException {
        return row("verify --case 'op/tanh*', from a cold start", "verify", "--case", "op/tanh*")
                .atMost(1.5, 1);
    }

    /** All cases and trainings. */
    Row whole() throws IOException {
        return row("verify, the whole corpus", "verify").atMost(20, 10);
    }

    private Row row(String quantity, String... verb) throws IOException {
        Path folder =
                Files.createDirectories(Path.of("target", "gradtwin-bench").toAbsolutePath());
        Times times = rounds.measure(Map.of("verify", () -> run(folder, verb)));
        return Row.told(
                "desk", quantity, "s", Times.Spread.of(times.of("verify")).times(1e-9));
    }

    private static void run(Path folder, String... verb) {
        try {
            ChildJava.ended(ChildJava.verbAsUsersRunIt(folder, verb), folder, Main.AGREE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
