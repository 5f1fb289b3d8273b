package org.gradtwin.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code report.json}. */
public final class ReportFiles {
    /** Java 17 itself does not always write the shortest digits, and takes longer. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .build();

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
        lines(out, "suspects", report.suspects());
        lines(out, "stale", report.stale());
        lines(out, "failures", report.failures());
        lines(out, "cases", report.cases());
        lines(out, "training", report.training());
        out.append(",\n\"checks\": [\n");
        lines(out, report.checks());
        return out.append("\n]}\n").toString();
    }

    private static void lines(StringBuilder out, String key, List<?> items) {
        if (!items.isEmpty()) {
            out.append(",\n\"").append(key).append("\": [\n");
            lines(out, items);
            out.append("\n]");
        }
    }

    private static void lines(StringBuilder out, List<?> items) {
        String separator = "";
        for (Object item : items) {
            out.append(separator).append(JSON.writeValueAsString(item));
            separator = ",\n";
        }
    }

    /**
     * Reads a report back.
     *
     * @throws UncheckedIOException if the file cannot be read, or is not a report of this format
     */
    public static RunReport read(Path file) {
        try {
            RunReport report = JSON.readValue(Files.readString(file), RunReport.class);
            return requireWhole(report);
        } catch (JacksonException e) {
            throw about(file, new IOException("not a report: " + e.getOriginalMessage(), e));
        } catch (IOException e) {
            throw about(file, e);
        }
    }

    /** JSON may leave out what must be there. */
    @SuppressWarnings("ConstantValue")
    private static RunReport requireWhole(@Nullable RunReport report) throws IOException {
        if (report == null || !RunReport.FORMAT.equals(report.format())) {
            throw new IOException("not a report: the format is "
                    + (report == null || report.format() == null ? "missing" : "'" + report.format() + "'") + ", not "
                    + RunReport.FORMAT);
        }
        if (report.summary() == null || report.environment() == null || report.checks() == null) {
            throw new IOException("not a whole report: summary, environment or checks are missing");
        }
        return report;
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
        requireFile(file);
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A pipe or a device takes what comes; a file in its place would not be what was asked for.
                Files.write(file, bytes);
                return;
            }
            // What a link points to is replaced, not the link.
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path temporary = folderOf(target)
                    .resolve("." + target.getFileName() + "."
                            + ProcessHandle.current().pid() + ".tmp");
            try {
                Files.write(temporary, bytes);
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw about(file, e);
        }
    }

    /**
     * Makes a folder where there is none: before a long run, so that its results do not fail to find a place.
     *
     * @throws UncheckedIOException if it cannot be made or nothing can be written into it
     */
    public static void requireFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw about(folder, new IOException("is a file, not a folder", e));
        } catch (IOException e) {
            throw about(folder, new IOException("the folder cannot be made: " + reason(e), e));
        }
        if (!Files.isWritable(folder)) {
            throw about(folder, new IOException("the folder is not writable"));
        }
    }

    /** Makes the folder of a file and sees that it can be written, before work that would be lost otherwise. */
    public static void requireFile(Path file) {
        requireFolder(folderOf(file));
        if (Files.isDirectory(file)) {
            throw about(file, new IOException("is a folder, not a file"));
        }
    }

    private static Path folderOf(Path file) {
        return file.toAbsolutePath().resolveSibling("");
    }

    /** A problem with the file's name first; Java's own often is nothing but the name. */
    private static UncheckedIOException about(Path file, IOException e) {
        return new UncheckedIOException(new IOException(file.toAbsolutePath() + ": " + reason(e), e));
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "there is no such file"
                : e instanceof AccessDeniedException
                        ? "permission denied"
                        : e instanceof FileSystemException problem && problem.getReason() != null
                                ? problem.getReason()
                                : String.valueOf(e.getMessage());
    }
}
