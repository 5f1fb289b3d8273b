package org.gradtwin.scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A float64 scalar that remembers what it was computed from. Leaves are made by {@link #of}; operations give new nodes
 * and record themselves on the thread's {@link Tape}; {@link #backward()} gives every node on the way to the leaves its
 * gradient. Leaves add up the gradients of successive graphs until {@link #zeroGrad()}, as PyTorch's do; every other
 * node takes part in one backward pass only.
 *
 * <p>Formulas, kinks and special values are PyTorch's. The data of a leaf must not be changed between the forward and
 * the backward pass of a graph that uses it, because the rules read it again.
 *
 * <p>A node is a thin handle: two nodes are equal if they denote the same scalar of the same graph.
 */
public final class Node extends Elementary {

    Node(Cells cells, int index, int generation) {
        super(cells, index, generation);
    }

    /** A leaf, which receives a gradient. */
    public static Node of(double data) {
        return Recorder.current().leaf(data);
    }

    /** A leaf without a gradient. Whatever is computed from constants alone is a constant too. */
    public static Node constant(double data) {
        return Recorder.current().constant(data);
    }

    /**
     * Replaces the value of a leaf.
     *
     * @throws IllegalStateException if this is no leaf
     */
    public void setData(double data) {
        if (!isLeaf()) {
            throw new IllegalStateException("setData on the result of '" + op() + "': only leaves can be changed");
        }
        cells.value[index] = data;
    }

    /**
     * The gradient: 0 where no backward pass has arrived. After backward it stays readable, of results too.
     *
     * @see #gradient()
     */
    public double grad() {
        checkAlive();
        return cells.grad(index);
    }

    /** The gradient, or empty if no backward pass has arrived here: the root does not depend on this node. */
    public OptionalDouble gradient() {
        return reached() ? OptionalDouble.of(grad()) : OptionalDouble.empty();
    }

    /** Whether a backward pass has arrived here, that is, whether its root depends on this node. */
    public boolean reached() {
        checkAlive();
        return cells.reached(index);
    }

    /**
     * Replaces the gradient of a leaf, for instance with a clipped one.
     *
     * @throws IllegalStateException if this is no leaf with a gradient
     */
    public void setGrad(double grad) {
        if (!(cells instanceof Leaves leaves) || !leaves.requiresGrad) {
            throw new IllegalStateException(
                    "setGrad needs a leaf with a gradient; start a backward pass with backward(cotangent)");
        }
        leaves.grad[index] = grad;
        leaves.reached[index] = true;
    }

    /** Forgets the gradient. A leaf then counts as not reached. */
    public void zeroGrad() {
        checkAlive();
        cells.zeroGrad(index, 1);
    }

    /** Whether this was given rather than computed. */
    public boolean isLeaf() {
        return cells instanceof Leaves;
    }

    /** The gradient of this node with respect to every node that it depends on. */
    public void backward() {
        backward(1);
    }

    /** The same, times {@code cotangent}. */
    public void backward(double cotangent) {
        Sweep.backward(List.of(this), new double[] {cotangent});
    }

    /**
     * The gradient of Σ cotangents[i] · roots[i], in one pass. Roots may depend on each other and may repeat.
     *
     * @throws IllegalArgumentException if there are not as many cotangents as roots
     * @throws IllegalStateException if a root is a constant, or if some node on the way has passed its gradient before;
     *     nothing is changed then
     */
    public static void backward(List<Node> roots, double[] cotangents) {
        if (roots.size() != cotangents.length) {
            throw new IllegalArgumentException(
                    "backward from " + roots.size() + " roots with " + cotangents.length + " cotangents");
        }
        Sweep.backward(List.copyOf(roots), cotangents);
    }

    /** Σ nodes[i], in order; 0 for none. */
    public static Node sum(List<Node> nodes) {
        double y = 0;
        boolean requiresGrad = false;
        for (Node node : nodes) {
            y += node.data();
            requiresGrad |= node.requiresGrad();
        }
        Tape tape = Recorder.current().recordingTape();
        if (tape == null || !requiresGrad) {
            return constant(y);
        }
        int position = tape.append(operands(tape, nodes));
        return new Node(tape, tape.record(Op.SUM, position, nodes.size(), y), tape.generation);
    }

    /** Σ x[i] · w[i]. */
    public static Node dot(List<Node> x, List<Node> w) {
        return weightedSum(x, w, null);
    }

    /**
     * The weighted sum Σ x[i] · w[i] + bias as a single operation. It is fastest, and smallest, when both lists are
     * {@linkplain NodeRun runs}.
     *
     * @throws IllegalArgumentException if the lists differ in size
     */
    public static Node dot(List<Node> x, List<Node> w, Node bias) {
        return weightedSum(x, w, bias);
    }

    private static Node weightedSum(List<Node> x, List<Node> w, @Nullable Node bias) {
        int n = x.size();
        if (n != w.size()) {
            throw new IllegalArgumentException("dot of " + n + " nodes with " + w.size() + " weights");
        }
        if (x instanceof NodeRun xs && w instanceof NodeRun ws) {
            return xs.dotRun(ws, bias);
        }
        double y = 0;
        boolean requiresGrad = bias != null && bias.requiresGrad();
        for (int i = 0; i < n; i++) {
            y += x.get(i).data() * w.get(i).data();
            requiresGrad |= x.get(i).requiresGrad() || w.get(i).requiresGrad();
        }
        y = bias == null ? y : y + bias.data();
        Tape tape = Recorder.current().recordingTape();
        if (tape == null || !requiresGrad) {
            return constant(y);
        }
        long[] left = operands(tape, x);
        long[] right = operands(tape, w);
        int position = tape.append(left);
        tape.append(right);
        tape.append(bias == null ? Operands.NONE : bias.operand(tape));
        return new Node(tape, tape.record(Op.DOT, position, n, y), tape.generation);
    }

    private static long[] operands(Tape tape, List<Node> nodes) {
        long[] operands = new long[nodes.size()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = nodes.get(i).operand(tape);
        }
        return operands;
    }

    /** The name of the operation that computed this node, for drawings: {@code +}, {@code relu}, {@code ** 2}; "" for a leaf. */
    public String op() {
        if (!(cells instanceof Tape tape)) {
            return "";
        }
        checkAlive();
        Op op = tape.op(index);
        return op.label(tape.number(op, index, 0), tape.number(op, index, 1));
    }

    /** The operands, in order; one that was used twice is there twice. Numbers are no nodes. Empty for a leaf. */
    public List<Node> parents() {
        List<Node> parents = new ArrayList<>();
        if (cells instanceof Tape tape) {
            checkAlive();
            Operands.visit(tape, index, (where, from, count) -> {
                for (int i = from; i < from + count; i++) {
                    parents.add(new Node(where, i, where.generation));
                }
            });
        }
        return parents;
    }

    /**
     * The number of edges to children that have not passed their gradient to this node: its uses before backward, and 0
     * after a backward pass from a root that all of them lead to. Counted by looking through this thread's tapes, so it is meant for
     * drawings.
     */
    public int degree() {
        checkAlive();
        int[] degree = {0};
        Recorder.current().forEachTape(tape -> {
            for (int i = 0; i < tape.size; i++) {
                if (!tape.reached(i)) {
                    Operands.visit(tape, i, (where, from, count) -> {
                        if (where == cells && from <= index && index < from + count) {
                            degree[0]++;
                        }
                    });
                }
            }
        });
        return degree[0];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Node node
                && node.cells == cells
                && node.index == index
                && (node.generation == generation || isLeaf());
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(cells) + index;
    }

    /** For instance {@code Node(data=2.0, grad=0.0)}. */
    @Override
    public String toString() {
        return "Node(data=" + data() + ", grad=" + grad() + ")";
    }
}
