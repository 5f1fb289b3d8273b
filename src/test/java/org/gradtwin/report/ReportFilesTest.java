package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
    @TempDir
    private Path folder;

    @Test
    void writeMakesTheFolderReplacesTheFileAndLeavesNothingBeside() throws IOException {
        Path file = folder.resolve("new").resolve("x.json");
        ReportFiles.write(file, "old");
        ReportFiles.write(file, "new ≤");
        assertThat(Files.readString(file)).isEqualTo("new ≤");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    /** A process of that number there is none: Linux has numbers up to 4,194,304. */
    @Test
    void whatAKilledRunLeftIsRemovedByTheNextAndNothingElse() throws IOException {
        Path own = Files.writeString(
                folder.resolve(".x.html."
                        + ProcessHandle.current().parent().orElseThrow().pid() + ".tmp"),
                "");
        Path other = Files.writeString(folder.resolve(".y.html.99999999.tmp"), "");
        Files.writeString(folder.resolve(".x.html.99999999.tmp"), "half");
        Path file = folder.resolve("x.html");
        ReportFiles.write(file, "whole");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file, own, other);
        }
    }

    @Test
    void writeThroughALinkReplacesWhatItPointsTo() throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("latest.json"), file);
        ReportFiles.write(link, "new");
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file)).isEqualTo("new");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceIsWrittenToAndNotReplaced() {
        Path device = Path.of("/dev/null");
        ReportFiles.write(device, "text");
        assertThat(Files.isRegularFile(device)).isFalse();
    }

    @Test
    void writeThatFailsLeavesNothingBeside() throws IOException {
        Path file = Files.createDirectories(folder.resolve("taken").resolve("inside"))
                .getParent();
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> ReportFiles.write(file, "text"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
