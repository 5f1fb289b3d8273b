package org.gradtwin.reference;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.gradtwin.fixture.read.Cursor;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.write.CanonicalJson;
import org.jspecify.annotations.Nullable;

/** Jobs that go out a line each, while the answers come back a line each in the same order. */
public final class Exchange implements AutoCloseable {
    private final BufferedReader answers;
    private final Thread sender;

    /**
     * A job and who takes its answer.
     *
     * @param job made when it is sent
     * @param taker of the answer
     */
    public record Request(Supplier<Map<String, @Nullable Object>> job, Consumer<Cursor> taker) {}

    /**
     * Begins to send.
     *
     * @param to where jobs go, closed after the last
     * @param from where answers come from
     * @param common see {@link Jobs#common}
     */
    public Exchange(OutputStream to, InputStream from, Map<String, @Nullable Object> common, List<Request> requests) {
        answers = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
        sender = new Thread(() -> send(to, common, requests), "jobs");
        sender.setDaemon(true);
        sender.start();
    }

    private static void send(OutputStream to, Map<String, @Nullable Object> common, List<Request> requests) {
        try (Writer out = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8))) {
            out.write(CanonicalJson.compact(common) + "\n");
            for (Request request : requests) {
                out.write(CanonicalJson.compact(request.job().get()) + "\n");
            }
        } catch (IOException e) {
            // It has ended, and so do its answers.
        }
    }

    /** The version of the PyTorch that answers. */
    public String torch() throws IOException {
        return next().record(List.of("torch"), List.of()).get("torch").text();
    }

    /**
     * The next answer.
     *
     * @throws EOFException if there is none
     */
    public Cursor next() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("there are no more answers");
        }
        return FixtureReader.tree(line.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        answers.close();
    }

    @Override
    public String toString() {
        return "exchange by " + sender.getName();
    }
}
