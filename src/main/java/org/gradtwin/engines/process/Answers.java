package org.gradtwin.engines.process;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a child answers, and says what is wrong with it. */
final class Answers {
    /** The bits of a large tensor are one string. */
    private static final int LONGEST_STRING = 1 << 30;

    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_STRING)
                            .build())
                    .build())
            .build();

    private static final int SHOWN = 200;

    private Answers() {}

    /** The object on a line. */
    static JsonNode read(byte[] line) {
        JsonNode answer;
        try {
            answer = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new ChildFault("wrote something else than JSON to standard output: " + cut(text(line)), e);
        }
        if (answer == null || !answer.isObject()) {
            throw new ChildFault("answered no JSON object: " + cut(text(line)));
        }
        return answer;
    }

    static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }

    static int integer(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (!value.isInt()) {
            throw missing(object, key, "an integer");
        }
        return value.asInt();
    }

    static String text(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (!value.isString() || value.asString().isBlank()) {
            throw missing(object, key, "a text");
        }
        return value.asString();
    }

    static JsonNode array(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (!value.isArray()) {
            throw missing(object, key, "an array");
        }
        return value;
    }

    private static ChildFault missing(JsonNode object, String key, String what) {
        return new ChildFault((object.has(key) ? key + " is not " + what : key + ", " + what + ", is missing") + " in "
                + cut(object.toString()));
    }

    static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "… (" + text.length() + " characters)";
    }
}
