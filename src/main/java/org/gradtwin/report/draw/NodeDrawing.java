package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;
import org.gradtwin.scalar.Node;

/** Draws graphs of the scalar engine: every node with its data, its gradient and its degree. */
public final class NodeDrawing {
    private NodeDrawing() {}

    /** Draws what a root was computed from. */
    public static GraphDrawing of(Node root) {
        return of(root, Map.of());
    }

    /**
     * Draws what a root was computed from.
     *
     * @param names of some nodes, shown as their first field
     * @throws IllegalArgumentException if there are more nodes than can be read
     */
    public static GraphDrawing of(Node root, Map<Node, String> names) {
        Trace trace = Trace.of(root);
        long results = trace.nodes().stream().filter(node -> !node.isLeaf()).count();
        GraphDrawing.requireReadable(Math.toIntExact(trace.nodes().size() + results));
        List<DrawnNode> nodes = new ArrayList<>();
        List<GraphDrawing.Edge> edges = new ArrayList<>();
        Map<Node, String> ids = new HashMap<>();
        Map<Node, Integer> degrees = trace.degrees();
        for (Node node : trace.nodes()) {
            String id = "n" + ids.size();
            ids.put(node, id);
            if (!node.isLeaf()) {
                nodes.add(new Juncture(juncture(id), node.op(), ""));
                edges.add(new GraphDrawing.Edge(juncture(id), id));
            }
            nodes.add(new Value(id, fields(node, names.getOrDefault(node, ""), degrees), ""));
        }
        for (Trace.Edge edge : trace.edges()) {
            edges.add(new GraphDrawing.Edge(id(ids, edge.operand()), juncture(id(ids, edge.result()))));
        }
        String description = String.format(
                Locale.ROOT,
                "Computation graph of %d nodes, %d of them leaves, with data, gradient and degree; the root has data %.3f.",
                trace.nodes().size(),
                trace.nodes().size() - results,
                root.data());
        return new GraphDrawing("Computation graph", description, nodes, edges);
    }

    private static String juncture(String id) {
        return id + "op";
    }

    private static String id(Map<Node, String> ids, Node node) {
        return ids.getOrDefault(node, "");
    }

    /**
     * Draws what a root was computed from, of thousands of nodes too: nodes of one op at one depth, the longest way
     * from a leaf, are one box with the range of their numbers, and so are leaves that are first used at one depth,
     * parameters and constants apart. Of a network of layers that is a box for the parameters of each layer, for its
     * weighted sums and for its activations. Edges between the same boxes are one.
     *
     * @param names of nodes that keep a box of their own
     * @throws IllegalArgumentException if there are more boxes than can be read
     */
    public static GraphDrawing collapsed(Node root, Map<Node, String> names) {
        return new CollapsedNodes(Trace.of(root), names).draw();
    }

    static List<String> fields(Node node, String name, Map<Node, Integer> degrees) {
        List<String> fields = new ArrayList<>();
        if (!name.isEmpty()) {
            fields.add(name);
        }
        fields.add(String.format(Locale.ROOT, "data=%.3f", node.data()));
        fields.add(String.format(Locale.ROOT, "grad=%.4f", node.grad()));
        fields.add("deg=" + degrees.getOrDefault(node, 0));
        return fields;
    }
}
