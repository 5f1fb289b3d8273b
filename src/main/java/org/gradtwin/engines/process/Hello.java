package org.gradtwin.engines.process;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Scatter;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;
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
    record Takes(int maxRank, @Nullable Set<String> attributes) {}

    private static final Set<String> KEYS = Set.of(
            "protocol",
            "name",
            "version",
            "language",
            "home",
            "level",
            "dtypes",
            "ops",
            "intermediate_gradients",
            "dependence",
            "conventions");

    /** The keys of an answer to {@code hello} that mean nothing. */
    static List<String> unknownKeys(JsonNode answer) {
        return answer.propertyNames().stream()
                .filter(key -> !KEYS.contains(key))
                .toList();
    }

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
        Set<String> unknown = new TreeSet<>();
        JsonNode given = answer.path("ops");
        if (!given.isObject() || given.isEmpty()) {
            throw new ChildFault("hello: ops is no object of ops: {\"add\": {}, \"mul\": {}, …}");
        }
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            Optional<Op> op = Ops.all().stream()
                    .filter(known -> known.id().equals(entry.getKey()))
                    .findFirst();
            op.ifPresentOrElse(
                    known -> ops.put(known.id(), takes(known, entry.getValue())), () -> unknown.add(entry.getKey()));
        }
        if (!unknown.isEmpty()) {
            throw new ChildFault("says that it has " + String.join(", ", unknown)
                    + ": no such op; their names are in fixtures/ops.json");
        }
        return new Hello(
                Answers.text(answer, "name"),
                Answers.text(answer, "version"),
                Answers.text(answer, "language"),
                answer.path("home").asString(""),
                oneOf(answer, "level", "scalar", "tensor"),
                dtypes,
                ops,
                truth(answer, "intermediate_gradients"),
                oneOf(answer, "dependence", "null", "zeros"),
                oneOf(answer, "conventions", "pytorch", "own"));
    }

    /** {@code micrograd 1 (python): numbers, float64; ops: add, mul}. */
    String inWords() {
        return "%s %s (%s): %s, %s; ops: %s"
                .formatted(
                        name,
                        version,
                        language,
                        ofNumbers ? "numbers" : "tensors",
                        dtypes.stream().map(DType::torchName).collect(Collectors.joining(" and ")),
                        String.join(", ", ops.keySet()));
    }

    /** What the engine lacks of an application of an op; empty if it has it. */
    Optional<String> lack(Op op, List<@Nullable Type> types, Attributes attributes) {
        // The op that undoes a selection has the name of another one, and is in no program.
        Hello.Takes takes = op == Scatter.OP ? null : ops.get(op.id());
        if (takes == null) {
            return Optional.of("the engine has no such op");
        }
        for (Type type : types) {
            if (type != null && type.shape().rank() > takes.maxRank()) {
                return Optional.of("the engine takes operands of rank " + takes.maxRank() + " at most");
            }
        }
        Set<String> taken = takes.attributes();
        if (taken != null) {
            Attributes defaults = op.signature().defaults();
            for (String key : attributes.keys()) {
                if (!taken.contains(key)
                        && !(defaults.has(key) && Objects.equals(defaults.get(key), attributes.get(key)))) {
                    return Optional.of("the engine takes no " + key);
                }
            }
        }
        return Optional.empty();
    }

    private static Takes takes(Op op, JsonNode limits) {
        String where = "hello: ops." + op.id();
        if (!limits.isObject()) {
            throw new ChildFault(where + " is no object: {} for all of it, or {\"max_rank\": 2, \"attributes\": []}");
        }
        Set<String> attributes = null;
        if (limits.has("attributes")) {
            List<String> known =
                    op.signature().attributes().stream().map(Parameter::name).toList();
            attributes = new LinkedHashSet<>();
            for (JsonNode name : Answers.array(limits, "attributes")) {
                attributes.add(name.asString());
            }
            for (String name : attributes) {
                if (!known.contains(name)) {
                    throw new ChildFault(where + ".attributes holds \"" + name + "\": " + op.id() + " has "
                            + (known.isEmpty() ? "none" : String.join(", ", known)));
                }
            }
        }
        return new Takes(limits.has("max_rank") ? Answers.integer(limits, "max_rank") : Integer.MAX_VALUE, attributes);
    }

    private static boolean truth(JsonNode answer, String key) {
        JsonNode given = answer.path(key);
        if (!given.isMissingNode() && !given.isBoolean()) {
            throw new ChildFault("hello: " + key + " is " + given + ": true or false");
        }
        return given.asBoolean(false);
    }

    private static boolean oneOf(JsonNode answer, String key, String yes, String no) {
        String given = answer.path(key).asString(no);
        if (!given.equals(yes) && !given.equals(no)) {
            throw new ChildFault("hello: " + key + " is \"" + given + "\": \"" + yes + "\" or \"" + no + "\"");
        }
        return given.equals(yes);
    }
}
