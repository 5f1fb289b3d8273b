package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Patience;
import org.gradtwin.engines.process.ProcessEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@DisabledOnOs(OS.WINDOWS) // has another shell
class EngineFileTest {
    private static final String SAYS_HELLO = "read -r l; echo '{\\\"protocol\\\":1,\\\"name\\\":\\\"'$WHO'\\\","
            + "\\\"version\\\":\\\"'$(basename $PWD)'\\\",\\\"language\\\":\\\"sh\\\",\\\"dtypes\\\":[\\\"float64\\\"],\\\"ops\\\":{\\\"add\\\":{}}}'; read -r l";

    @TempDir
    private Path folder;

    private EngineFile file(String text) throws IOException {
        return new EngineFile(Files.writeString(folder.resolve("engines.json"), text));
    }

    @Test
    void anEntryIsStartedInItsFolderAndEnvironment() throws IOException {
        Files.createDirectory(folder.resolve("below"));
        EngineFile file = file("""
                {"mine": {"command": "%s", "folder": "below", "environment": {"WHO": "me"}, "start_seconds": 30}}
                """.formatted(SAYS_HELLO));
        assertThat(file.names()).containsExactly("mine");
        try (ProcessEngine engine = file.start("mine", Patience.LIMIT)) {
            assertThat(engine.description()).isEqualTo("me below (sh)");
            assertThat(engine.choice())
                    .hasValueSatisfying(choice -> assertThat(choice)
                            .startsWith("mine=cd '" + folder.resolve("below") + "' && export WHO='me' && read -r l;"));
        }
    }

    @Test
    void theProjectsOwnFileNamesItsAdapters() throws IOException {
        Path own = Path.of("src/adapters/engines.json");
        JsonNode entries = JsonMapper.shared().readTree(Files.readString(own));
        assertThat(new EngineFile(own).names()).contains("micrograd", "micrograd-js", "jax");
        entries.forEach(entry -> {
            String script = entry.get("command").asString().split(" ", -1)[1];
            assertThat(own.resolveSibling(entry.get("folder").asString()).resolve(script))
                    .isRegularFile();
        });
    }

    @Test
    void aStartThatTakesTooLongIsEnded() throws IOException {
        EngineFile file = file("{\"mine\": {\"command\": \"sleep 100\", \"start_seconds\": 0.2}}");
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> file.start("mine", Patience.LIMIT))
                .withMessage("engine mine (sleep 100) has not answered for 0.2 s");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"a": {"command": "x"}          | ` is no JSON: line 1, column 23`
                    []                              | ` is no object of engines: {"jax": {"command": "python3 jax_numpy.py"}}`
                    {"a": "x"}                      | : a is no object: {"command": "python3 jax_numpy.py"}
                    {"a": {}}                       | : a has no command, a text
                    {"a": {"command": ["x"]}}       | : a has no command, a text
                    {"a": {"comand": "x"}}          | : a has the key comand, which is none of command, folder, environment, known, start_seconds, program_seconds
                    {"a": {"command": "x", "folder": 1}} | : a has a folder that is no text
                    {"a": {"command": "x", "environment": {"N": 1}}} | : a has an environment that is no object of texts: {"JAX_PLATFORMS": "cpu"}
                    {"a": {"command": "x", "start_seconds": 0}} | : a has start_seconds 0: a number above 0
                    {"a": {"command": "x", "program_seconds": "9"}} | : a has program_seconds "9": a number above 0
                    """)
    void whatIsWrongWithAFileIsOneLine(String text, String message) {
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> file(text))
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith(folder.resolve("engines.json") + message)
                        .hasLineCount(1));
    }

    @Test
    void aFolderThatIsNoneIsOneLine() throws IOException {
        EngineFile file = file("{\"a\": {\"command\": \"x\", \"folder\": \"nowhere\"}}");
        assertThatExceptionOfType(EngineUnavailableException.class)
                .isThrownBy(() -> file.start("a", Patience.LIMIT))
                .withMessageEndingWith(": a has the folder " + folder.resolve("nowhere") + ", which is none");
    }
}
