package org.gradtwin.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradtwin.cli.Cli;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Executes what the README prints: its Java, its commands, its fixture. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
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
                        .isIn("java", "console", "json", "sh"));
    }

    @TestFactory
    Stream<DynamicTest> javaBlocksRun() throws IOException {
        return blocks().stream()
                .filter(block -> block.language().equals("java"))
                .map(block -> DynamicTest.dynamicTest("line " + block.line(), () -> Snippet.run(block.text())));
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
        if (command.startsWith("mvn ")) {
            // Maven cannot run inside its own test; the script that checks every change runs the same line.
            assertThat(Files.readString(Path.of(".ci/run"))).contains(command.replace("mvn ", "mvn -B -ntp "));
            return;
        }
        assertThat(command).startsWith("java -jar target/gradtwin.jar ");
        String[] arguments =
                command.replace("java -jar target/gradtwin.jar ", "").split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].replace("'", "");
        }
        Cli cli = Cli.run(arguments);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out().strip()).isEqualTo(printed);
    }
}
