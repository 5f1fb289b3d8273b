package org.gradtwin.campaign;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.fuzz.Tally;
import org.gradtwin.matrix.kernel.Kernels;
import tools.jackson.databind.json.JsonMapper;

/**
 * Examines seeds in a process of their own that may end at any of them, as PyTorch or an engine with native code may make it: the
 * seed is named, and the next process goes on behind it. It writes a line once its engines are there, then one a seed, its sums as
 * JSON.
 */
final class Guard {
    private static final JsonMapper JSON = new JsonMapper();

    /** Before what an exception says, in the place of sums. */
    private static final String FAILED = "failed: ";

    /** Once the engines are there. */
    private static final String READY = "ready";

    private Guard() {}

    /** The jar or the folder of these classes. */
    static Path home() {
        try {
            return Path.of(Guard.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sums over a part. */
    static Tally examine(Examiner.Plan plan, Part part) {
        Tally sum = Tally.of(List.of());
        long next = part.from();
        while (next < part.to()) {
            Process child = start(plan, next, part.to());
            try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
                String first = lines.readLine();
                if (first == null) {
                    throw new EngineUnavailableException(
                            "seed " + next + ": a process of its own did not start: exit code " + child.waitFor());
                }
                for (String line = first; line != null; line = lines.readLine()) {
                    if (line.startsWith(FAILED)) {
                        throw new EngineUnavailableException(line.substring(FAILED.length()));
                    }
                    if (!line.equals(READY)) {
                        sum = sum.plus(JSON.readValue(line, Tally.class));
                        next++;
                    }
                }
                int exit = child.waitFor();
                if (next < part.to()) {
                    sum = sum.plus(Tally.ended(next, exit > 128 ? "signal " + (exit - 128) : "exit code " + exit));
                    next++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("seed " + next + ": interrupted", e);
            } finally {
                child.destroyForcibly();
            }
        }
        return sum;
    }

    private static Process start(Examiner.Plan plan, long from, long to) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + Runtime.getRuntime().maxMemory());
        command.add("-XX:+SuppressFatalErrorMessage"); // the seed is told; alone it can be run again
        if (Kernels.vectorIsPresent()) {
            command.addAll(List.of("--add-modules", Kernels.VECTOR_MODULE));
        } else {
            command.add("-D" + Kernels.PROPERTY + "=plain");
        }
        command.addAll(List.of(
                "-cp", home() + File.pathSeparator + System.getProperty("java.class.path"), Guard.class.getName()));
        try {
            Process child = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (ObjectOutputStream task = new ObjectOutputStream(child.getOutputStream())) {
                task.writeObject(plan);
                task.writeLong(from);
                task.writeLong(to);
            }
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("seed " + from + ": no process of its own", e);
        }
    }

    /** The process itself. */
    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        try (ObjectInputStream task = new ObjectInputStream(System.in)) {
            Examiner.Plan plan = (Examiner.Plan) task.readObject();
            long from = task.readLong();
            long to = task.readLong();
            Worker.open(plan);
            out.println(READY);
            for (long seed = from; seed < to; seed++) {
                out.println(JSON.writeValueAsString(Worker.examine(plan, seed)));
            }
        } catch (RuntimeException e) {
            out.println(
                    FAILED + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
        }
        System.exit(0);
    }
}
