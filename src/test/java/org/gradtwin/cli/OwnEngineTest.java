package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.ScalarEngine;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that the class path offers as a service takes part on the command line. */
class OwnEngineTest {
    /** The scalar engine under another name: what is recorded for that one holds for every engine of float64 alone. */
    public static final class Own implements Engine {
        private final ScalarEngine scalar = new ScalarEngine();

        @Override
        public String name() {
            return "own";
        }

        @Override
        public Set<DType> dtypes() {
            return scalar.dtypes();
        }

        @Override
        public Graph<?> newGraph(DType dtype) {
            return scalar.newGraph(dtype);
        }
    }

    private static Cli run(Path services, String... arguments) throws IOException {
        Path file = services.resolve("META-INF/services/" + Engine.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, Own.class.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {services.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            return Cli.run(arguments);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void isVerifiedAndDrawn(@TempDir Path folder) throws IOException {
        String report = folder.resolve("report").toString();
        Cli cli = run(folder, "verify", "--engine", "own", "--case", "op/s*", "--report", report);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
        assertThat(cli.out()).contains(" own ").contains(" 0 disagree");
        Path drawing = folder.resolve("power.svg");
        assertThat(run(folder, "draw", "--case", "notebook/power", "--engine", "own", "--out", drawing.toString())
                        .exit())
                .isZero();
        assertThat(drawing).isNotEmptyFile();
    }
}
