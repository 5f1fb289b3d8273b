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
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody else does: writes a project by {@code init} and runs its tests, with this library from a repository and offline. Its
 * class path has no optional library, so that nothing that tests need may use one.
 */
@Tag("downstream")
class DownstreamTest {
    private static final String ENGINE = "src/test/java/example/MyEngine.java";
    private static final String RECORD = "src/test/resources/gradtwin/square-roots.json";

    @TempDir
    private Path folder;

    @Test
    void anEmptyFolderBecomesAGreenProjectAndAWrongTanhIsFoundInIt() throws Exception {
        Path project = folder.resolve("my-project");
        ChildJava.run(folder, Main.AGREE, "init", "my-project");
        Path repository = repository();

        List<String> green = maven(repository, project, 0);

        assertThat(green).anyMatch(line -> line.matches(".*Tests run: \\d+, Failures: 0, Errors: 0, Skipped: 1"));
        assertThat(libraries(project))
                .as("what tests need besides JUnit, the native PyTorch and this library")
                .contains("jackson-databind-3.2.4.jar")
                .hasSizeBetween(1, 14);
        RunReport report = ReportFiles.read(project.resolve("target/gradtwin-my-engine/report.json"));
        assertThat(report.passes()).isTrue();
        assertThat(report.summary().known()).isPositive();
        assertThat(project.resolve("target/gradtwin-my-cases/report.json")).exists();

        Path engine = project.resolve(ENGINE);
        Files.writeString(engine, Files.readString(engine).replace("1 - y * y", "1 - y"));
        Files.delete(project.resolve(RECORD));
        List<String> red = maven(repository, project, 1, "-Dgradtwin.record");

        assertThat(red).anyMatch(line -> line.contains("suspect: tanh on my-engine"));
        assertThat(red.stream()
                        .dropWhile(line -> !line.contains("MyEngineTest."))
                        .takeWhile(line -> !line.startsWith("[INFO]")))
                .hasSizeLessThan(20);
        assertThat(project.resolve(RECORD)).hasContent(InitCommand.template(RECORD));
        assertThat(ReportFiles.read(project.resolve("target/gradtwin-my-engine/report.json"))
                        .failing())
                .isNotEmpty()
                .allMatch(name -> name.startsWith("op/tanh-"));
    }

    /** The machine's repository as it is, but for this library, which is there as it was compiled. */
    private Path repository() throws IOException {
        Path all = Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
        Path own = folder.resolve("repository");
        link(all, own, "org");
        link(all.resolve("org"), own.resolve("org"), "gradtwin");
        Path pom = Path.of("pom.xml");
        Matcher version = Pattern.compile("(?s)<artifactId>gradtwin</artifactId>\\s*<version>(.+?)<")
                .matcher(Files.readString(pom));
        assertThat(version.find()).isTrue();
        Path place =
                Files.createDirectories(own.resolve("org/gradtwin/gradtwin").resolve(version.group(1)));
        String name = "gradtwin-" + version.group(1);
        Files.copy(pom, place.resolve(name + ".pom"));
        Path classes = Path.of("target", "classes");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(place.resolve(name + ".jar")));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, jar);
            }
        }
        return own;
    }

    private static void link(Path all, Path own, String butFor) throws IOException {
        Files.createDirectories(own);
        try (Stream<Path> entries = Files.list(all)) {
            for (Path entry : entries.toList()) {
                if (!entry.endsWith(butFor)) {
                    Files.createSymbolicLink(own.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    private static List<String> maven(Path repository, Path project, int exit, String... more) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("mvn", "-o", "-B", "-ntp", "-Dmaven.repo.local=" + repository, "test"));
        command.addAll(List.of(more));
        Path out = project.resolveSibling("maven");
        Process process = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isEqualTo(exit);
        return Files.readAllLines(out);
    }

    /** The jars on the class path of the project's tests, as Surefire wrote it down. */
    private static List<String> libraries(Path project) throws IOException {
        String xml = Files.readString(project.resolve("target/surefire-reports/TEST-example.MyGradientTest.xml"));
        Matcher path = Pattern.compile("name=\"(?:surefire\\.test|java)\\.class\\.path\" value=\"([^\"]+)\"")
                .matcher(xml);
        return path.results()
                .flatMap(found -> Arrays.stream(found.group(1).split(File.pathSeparator)))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.endsWith(".jar"))
                .filter(name -> !name.matches(
                        "(junit|opentest4j|apiguardian|slf4j-nop|pytorch-(native|jni)|gradtwin|surefire).*"))
                .distinct()
                .toList();
    }
}
