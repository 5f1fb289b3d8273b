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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradtwin.fixture.GivenFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code report.json}. */
public final class ReportFiles {
    /** Java 17 itself does not always write the shortest digits, and takes longer. */
    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .build();

    /** Folders as deep as a path may be, and an id. */
    private static final int LONGEST_NAME = 5000;

    /** Of a problem: what stands in a file may be quoted in it. */
    private static final int LONGEST_REASON = 1000;

    private ReportFiles() {}

    /** The report as JSON: what fails in clear, the rest in {@link Columns}; NaN and infinities are strings. */
    public static String json(Record report) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    }

    /**
     * Reads a report back.
     *
     * @throws UncheckedIOException if the file cannot be read, or is not a report of this format
     */
    public static RunReport read(Path file) {
        try {
            byte[] json = GivenFile.bytes(file);
            requireFormat(JSON.readValue(json, Format.class));
            return requireWhole(JSON.readValue(json, RunReport.class));
        } catch (JacksonException e) {
            throw about(file, new IOException("not a report: " + e.getOriginalMessage(), e));
        } catch (IOException e) {
            throw about(file, e);
        }
    }

    private record Format(@Nullable String format) {}

    private static void requireFormat(@Nullable Format given) throws IOException {
        String format = given == null ? null : given.format();
        if (!RunReport.FORMAT.equals(format)) {
            throw new IOException("not a report: the format is " + (format == null ? "missing" : "'" + format + "'")
                    + ", not " + RunReport.FORMAT
                    + ("gradtwin-report-1".equals(format) ? ": an older gradtwin wrote it, verify again" : ""));
        }
    }

    /** JSON may leave out what must be there. */
    @SuppressWarnings("ConstantValue")
    private static RunReport requireWhole(RunReport report) throws IOException {
        if (report.summary() == null || report.environment() == null || report.checks() == null) {
            throw new IOException("not a whole report: summary, environment or checks are missing");
        }
        for (RunReport.Row row : report.checks()) {
            for (String name : List.of(row.caseName(), row.engine(), row.name())) {
                if (name.length() > LONGEST_NAME) {
                    throw new IOException("not a report: a name has " + name.length() + " characters, at most "
                            + LONGEST_NAME + " are read");
                }
            }
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
            removeLeft(target);
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

    /** Removes what processes have left that were killed while they wrote this file. */
    private static void removeLeft(Path target) throws IOException {
        Pattern left = Pattern.compile(Pattern.quote("." + target.getFileName() + ".") + "(\\d{1,18})\\.tmp");
        try (Stream<Path> files = Files.list(folderOf(target))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher process = left.matcher(file.getFileName().toString());
                if (process.matches()
                        && ProcessHandle.of(Long.parseLong(process.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
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
        String reason = reason(e).replaceAll("\\R", " ");
        return new UncheckedIOException(new IOException(
                file.toAbsolutePath() + ": " + reason.substring(0, Math.min(reason.length(), LONGEST_REASON)), e));
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
