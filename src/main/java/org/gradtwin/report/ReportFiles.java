package org.gradtwin.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code report.json}. */
public final class ReportFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ReportFiles() {}

    /** The report as JSON, one line a check or case; NaN and infinities are strings. */
    public static String json(RunReport report) {
        StringBuilder out =
                new StringBuilder("{\"format\": " + JSON.writeValueAsString(report.format()) + ",\n\"summary\": "
                        + JSON.writeValueAsString(report.summary()) + ",\n\"environment\": "
                        + JSON.writeValueAsString(report.environment()));
        if (report.duration() != null) {
            out.append(",\n\"duration\": ").append(JSON.writeValueAsString(report.duration()));
        }
        lines(out, "failures", report.failures());
        lines(out, "cases", report.cases());
        lines(out, "training", report.training());
        out.append(",\n\"checks\": [\n").append(lines(report.checks())).append("\n]}\n");
        return out.toString();
    }

    private static void lines(StringBuilder out, String key, List<?> items) {
        if (!items.isEmpty()) {
            out.append(",\n\"")
                    .append(key)
                    .append("\": [\n")
                    .append(lines(items))
                    .append("\n]");
        }
    }

    private static String lines(List<?> items) {
        return items.stream().map(JSON::writeValueAsString).collect(Collectors.joining(",\n"));
    }

    /**
     * Reads a report back.
     *
     * @throws UncheckedIOException if the file cannot be read, or is not a report of this format
     */
    public static RunReport read(Path file) {
        try {
            RunReport report = JSON.readValue(Files.readString(file), RunReport.class);
            if (!RunReport.FORMAT.equals(report.format())) {
                throw new IOException(file + ": the format is '" + report.format() + "', not " + RunReport.FORMAT);
            }
            return report;
        } catch (JacksonException e) {
            throw new UncheckedIOException(new IOException(file + ": " + e.getOriginalMessage(), e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a text as a whole or not at all: to a temporary file beside it, which then takes its name.
     *
     * @throws UncheckedIOException if the folder cannot be made or written
     */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes as a whole or not at all, likewise. */
    public static void write(Path file, byte[] bytes) {
        try {
            Path folder = file.toAbsolutePath().resolveSibling("");
            Files.createDirectories(folder);
            Path temporary = folder.resolve(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
            try {
                Files.write(temporary, bytes);
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
