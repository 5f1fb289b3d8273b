package org.gradtwin.engines.process;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.gradtwin.tensor.DType;
import tools.jackson.databind.JsonNode;

/**
 * What a child says of itself.
 *
 * @param name of the engine
 * @param version of the engine
 * @param language that it is written in
 * @param home where it is to be found, empty if it does not say
 * @param ofNumbers whether its values are single numbers, of which the harness makes tensors
 * @param dtypes in which it computes
 * @param ops that it has, by id, with what it takes of each; all others are lowered to these
 * @param intermediateGradients whether it gives gradients of computed values; for others the harness adds a leaf of zeros to the value
 * @param tellsDependence whether it tells "does not depend on it" (null) from a gradient of zeros
 * @param claimsPyTorch whether it means to answer as PyTorch does at kinks
 */
record Hello(
        String name,
        String version,
        String language,
        String home,
        boolean ofNumbers,
        Set<DType> dtypes,
        Map<String, Takes> ops,
        boolean intermediateGradients,
        boolean tellsDependence,
        boolean claimsPyTorch) {

    /**
     * What of an op an engine takes.
     *
     * @param maxRank the highest rank of an operand
     * @param attributes those that may differ from their defaults; null if all may
     */
    record Takes(int maxRank, java.util.@org.jspecify.annotations.Nullable Set<String> attributes) {}

    /**
     * Reads an answer to {@code hello}.
     *
     * @throws ChildFault if it is none, with the key that is missing or wrong
     */
    static Hello of(JsonNode answer) {
        int protocol = Answers.integer(answer, "protocol");
        if (protocol != 1) {
            throw new ChildFault("hello: protocol is " + protocol + ": this program speaks 1");
        }
        Set<DType> dtypes = EnumSet.noneOf(DType.class);
        for (JsonNode name : Answers.array(answer, "dtypes")) {
            if (!name.asString().equals("float32") && !name.asString().equals("float64")) {
                throw new ChildFault("hello: dtypes holds " + name + ": float32, float64 or both");
            }
            dtypes.add(DType.of(name.asString()));
        }
        if (dtypes.isEmpty()) {
            throw new ChildFault("hello: dtypes is empty: float32, float64 or both");
        }
        Map<String, Takes> ops = new LinkedHashMap<>();
        JsonNode given = answer.path("ops");
        if (!given.isObject() || given.isEmpty()) {
            throw new ChildFault("hello: ops is no object of ops: {\"add\": {}, \"mul\": {}, …}");
        }
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            ops.put(entry.getKey(), takes(entry.getKey(), entry.getValue()));
        }
        return new Hello(
                Answers.text(answer, "name"),
                Answers.text(answer, "version"),
                Answers.text(answer, "language"),
                answer.path("home").asString(""),
                oneOf(answer, "level", "scalar", "tensor"),
                dtypes,
                ops,
                answer.path("intermediate_gradients").asBoolean(false),
                oneOf(answer, "dependence", "null", "zeros"),
                oneOf(answer, "conventions", "pytorch", "own"));
    }

    private static Takes takes(String op, JsonNode limits) {
        if (!limits.isObject()) {
            throw new ChildFault(
                    "hello: ops." + op + " is no object: {} for all of it, or {\"max_rank\": 2, \"attributes\": []}");
        }
        Set<String> attributes = null;
        if (limits.has("attributes")) {
            attributes = new LinkedHashSet<>();
            for (JsonNode name : Answers.array(limits, "attributes")) {
                attributes.add(name.asString());
            }
        }
        return new Takes(limits.path("max_rank").asInt(Integer.MAX_VALUE), attributes);
    }

    private static boolean oneOf(JsonNode answer, String key, String yes, String no) {
        String given = answer.path(key).asString(no);
        if (!given.equals(yes) && !given.equals(no)) {
            throw new ChildFault("hello: " + key + " is \"" + given + "\": \"" + yes + "\" or \"" + no + "\"");
        }
        return given.equals(yes);
    }
}
