package org.gradtwin.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.cli.Cli;
import org.gradtwin.cli.InitCommandTest;
import org.gradtwin.cli.Main;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Executes what the README prints: its Java, its commands, its fixture. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final String REPORT = "target/readme-report";
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w+)\\n((?s:.*?))^```$");

    private record Block(String language, String text, int line) {}

    private static List<Block> blocks() throws IOException {
        String text = Files.readString(README);
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            int line = (int) text.substring(0, matcher.start()).lines().count() + 1;
            blocks.add(new Block(matcher.group(1), matcher.group(2), line));
        }
        return blocks;
    }

    @Test
    void everyBlockIsOfAKindThatIsExecuted() throws IOException {
        assertThat(blocks())
                .isNotEmpty()
                .allSatisfy(block -> assertThat(block.language())
                        .as("language of the block at line " + block.line())
                        .isIn("java", "console", "text", "json", "sh", "xml"));
    }

    @Test
    void theTableOfVerbsIsThatOfTheCommandLine() throws IOException {
        Matcher rows = Pattern.compile("(?m)^\\| `([\\w-]+)[\\w ]*` \\|").matcher(Files.readString(README));
        assertThat(rows.results().map(row -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        Main.commandLine().getSubcommands().keySet());
    }

    @Test
    void everyPageThatIsLinkedExists() throws IOException {
        Matcher links = Pattern.compile("\\]\\(([^)]+)\\)").matcher(Files.readString(README));
        assertThat(links.results().map(link -> Path.of(link.group(1))))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(page).exists());
    }

    @TestFactory
    Stream<DynamicTest> javaBlocksRun() throws IOException {
        return blocks().stream()
                .filter(block -> block.language().equals("java") && !isTest(block))
                .map(block -> DynamicTest.dynamicTest("line " + block.line(), () -> Snippet.run(block.text())));
    }

    private static boolean isTest(Block block) {
        return block.text().startsWith("@GradtwinTest");
    }

    /** The project that {@code init} writes is built and run by DownstreamTest. */
    @Test
    void theExampleOfATestIsThatOfANewProject() throws IOException {
        Path written = Path.of("src/main/resources/org/gradtwin/cli/init/src/test/java/example");
        String engine = Files.readString(written.resolve("MyEngineTest.java"));
        assertThat(blocks().stream().filter(ReadmeTest::isTest))
                .hasSize(1)
                .allSatisfy(block -> assertThat(engine).endsWith(block.text()));
        String gradient = Files.readString(written.resolve("MyGradientTest.java"));
        assertThat(blocks().stream().filter(block -> block.text().contains("assertThatGradient(")))
                .hasSize(1)
                .allSatisfy(block -> assertThat(block.text().lines().filter(line -> !line.contains("// ")))
                        .allSatisfy(line -> assertThat(gradient).contains(line)));
        assertThat(Files.readString(README)).contains(InitCommandTest.EXAMPLE);
    }

    @Test
    void theDependencyIsThisProject() throws IOException {
        String project = Files.readString(Path.of("pom.xml"));
        assertThat(blocks().stream().filter(block -> block.language().equals("xml")))
                .hasSize(1)
                .allSatisfy(block -> assertThat(coordinates(block.text()))
                        .hasSize(3)
                        .isEqualTo(coordinates(project).subList(0, 3)));
    }

    private static List<String> coordinates(String pom) {
        return pom.lines()
                .map(String::strip)
                .filter(line -> line.matches("<(groupId|artifactId|version)>.*"))
                .toList();
    }

    @Test
    void theFixtureIsOneThatRegenerateCanFill() throws IOException {
        assertThat(blocks().stream().filter(block -> block.language().equals("json")))
                .hasSize(1)
                .allSatisfy(block -> {
                    Path folder = Files.createDirectories(Path.of("target/readme/example"));
                    Path file = Files.writeString(folder.resolve("tanh.json"), block.text());
                    FixtureCase given =
                            FixtureSet.in(folder.getParent()).cases().get(0).given();
                    assertThat(file).exists();
                    assertThat(given.isComplete()).isFalse();
                    assertThat(Evaluator.evaluate(new ScalarEngine(), given.task(), DType.FLOAT64)
                                    .quantities())
                            .hasSize(4);
                });
    }

    /** The commands of the first screen cannot run inside the tests that they start: the check of every change runs them. */
    @Test
    void shellCommandsAreThoseThatEveryChangeIsCheckedWith() throws IOException {
        String script = Files.readString(Path.of(".ci/run"));
        for (Block block : blocks()) {
            if (block.language().equals("sh")) {
                for (String line : block.text().lines().toList()) {
                    for (String command : line.split(" && ")) {
                        assertThat(script)
                                .contains(
                                        command.replace("mvn ", "mvn -B -ntp ").replaceFirst("^(pip|python) ", ""));
                    }
                }
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> consoleBlocksPrintWhatTheySay() throws IOException {
        return blocks().stream()
                .filter(block -> block.language().equals("console"))
                .flatMap(block -> sessions(block).stream());
    }

    private static List<DynamicTest> sessions(Block block) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String session : block.text().split("(?m)^\\$ ")) {
            if (!session.isBlank()) {
                String[] parts = session.split("\n", 2);
                tests.add(DynamicTest.dynamicTest(parts[0], () -> runConsole(parts[0], parts[1].strip())));
            }
        }
        return tests;
    }

    private static void runConsole(String command, String printed) throws IOException {
        assertThat(command).startsWith("java -jar target/gradtwin.jar ");
        String[] arguments =
                command.replace("java -jar target/gradtwin.jar ", "").split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].replace("'", "");
        }
        // The report of the whole run, which VerificationTest leaves, stays.
        List<String> elsewhere = new ArrayList<>(List.of(arguments));
        elsewhere.addAll(List.of("--report", REPORT));
        Cli cli = Cli.run(elsewhere.toArray(new String[0]));
        assertThat(cli.err()).isEmpty();
        // An ellipsis stands for numbers that depend on the processor.
        String expected = printed.lines()
                .map(line -> Arrays.stream(line.stripTrailing().split("…", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")))
                .collect(Collectors.joining("\n"));
        String actual = cli.out()
                .replace(REPORT, "target/gradtwin")
                .strip()
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"));
        assertThat(actual).matches(expected);
    }
}
