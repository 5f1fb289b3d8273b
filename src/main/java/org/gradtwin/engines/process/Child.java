package org.gradtwin.engines.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One running child: lines go in, lines come out, what it writes to standard error is kept for the one who asks. */
final class Child implements AutoCloseable {
    /** No answer to a small program is longer; answers with many elements may be by {@link #BYTES_AN_ELEMENT} each. */
    private static final int LINE = 1 << 20;

    private static final int BYTES_AN_ELEMENT = 64;
    private static final int KEPT_LINES = 30;
    private static final int KEPT_LENGTH = 400;
    /** How often memory is looked at while an answer is awaited. */
    private static final Duration GLANCE = Duration.ofMillis(100);

    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Process process;
    private final OutputStream in;
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> lines = new LinkedBlockingQueue<>(4);
    private final Set<ProcessHandle> family = ConcurrentHashMap.newKeySet();
    private final Deque<String> errors = new ArrayDeque<>();
    private final Thread writer;
    private final Thread errorReader;
    private final long memory;
    private volatile long longest = LINE;
    private volatile boolean answered;

    /** The end of what a child writes, and why. */
    private record End(String why) {}

    /**
     * Starts a child.
     *
     * @throws ChildFault if there is no such command
     */
    @SuppressWarnings("this-escape")
    Child(List<String> command, Path folder, Map<String, String> environment, long memory) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new ChildFault("cannot be started: " + e.getMessage(), e);
        }
        this.memory = memory;
        this.in = process.getOutputStream();
        // A child that does not read would block whoever writes to it: somebody else writes.
        this.writer = thread("in", this::write);
        thread("out", () -> readLines(process.getInputStream()));
        this.errorReader = thread("err", () -> readErrors(process.getErrorStream()));
    }

    private Thread thread(String of, Runnable work) {
        Thread thread = new Thread(work, "child " + process.pid() + " " + of);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Sends a line and waits for the answer, a line too.
     *
     * @param elements how many elements the answer may hold
     * @throws ChildFault if none comes in time, or something else
     */
    byte[] ask(byte[] line, Duration patience, long elements) {
        longest = LINE + elements * BYTES_AN_ELEMENT;
        if (!lines.isEmpty()) {
            throw fault(lines.peek() instanceof End end ? end.why() : "wrote a line that nobody had asked for");
        }
        outgoing.add(line);
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw fault("has not answered for " + patience.toMillis() / 1000.0 + " s", true);
            }
            Object answer = poll(Math.min(left, GLANCE.toNanos()));
            if (answer instanceof byte[] text) {
                answered = true;
                return text;
            }
            if (answer instanceof End ended) {
                throw fault(ended.why());
            }
            look();
        }
    }

    private @Nullable Object poll(long nanos) {
        try {
            return lines.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fault("was left while it worked");
        }
    }

    /** What it holds and whether it lives, while an answer is awaited. */
    private void look() {
        process.descendants().forEach(family::add);
        long held = Memory.of(process.toHandle());
        if (held > memory) {
            throw fault("held %,d MB of memory, more than %,d".formatted(held >> 20, memory >> 20));
        }
        if (!process.isAlive() && lines.isEmpty()) {
            throw fault("ended");
        }
    }

    private void write() {
        try {
            while (true) {
                in.write(outgoing.take());
                in.write('\n');
                in.flush();
            }
        } catch (IOException e) {
            // Its end shows where it is read.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the child; the message says what it did, its exit code if it has one, and what it said. */
    private ChildFault fault(String what) {
        return fault(what, false);
    }

    private ChildFault fault(String what, boolean late) {
        boolean ended = what.startsWith("ended");
        if (ended) {
            await();
        }
        boolean dead = ended && !process.isAlive();
        String code = dead ? ", exit code " + process.exitValue() : "";
        // A script that defines an adapter and does not serve it ends as any script does.
        String hint = dead && !answered && process.exitValue() == 0
                ? " before it said hello: does the adapter end with gradtwin.serve(…)?"
                : "";
        kill();
        return new ChildFault(what + code + hint + told(), late);
    }

    private void await() {
        try {
            process.waitFor(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last of what it wrote to standard error, the last line first, as the end of a message; empty if it wrote nothing. */
    String told() {
        synchronized (errors) {
            if (errors.isEmpty()) {
                return "";
            }
            List<String> before = new ArrayList<>(errors);
            String last = before.remove(before.size() - 1);
            return "; on standard error it wrote: " + last
                    + (before.isEmpty() ? "" : "\nafter\n" + String.join("\n", before));
        }
    }

    private void readLines(InputStream stream) {
        String why = "ended";
        try (InputStream out = stream) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] block = new byte[1 << 16];
            for (int count = out.read(block); count >= 0; count = out.read(block)) {
                int from = 0;
                for (int i = 0; i < count; i++) {
                    if (block[i] == '\n') {
                        line.write(block, from, i - from);
                        from = i + 1;
                        if (line.size() > longest) {
                            break;
                        }
                        lines.put(line.toByteArray());
                        line.reset();
                    }
                }
                line.write(block, from, count - from);
                if (line.size() > longest) {
                    why = "wrote a line of more than %,d bytes".formatted(longest);
                    return;
                }
            }
            if (line.size() > 0) {
                why = "ended in the middle of a line";
            }
        } catch (IOException e) {
            why = "ended";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(new End(why));
        }
    }

    private void end(End end) {
        try {
            lines.put(end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readErrors(InputStream stream) {
        try (InputStream err = new BufferedInputStream(stream)) {
            StringBuilder line = new StringBuilder();
            for (int read = err.read(); read >= 0; read = err.read()) {
                if (read == '\n') {
                    keep(line.toString());
                    line.setLength(0);
                } else if (line.length() < KEPT_LENGTH) {
                    line.append((char) read);
                }
            }
            if (!line.isEmpty()) {
                keep(line.toString());
            }
        } catch (IOException e) {
            // It ended.
        }
    }

    private void keep(String line) {
        synchronized (errors) {
            errors.add(line);
            if (errors.size() > KEPT_LINES) {
                errors.remove();
            }
        }
    }

    private void kill() {
        process.descendants().forEach(family::add);
        if (!process.isAlive()) {
            // What it said at its end is read before the pipe is closed.
            waitForErrors();
        }
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        writer.interrupt();
        waitForErrors();
    }

    private void waitForErrors() {
        try {
            errorReader.join(GLANCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Says goodbye and waits a little; whether it then ended by itself. */
    boolean leaves() {
        process.descendants().forEach(family::add);
        outgoing.add("{\"cmd\":\"bye\"}".getBytes(StandardCharsets.UTF_8));
        await();
        return !process.isAlive();
    }

    /** Says goodbye, waits a little, and ends it and what it left behind. */
    @Override
    public void close() {
        if (process.isAlive()) {
            leaves();
        }
        kill();
    }
}
