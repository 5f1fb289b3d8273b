package org.gradtwin.scalar;

import java.util.Arrays;
import java.util.List;

/**
 * One backward pass. A depth-first walk with a stack of its own puts everything that the roots depend on in order; in the
 * reverse of that order every gradient is complete when its vertex passes it on. Whether a vertex passes depends on the
 * structure alone, never on a gradient being zero: 0 · ∞ is NaN here as in PyTorch.
 */
final class Sweep {

    private Vertex[] stack = new Vertex[16];
    private int depth;
    private Vertex[] order = new Vertex[16];
    private int count;

    private Sweep() {}

    /** Sends {@code cotangents} backward from {@code roots}, all at once. */
    static void backward(List<Node> roots, double[] cotangents) {
        for (Node root : roots) {
            if (!root.requiresGrad()) {
                throw new IllegalStateException(
                        "backward from a constant: it depends on no leaf, or was computed within NoGrad");
            }
        }
        Sweep sweep = new Sweep();
        sweep.order(roots);
        for (int i = 0; i < cotangents.length; i++) {
            Vertex.give(roots.get(i), cotangents[i]);
        }
        for (int i = sweep.count - 1; i >= 0; i--) {
            Vertex vertex = sweep.order[i];
            if (vertex.state == Vertex.GIVEN) {
                vertex.state = Vertex.PASSED;
                vertex.pass();
            } else { // only other elements of a block that refers to it are on the way
                vertex.state = Vertex.NEW;
            }
        }
    }

    private void order(List<Node> roots) {
        boolean complete = false;
        try {
            for (Node root : roots) {
                meet(root);
                walk();
            }
            complete = true;
        } finally {
            if (!complete) {
                restore(stack, depth);
                restore(order, count);
            }
        }
    }

    private static void restore(Vertex[] vertices, int n) {
        for (int i = 0; i < n; i++) {
            vertices[i].state = Vertex.NEW;
        }
    }

    private void walk() {
        while (depth > 0) {
            int before = depth;
            Vertex top = stack[depth - 1];
            if (top.state == Vertex.NEW) {
                top.state = Vertex.OPEN;
                top.meetInputs(this);
            }
            if (depth == before) {
                depth--;
                if (top.state == Vertex.OPEN) {
                    top.state = Vertex.ORDERED;
                    if (count == order.length) {
                        order = grown(order);
                    }
                    order[count++] = top;
                }
            }
        }
    }

    void meet(Node node) {
        meet(node instanceof Element element ? element.block : node);
    }

    void meet(List<Node> nodes) {
        if (nodes instanceof NodeRun run) {
            meet(run.block);
        } else {
            nodes.forEach(this::meet);
        }
    }

    private void meet(Vertex vertex) {
        if (vertex.state == Vertex.NEW) {
            if (depth == stack.length) {
                stack = grown(stack);
            }
            stack[depth++] = vertex;
        } else if (vertex.state == Vertex.PASSED) {
            throw new IllegalStateException("backward through a graph that was already sent backward: node '"
                    + vertex.op() + "' has passed its gradient on. Build the graph again, or send several gradients in"
                    + " one pass with Node.backward(roots, cotangents)");
        }
    }

    private static Vertex[] grown(Vertex[] vertices) {
        return Arrays.copyOf(vertices, 2 * vertices.length);
    }
}
