package org.gradtwin.report.draw;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gradtwin.scalar.Node;

/**
 * Every node that a root was computed from, each once, and every edge between them.
 *
 * @param nodes in evaluation order, operands before results; the root is last
 * @param edges from operand to result, in the order of the results; an operand that was used twice has two edges
 */
public record Trace(List<Node> nodes, List<Edge> edges) {
    /** One use of an operand. */
    public record Edge(Node operand, Node result) {}

    /** A node whose operands are being visited. */
    private record Visit(Node node, Iterator<Node> operands) {
        Visit(Node node) {
            this(node, node.parents().iterator());
        }
    }

    /** Immutable copies. */
    public Trace {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** Walks back from the root; a chain of any length is fine. */
    public static Trace of(Node root) {
        List<Node> nodes = new ArrayList<>();
        Set<Node> seen = new HashSet<>();
        Deque<Visit> path = new ArrayDeque<>();
        seen.add(root);
        path.push(new Visit(root));
        while (!path.isEmpty()) {
            Visit visit = path.element();
            if (visit.operands().hasNext()) {
                Node operand = visit.operands().next();
                if (seen.add(operand)) {
                    path.push(new Visit(operand));
                }
            } else {
                nodes.add(visit.node());
                path.pop();
            }
        }
        List<Edge> edges = new ArrayList<>();
        for (Node node : nodes) {
            node.parents().forEach(operand -> edges.add(new Edge(operand, node)));
        }
        return new Trace(nodes, edges);
    }

    /**
     * How many uses of each node have not passed their gradient to it: all of them before backward, none after it. Those that
     * do not lead to the root are not on the way, and do not count.
     */
    public Map<Node, Integer> degrees() {
        Map<Node, Integer> degrees = new HashMap<>();
        nodes.forEach(node -> degrees.put(node, 0));
        for (Edge edge : edges) {
            degrees.merge(edge.operand(), edge.result().reached() ? 0 : 1, Integer::sum);
        }
        return degrees;
    }
}
