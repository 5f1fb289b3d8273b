package org.gradtwin.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.language.Program;
import org.gradtwin.language.ProgramException;
import org.gradtwin.language.Statement;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A program and its inputs as they are written on the command line. They become the text of a fixture, so that they may
 * be what a case may be, and are refused in the same words.
 */
final class WrittenProgram {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private WrittenProgram() {}

    /**
     * Reads a case that differentiates the last statement.
     *
     * @param texts of statements, separated by semicolons or line ends
     * @param inputs JSON by name: numbers in nested lists, or an input as a fixture has it
     * @param cotangent likewise; null for a root that is a scalar
     * @throws IllegalArgumentException in a line that names the option, if something is wrong
     */
    static FixtureCase read(List<String> texts, Map<String, String> inputs, @Nullable String cotangent) {
        List<String> lines = texts.stream()
                .flatMap(text -> Arrays.stream(text.split("[;\\n\\r]")))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        ObjectNode given = JSON.createObjectNode();
        given.put("id", "program").put("comment", "From the command line.");
        ObjectNode sources = given.putObject("inputs");
        inputs.forEach((name, text) -> sources.set(name, source("--input: " + name, text)));
        lines.forEach(given.putArray("program")::add);
        ObjectNode backward = given.putObject("backward").put("of", lastOf(lines));
        if (cotangent != null) {
            backward.set("cotangent", source("--cotangent", cotangent));
        }
        given.putArray("dtypes").add("float32").add("float64");
        ObjectNode fixture = JSON.createObjectNode()
                .put("format", Fixture.FORMAT)
                .put("title", "A program")
                .put("source", "the command line");
        fixture.putObject("flags");
        fixture.putArray("cases").add(given);
        FixtureCase read = read(fixture);
        for (String name : inputs.keySet()) {
            if (!read.task().program().inputs().contains(name)) {
                throw new IllegalArgumentException("--input: the program does not read '" + name + "'");
            }
        }
        return read;
    }

    private static FixtureCase read(ObjectNode fixture) {
        byte[] text = JSON.writeValueAsString(fixture).getBytes(StandardCharsets.UTF_8);
        try {
            return FixtureReader.read(text, "--program").cases().get(0);
        } catch (FixtureException e) {
            // There is only this case.
            throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).replaceFirst(": case program:( program:)?", ":"), e);
        }
    }

    private static String lastOf(List<String> lines) {
        try {
            List<Statement> statements = Program.parse(lines).statements();
            return statements.get(statements.size() - 1).name();
        } catch (ProgramException e) {
            throw new IllegalArgumentException("--program: " + e.getMessage(), e);
        }
    }

    private static JsonNode source(String option, String text) {
        JsonNode value;
        try {
            value = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(option + ": '" + text + "' is not JSON", e);
        }
        return value.isObject() ? value : JSON.createObjectNode().set("values", value);
    }
}
