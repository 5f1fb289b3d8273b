package org.gradtwin.scalar;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that lie next to each other, as a list: the parameters of a layer, the outputs of a layer. The list is a view,
 * its nodes are handles made on demand, and weighted sums over runs need neither handles nor an edge list.
 */
public final class NodeRun extends AbstractList<Node> implements RandomAccess {

    final Cells cells;
    final int from;
    private final int size;
    private final int generation;

    private NodeRun(Cells cells, int from, int size, int generation) {
        this.cells = cells;
        this.from = from;
        this.size = size;
        this.generation = generation;
    }

    /** New leaves with these values. */
    public static NodeRun leaves(double... data) {
        return new NodeRun(new Leaves(Recorder.current(), data.clone(), true), 0, data.length, 0);
    }

    /** New constants with these values. */
    public static NodeRun constants(double... data) {
        return new NodeRun(new Leaves(Recorder.current(), data.clone(), false), 0, data.length, 0);
    }

    /** The nodes as a run: a view if they are one already, copies of them (an operation each) otherwise. */
    public static NodeRun of(List<Node> nodes) {
        if (nodes instanceof NodeRun run) {
            return run;
        }
        if (nodes.isEmpty()) {
            return leaves();
        }
        Node start = nodes.get(0);
        boolean neighbours = true;
        boolean requiresGrad = false;
        double[] data = new double[nodes.size()];
        for (int i = 0; i < data.length; i++) {
            Node node = nodes.get(i);
            neighbours &= node.cells == start.cells && node.index == start.index + i;
            requiresGrad |= node.requiresGrad();
            data[i] = node.data();
        }
        Tape tape = Recorder.current().recordingTape();
        if (neighbours) {
            return new NodeRun(start.cells, start.index, data.length, start.cells.generation);
        } else if (tape == null || !requiresGrad) {
            return new NodeRun(new Leaves(Recorder.current(), data, false), 0, data.length, 0);
        }
        int first = tape.size;
        for (int i = 0; i < data.length; i++) {
            tape.record(Op.COPY, nodes.get(i).operand(tape), 0, data[i]);
        }
        return new NodeRun(tape, first, data.length, tape.generation);
    }

