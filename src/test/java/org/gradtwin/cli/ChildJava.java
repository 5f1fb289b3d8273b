package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A verb in a process of its own, from a jar like the one that is built: its manifest is that of the build. */
final class ChildJava {
    private ChildJava() {}

    /** An empty jar that names the class path of the tests, with the attributes that the build gives its own. */
    static Path jar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Name.MAIN_CLASS, Launcher.class.getName());
        manifest.getMainAttributes()
                .put(
                        Name.CLASS_PATH,
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        for (String attribute : List.of("Add-Exports", "Add-Opens", "Enable-Native-Access")) {
            var found = Pattern.compile("<" + attribute + ">([^<]+)</").matcher(Files.readString(Path.of("pom.xml")));
            assertThat(found.find()).as(attribute).isTrue();
            manifest.getMainAttributes().putValue(attribute, found.group(1));
        }
        Path jar = folder.resolve("child.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    /** Runs a verb in a folder, and requires an exit code; gives the lines of standard output, leaves {@code err} there. */
    static List<String> run(Path folder, int exit, String... verb) throws IOException, InterruptedException {
        return ended(verb(folder, verb), folder, exit);
    }

    /** Starts a verb from the jar. */
    static Process verb(Path folder, String... verb) throws IOException {
        return start(folder, ofJar(folder, verb));
    }

    /** The same with no option of Java's, as {@link Launcher} would have it. */
    static Process verbAsUsersRunIt(Path folder, String... verb) throws IOException {
        return started(folder, ofJar(folder, verb));
    }

    private static String[] ofJar(Path folder, String... verb) throws IOException {
        return Stream.concat(Stream.of("-jar", jar(folder).toString()), Arrays.stream(verb))
                .toArray(String[]::new);
    }

    /** Starts Java in a folder; its output goes to {@code out} and {@code err} there. */
    static Process start(Path folder, String... arguments) throws IOException {
        return started(
                folder,
                Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), Arrays.stream(arguments)) // it runs for seconds
                        .toArray(String[]::new));
    }

    /** The same with no option of Java's but those that are given. */
    private static Process started(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    /** Waits until something is there, a minute at most. */
    static void await(BooleanSupplier there) throws InterruptedException {
        for (int i = 0; i < 600 && !there.getAsBoolean(); i++) {
            Thread.sleep(100);
        }
        assertThat(there.getAsBoolean()).as("after a minute").isTrue();
    }

    /** Requires that a process ends, with an exit code; gives the lines of its standard output. */
    static List<String> ended(Process process, Path folder, int exit) throws IOException, InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(() -> Failure.of(folder)).isEqualTo(exit);
        return Files.readAllLines(folder.resolve("out"));
    }

    /** What a process said that ended otherwise. */
    private static final class Failure {
        static String of(Path folder) {
            try {
                return Files.readString(folder.resolve("err"));
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
