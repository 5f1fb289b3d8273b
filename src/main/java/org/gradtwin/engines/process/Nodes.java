package org.gradtwin.engines.process;

import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.jspecify.annotations.Nullable;
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
}
