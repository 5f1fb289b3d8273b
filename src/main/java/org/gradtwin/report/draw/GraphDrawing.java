package org.gradtwin.report.draw;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is drawn of a computation graph, before anything is laid out: values, op junctures, and edges in the direction
 * of evaluation.
 *
 * @param title one line
 * @param description what the drawing shows, for people who do not see it
 */
public record GraphDrawing(String title, String description, List<DrawnNode> nodes, List<Edge> edges) {
    /** More nodes than this are not readable. */
    public static final int LARGEST = 500;

    /** From a node's id to another's. */
    public record Edge(String from, String to) {}

    /**
     * Immutable copies.
     *
     * @throws IllegalArgumentException for more than {@link #LARGEST} nodes, two nodes of one id, or an edge to nowhere
     */
    public GraphDrawing {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
        requireReadable(nodes.size());
        Set<String> ids = new HashSet<>();
        for (DrawnNode node : nodes) {
            if (!ids.add(node.id())) {
                throw new IllegalArgumentException("two nodes have the id '" + node.id() + "'");
            }
        }
        for (Edge edge : edges) {
            if (!ids.contains(edge.from()) || !ids.contains(edge.to())) {
                throw new IllegalArgumentException("edge from '" + edge.from() + "' to '" + edge.to()
                        + "': there are no such nodes among " + nodes.size());
            }
        }
    }

    static void requireReadable(int nodes) {
        if (nodes > LARGEST) {
            throw new IllegalArgumentException("a drawing of " + nodes + " nodes, op junctures included, but at most "
                    + LARGEST + " can be read: collapse it, draw a smaller one, or start from an earlier node");
        }
    }

    /**
     * This drawing with a value marked in words, for instance {@code first off}.
     *
     * @throws IllegalArgumentException if no value has that id
     */
    public GraphDrawing marked(String id, String mark) {
        boolean known = nodes.stream()
                .anyMatch(node -> node instanceof DrawnNode.Value && node.id().equals(id));
        if (!known) {
            throw new IllegalArgumentException("mark '" + mark + "': no value '" + id + "' is drawn");
        }
        List<DrawnNode> marked = nodes.stream()
                .map(node -> node instanceof DrawnNode.Value value && value.id().equals(id) ? value.marked(mark) : node)
                .toList();
        return new GraphDrawing(title, description, marked, edges);
    }

    /** The drawing in Graphviz's language. */
    public String toDot() {
        return new DotWriter(this).text();
    }

    /** The drawing as a self-contained SVG document, from left to right. */
    public String toSvg() {
        return new SvgWriter(this, Layout.of(this)).text();
    }
}