    @Override
    public Node get(int i) {
        return new Node(cells, from + Objects.checkIndex(i, size), generation);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public NodeRun subList(int start, int end) {
        Objects.checkFromToIndex(start, end, size);
        return new NodeRun(cells, from + start, end - start, generation);
    }

    /** A copy of the values. */
    public double[] data() {
        checkAlive();
        return Arrays.copyOfRange(cells.value, from, from + size);
    }

    /** A copy of the gradients, 0 where there is none. */
    public double[] grad() {
        checkAlive();
        double[] grad = new double[size];
        for (int i = 0; i < size; i++) {
            grad[i] = cells.grad(from + i);
        }
        return grad;
    }

    /**
     * Replaces the values of leaves.
     *
     * @throws IllegalArgumentException if there are not as many values as nodes
     * @throws IllegalStateException if the nodes are not leaves
     */
    public void setData(double... data) {
        if (data.length != size) {
            throw new IllegalArgumentException("setData of " + size + " nodes with " + data.length + " values");
        }
        checkLeaves("setData");
        System.arraycopy(data, 0, cells.value, from, size);
    }

    /** Forgets the gradients. */
    public void zeroGrad() {
        checkAlive();
        cells.zeroGrad(from, size);
    }

    /** Works on the numbers of leaves in place. */
    @FunctionalInterface
    public interface Update {
        /** Changes {@code data} (and may change {@code grad}) at {@code from} to {@code to − 1}, and nothing else. */
        void apply(double[] data, double[] grad, int from, int to);
    }

    /**
     * Hands the arrays of values and gradients to {@code update}, without a copy: what an optimizer's step needs.
     *
     * @throws IllegalStateException if the nodes are not leaves with gradients
     */
    public void update(Update update) {
        checkLeaves("update");
        if (!cells.requiresGrad) {
            throw new IllegalStateException("update of constants: they have no gradient");
        }
        update.apply(cells.value, cells.grad, from, from + size);
    }

    private void checkLeaves(String what) {
        if (!(cells instanceof Leaves)) {
            throw new IllegalStateException(what + " of computed nodes: only leaves can be changed");
        }
    }

    void checkAlive() {
        if (size > 0 && generation != cells.generation) {
            cells.checkAlive(from + size - 1, generation);
        }
    }

    /** Σ this[i] · w[i] + bias. */
    Node dotRun(NodeRun w, @Nullable Node bias) {
        double y = dotValue(w) + (bias == null ? 0 : bias.data());
        Tape tape = Recorder.current().recordingTape();
        boolean requiresGrad = cells.requiresGrad || w.cells.requiresGrad || (bias != null && bias.requiresGrad());
        if (tape == null || !requiresGrad) {
            return Node.constant(y);
        }
        long operand = bias == null ? Operands.NONE : bias.operand(tape);
        return new Node(tape, recordDot(tape, w, operand, y), tape.generation);
    }

    private double dotValue(NodeRun w) {
        checkAlive();
        w.checkAlive();
        return Kernels.get().dot(cells.value, from, w.cells.value, w.from, size);
    }

    private int recordDot(Tape tape, NodeRun w, long bias, double y) {
        int position = tape.append(tape.operand(cells, from), tape.operand(w.cells, w.from), bias);
        return tape.record(Op.DOT_RUN, position, size, y);
    }

    /**
     * The affine map of a dense layer, y[j] = Σ x[i] · w[j, i] + b[j]. The parameters lie neuron by neuron, the n
     * weights and then the bias of each; the outputs are a run again.
     *
     * @param parameters outputs · (n + 1) nodes, where n is the size of this run
     * @throws IllegalArgumentException if there are not as many parameters
     */
    public NodeRun affine(NodeRun parameters, int outputs) {
        int stride = size + 1;
        if (parameters.size != outputs * stride) {
            throw new IllegalArgumentException("affine map of " + size + " nodes to " + outputs + " needs "
                    + outputs * stride + " parameters, not " + parameters.size);
        }
        checkAlive();
        parameters.checkAlive();
        double[] y = new double[outputs];
        Kernels kernels = Kernels.get();
        double[] p = parameters.cells.value;
        for (int j = 0; j < outputs; j++) {
            int w = parameters.from + j * stride;
            y[j] = kernels.dot(cells.value, from, p, w, size) + p[w + size];
        }
        Tape tape = Recorder.current().recordingTape();
        if (tape == null || !(cells.requiresGrad || parameters.cells.requiresGrad)) {
            return new NodeRun(new Leaves(Recorder.current(), y, false), 0, outputs, 0);
        }
        int first = tape.size;
        long x = tape.operand(cells, from);
        for (int j = 0; j < outputs; j++) {
            int w = parameters.from + j * stride;
            long weights = tape.operand(parameters.cells, w);
            long bias = tape.operand(parameters.cells, w + size);
            tape.record(Op.DOT_RUN, tape.append(x, weights, bias), size, y[j]);
        }
        return new NodeRun(tape, first, outputs, tape.generation);
    }

    /** {@link Node#relu()} of each node, as a run. */
    public NodeRun relu() {
        return map(Op.RELU, Elementwise::relu);
    }

    /** {@link Node#tanh()} of each node, as a run. */
    public NodeRun tanh() {
        return map(Op.TANH, Math::tanh);
    }

    private NodeRun map(Op op, DoubleUnaryOperator f) {
        checkAlive();
        Tape tape = Recorder.current().recordingTape();
        boolean record = tape != null && cells.requiresGrad;
        double[] y = new double[size];
        for (int i = 0; i < size; i++) {
            y[i] = f.applyAsDouble(cells.value[from + i]);
        }
        if (tape == null || !record) {
            return new NodeRun(new Leaves(Recorder.current(), y, false), 0, size, 0);
        }
        int first = tape.size;
        for (int i = 0; i < size; i++) {
            tape.record(op, tape.operand(cells, from + i), 0, y[i]);
        }
        return new NodeRun(tape, first, size, tape.generation);
    }
}
