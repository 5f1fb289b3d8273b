package org.gradtwin.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code report.json}. */
public final class ReportFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ReportFiles() {}

    /** The report as JSON, one line a check; NaN and infinities are strings. */
    public static String json(RunReport report) {
        return report.checks().stream()
                .map(JSON::writeValueAsString)
                .collect(Collectors.joining(
                        ",\n",
                        "{\"format\": " + JSON.writeValueAsString(report.format()) + ",\n\"summary\": "
                                + JSON.writeValueAsString(report.summary()) + ",\n\"environment\": "
                                + JSON.writeValueAsString(report.environment()) + ",\n\"checks\": [\n",
                        "\n]}\n"));
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
        try {
            Path folder = file.toAbsolutePath().resolveSibling("");
            Files.createDirectories(folder);
            Path temporary = folder.resolve(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
            try {
                Files.writeString(temporary, text);
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
