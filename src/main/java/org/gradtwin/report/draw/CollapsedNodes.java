package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;
import org.gradtwin.scalar.Node;

/** A graph of nodes with one box for all that are alike, see {@link NodeDrawing#collapsed}. */
final class CollapsedNodes {
    private final Trace trace;
    private final Map<Node, Integer> degrees;
    private final Map<Node, Group> groups = new HashMap<>();
    private final Map<Group, List<Node>> members = new LinkedHashMap<>();

    /**
     * What nodes of one box have in common.
     *
     * @param op "" for leaves
     * @param depth of a result; of a leaf, that of its first use
     * @param name "" for nodes without one
     */
    private record Group(String op, boolean requiresGrad, int depth, String name) {}

    CollapsedNodes(Trace trace, Map<Node, String> names) {
        this.trace = trace;
        degrees = trace.degrees();
        Map<Node, Integer> depths = new HashMap<>();
        // The edges come in the order of their results: those into an operand before those out of it.
        trace.edges()
                .forEach(edge -> depths.merge(edge.result(), depths.getOrDefault(edge.operand(), 0) + 1, Math::max));
        Map<Node, Integer> uses = new HashMap<>();
        trace.edges().forEach(edge -> uses.merge(edge.operand(), depths.getOrDefault(edge.result(), 0), Math::min));
        for (Node node : trace.nodes()) {
            Map<Node, Integer> depth = node.isLeaf() ? uses : depths;
            Group group = new Group(
                    node.op(), node.requiresGrad(), depth.getOrDefault(node, 0), names.getOrDefault(node, ""));
            groups.put(node, group);
            members.computeIfAbsent(group, key -> new ArrayList<>()).add(node);
        }
    }

    GraphDrawing draw() {
        List<DrawnNode> nodes = new ArrayList<>();
        Set<GraphDrawing.Edge> edges = new LinkedHashSet<>();
        Map<Group, String> ids = new HashMap<>();
        members.forEach((group, alike) -> {
            String id = "g" + ids.size();
            ids.put(group, id);
            if (!group.op().isEmpty()) {
                nodes.add(new Juncture(id + "op", group.op() + times(alike.size()), ""));
                edges.add(new GraphDrawing.Edge(id + "op", id));
            }
            nodes.add(new Value(id, fields(group, alike), ""));
        });
        for (Trace.Edge edge : trace.edges()) {
            edges.add(new GraphDrawing.Edge(id(ids, edge.operand()), id(ids, edge.result()) + "op"));
        }
        String description = String.format(
                Locale.ROOT,
                "Computation graph of %d nodes and %d edges in %d boxes of nodes that are alike.",
                trace.nodes().size(),
                trace.edges().size(),
                members.size());
        return new GraphDrawing("Computation graph, collapsed", description, nodes, List.copyOf(edges));
    }

    private String id(Map<Group, String> ids, Node node) {
        return ids.getOrDefault(groups.get(node), "");
    }

    private static String times(int count) {
        return count == 1 ? "" : " ×" + count;
    }

    private List<String> fields(Group group, List<Node> alike) {
        if (alike.size() == 1) {
            return NodeDrawing.fields(alike.get(0), group.name(), degrees);
        }
        String kind = !group.op().isEmpty() ? "nodes" : group.requiresGrad() ? "leaves" : "constants";
        List<String> fields = new ArrayList<>();
        fields.add(String.format(Locale.ROOT, "%,d %s", alike.size(), kind));
        fields.add("data: " + range(alike, Node::data));
        if (group.requiresGrad()) {
            fields.add("grad: " + range(alike, Node::grad));
        }
        return fields;
    }

    private static String range(List<Node> nodes, ToDoubleFunction<Node> number) {
        return TensorText.range(nodes.stream().mapToDouble(number).toArray());
    }
}
