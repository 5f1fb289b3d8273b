package org.gradtwin.engines.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Nodes of the protocol that say what to compute; see {@code src/docs/protocol.md}. */
final class Nodes {
    private Nodes() {}

    /** The node of an op: its operands by their nodes, its attributes as JSON. */
    static ObjectNode apply(Op op, List<ProcessGraph.@Nullable Value> operands, Attributes attributes) {
        ObjectNode node = Answers.JSON.createObjectNode().put("op", op.id());
        ArrayNode in = node.putArray("in");
        for (ProcessGraph.Value operand : operands) {
            if (operand == null) {
                in.addNull();
            } else {
                in.add(operand.id());
            }
        }
        ObjectNode at = node.putObject("at");
        for (String key : attributes.keys()) {
            Object value = attributes.get(key);
            at.set(key, value instanceof Index index ? subscript(index) : Answers.JSON.valueToTree(value));
        }
        return node;
    }

    /** {@code [{"at": 2}, {"slice": [0, null, 2]}, {"tensor": 1}, "newaxis", "ellipsis"]}. */
    private static ArrayNode subscript(Index index) {
        ArrayNode items = Answers.JSON.createArrayNode();
        for (Index.Item item : index.items()) {
            if (item instanceof Index.At at) {
                items.addObject().put("at", at.position());
            } else if (item instanceof Index.Slice slice) {
                items.addObject()
                        .putArray("slice")
                        .add(slice.start())
                        .add(slice.stop())
                        .add(slice.step());
            } else if (item instanceof Index.Gather gather) {
                items.addObject().put("tensor", gather.operand());
            } else {
                items.add(item instanceof Index.NewAxis ? "newaxis" : "ellipsis");
            }
        }
        return items;
    }

    /** The attributes of such a node. */
    static Attributes attributes(JsonNode at) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        at.properties()
                .forEach(entry -> values.put(
                        entry.getKey(),
                        entry.getKey().equals("subscript") ? index(entry.getValue()) : value(entry.getValue())));
        return new Attributes(values);
    }

    private static @Nullable Object value(JsonNode node) {
        if (node.isArray()) {
            List<@Nullable Object> values = new ArrayList<>();
            node.forEach(item -> values.add(value(item)));
            return values;
        }
        if (node.isString()) {
            return switch (node.asString()) {
                case "NaN", "Infinity", "-Infinity" -> Double.valueOf(node.asString());
                default -> node.asString();
            };
        }
        return node.isNull() ? null : node.isBoolean() ? (Object) node.asBoolean() : number(node);
    }

    private static Object number(JsonNode node) {
        return node.isInt() ? (Object) node.asInt() : (Object) node.asDouble();
    }

    private static Index index(JsonNode items) {
        List<Index.Item> read = new ArrayList<>();
        for (JsonNode item : items) {
            if (item.has("at")) {
                read.add(new Index.At(item.path("at").asInt()));
            } else if (item.has("slice")) {
                JsonNode slice = item.path("slice");
                read.add(new Index.Slice(bound(slice, 0), bound(slice, 1), bound(slice, 2)));
            } else if (item.has("tensor")) {
                read.add(new Index.Gather(item.path("tensor").asInt()));
            } else {
                read.add(item.asString().equals("newaxis") ? new Index.NewAxis() : new Index.Ellipsis());
            }
        }
        return new Index(read);
    }

    private static @Nullable Integer bound(JsonNode slice, int i) {
        return slice.get(i).isNull() ? null : (Integer) slice.get(i).asInt();
    }
}
