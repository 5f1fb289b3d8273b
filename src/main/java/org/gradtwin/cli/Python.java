package org.gradtwin.cli;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Python that has PyTorch, found in the places where one is expected. */
final class Python {
    private static final int NO_TORCH = 10;
    private static final int TOO_OLD = 11;

    /** Looks without importing: an import of torch takes seconds. */
    private static final String PROBE = "import sys, importlib.util as u; sys.exit(" + TOO_OLD
            + " if sys.version_info < (3, 10) else 0 if u.find_spec('torch') else " + NO_TORCH + ")";

    private final String program;

    private Python(String program) {
        this.program = program;
    }

    /**
     * The Python that is named; else the one of the project's {@code .venv}; else {@code python3} on the path.
     *
     * @throws UncheckedIOException saying what to install, if there is none, it is too old, or it has no torch
     */
    static Python find(@Nullable Path named, Path project) {
        Python python = new Python(
                named != null
                        ? named.toString()
                        : Stream.of("bin/python", "Scripts/python.exe")
                                .map(path -> project.resolve(".venv").resolve(path))
                                .filter(Files::isExecutable)
                                .findFirst()
                                .map(Path::toString)
                                .orElse("python3"));
        python.requireTorch(project.resolve("reference-scripts").resolve("requirements.txt"));
        return python;
    }

    private void requireTorch(Path requirements) {
        int exit;
        try {
            exit = finish(new ProcessBuilder(program, "-c", PROBE)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw problem(
                    "there is no Python '" + program + "': install Python 3.10 or later, or name one with --python");
        }
        if (exit == TOO_OLD) {
            throw problem("'" + program + "' is older than Python 3.10: name another with --python");
        }
        if (exit == NO_TORCH) {
            throw problem("'" + program + "' has no torch: install it with " + program + " -m pip install -r "
                    + requirements);
        }
        if (exit != 0) {
            throw problem("'" + program + "' does not run as Python does: it ended with " + exit);
        }
    }

    /** What a talk with a script comes to. */
    interface Talk {
        /** Talks. */
        void with(OutputStream to, InputStream from) throws IOException;
    }

    /**
     * Runs a script that is asked on its standard input and answers on its standard output; what it prints besides is passed on.
     *
     * @throws UncheckedIOException if it ends before the talk does, with its last words
     */
    void run(Path script, Talk talk, PrintWriter err) {
        ProcessBuilder builder = new ProcessBuilder(program, script.toString());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        try {
            Process process = builder.start();
            Thread end = new Thread(() -> endAll(process), "python-end");
            Runtime.getRuntime().addShutdownHook(end);
            Thread errors = new Thread(() -> collect(process.getErrorStream(), said), "python-errors");
            errors.start();
            try {
                talk.with(process.getOutputStream(), process.getInputStream());
            } catch (EOFException e) {
                errors.join();
                throw problem(
                        said.isEmpty()
                                ? "Python ended with " + process.waitFor() + " before it had answered"
                                : said.get(said.size() - 1));
            } finally {
                endAll(process);
                removeHook(end);
            }
            errors.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problem("interrupted while " + script + " ran");
        }
        said.forEach(err::println);
    }

    private static void collect(InputStream from, List<String> to) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            reader.lines().forEach(to::add);
        } catch (IOException | UncheckedIOException e) {
            // It was ended.
        }
    }

    /** Waits for its end; a process that is stopped takes it along. */
    private static int finish(Process process) {
        Thread end = new Thread(() -> endAll(process), "python-end");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            endAll(process);
            Thread.currentThread().interrupt();
            throw problem("interrupted while Python ran");
        } finally {
            removeHook(end);
        }
    }

    private static void endAll(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    private static void removeHook(Thread end) {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // Java is ending: the hook runs.
        }
    }

    private static UncheckedIOException problem(String message) {
        return new UncheckedIOException(new IOException(message));
    }
}
