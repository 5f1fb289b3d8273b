package org.gradtwin.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.gradtwin.report.ReportFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a project whose tests use this library. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Writes a Maven project that tests a gradient, an engine, and the engine on cases of its own.",
        footer = {"", "Example: java -jar target/gradtwin.jar init my-engine && mvn -f my-engine test"})
final class InitCommand implements Callable<Integer> {
    private static final String POM = "pom.xml";

    /** What is written; each is a resource beside this class. */
    static final List<String> FILES = List.of(
            POM,
            "known.json",
            "src/test/java/example/MyGradientTest.java",
            "src/test/java/example/MyEngine.java",
            "src/test/java/example/MyEngineTest.java",
            "src/test/java/example/MyCasesTest.java",
            "src/test/resources/cases/neuron.json",
            "src/test/resources/gradtwin/square-roots.json");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "0..1", defaultValue = ".", description = "The folder (default: here).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Override
    public Integer call() {
        for (String file : FILES) {
            if (Files.exists(folder.resolve(file))) {
                throw new ParameterException(
                        spec.commandLine(),
                        folder.resolve(file).normalize() + " is there already: name a folder without it");
            }
        }
        for (String file : FILES) {
            Path written = folder.resolve(file).normalize();
            ReportFiles.write(written, file.equals(POM) ? template(file).replace("PROJECT", name()) : template(file));
            spec.commandLine().getOut().println("written  " + written);
        }
        spec.commandLine()
                .getOut()
                .println("next     mvn -f " + folder.resolve(POM).normalize() + " test");
        return Main.AGREE;
    }

    /** The name of the folder, as Maven takes it. */
    private String name() {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = String.valueOf(last).replaceAll("[^A-Za-z0-9_.]+", "-").replaceAll("^-|-$", "");
        return name.isEmpty() ? "tests" : name;
    }

    static String template(String file) {
        try (InputStream in = InitCommand.class.getResourceAsStream("init/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
