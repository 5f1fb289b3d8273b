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

    final Block block;
    final int from;
    private final int size;

    private NodeRun(Block block, int from, int size) {
        this.block = block;
        this.from = from;
        this.size = size;
    }

    private NodeRun(Block block) {
        this(block, 0, block.data.length);
    }

    /** New leaves with these values. */
    public static NodeRun leaves(double... data) {
        return new NodeRun(new Block(data.clone(), true));
    }

    /** New constants with these values. */
    public static NodeRun constants(double... data) {
        return new NodeRun(new Block(data.clone(), false));
    }

    /** The nodes as a run: a view if they are part of one, otherwise with the values that they have now. */
    public static NodeRun of(List<Node> nodes) {
        if (nodes instanceof NodeRun run) {
            return run;
        }
        double[] data = new double[nodes.size()];
        boolean neighbours = data.length > 0;
        boolean requiresGrad = false;
        for (int i = 0; i < data.length; i++) {
            Node node = nodes.get(i);
            data[i] = node.data();
            requiresGrad |= node.requiresGrad();
            neighbours &=
                    nodes.get(0) instanceof Element first && node.equals(new Element(first.block, first.index + i));
        }
        if (neighbours && nodes.get(0) instanceof Element first) {
            return new NodeRun(first.block, first.index, data.length);
        }
        return result(requiresGrad, Operation.COPY, data, List.copyOf(nodes), null);
    }

    private static NodeRun result(
            boolean requiresGrad, Operation operation, double[] data, List<Node> inputs, @Nullable NodeRun parameters) {
        boolean records = requiresGrad && !NoGrad.isOpen();
        return new NodeRun(records ? new Block(operation, data, inputs, parameters) : new Block(data, false));
    }

    @Override
    public Node get(int i) {
        return block.node(from + Objects.checkIndex(i, size));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public NodeRun subList(int start, int end) {
        Objects.checkFromToIndex(start, end, size);
        return new NodeRun(block, from + start, end - start);
    }

    /** A copy of the values. */
    public double[] data() {
        return Arrays.copyOfRange(block.data, from, from + size);
    }

    /** A copy of the gradients, 0 where there is none. */
    public double[] grad() {
        double[] grad = new double[size];
        if (block.requiresGrad) {
            System.arraycopy(block.grad, from, grad, 0, size);
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
        System.arraycopy(data, 0, block.data, from, size);
    }

    /** Forgets the gradients. */
    public void zeroGrad() {
        block.zeroGrad(from, size);
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
        if (!block.requiresGrad) {
            throw new IllegalStateException("update of constants: they have no gradient");
        }
        update.apply(block.data, block.grad, from, from + size);
    }

    private void checkLeaves(String what) {
        if (!block.operation.isGiven()) {
            throw new IllegalStateException(what + " of computed nodes: only leaves can be changed");
        }
    }

    boolean requiresGrad() {
        return block.requiresGrad;
    }

    /** Σ this[i] · w[i]. */
    double dot(NodeRun w) {
        return Loops.get().dot(block.data, from, w.block.data, w.from, size);
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
        double[] y = new double[outputs];
        for (int j = 0; j < outputs; j++) {
            NodeRun weights = parameters.subList(j * stride, j * stride + size);
            y[j] = dot(weights) + parameters.block.data[weights.from + size];
        }
        boolean requiresGrad = block.requiresGrad || parameters.block.requiresGrad;
        return result(requiresGrad, Operation.DOT, y, this, parameters);
    }

    /** {@link Node#relu()} of each node, as a run. */
    public NodeRun relu() {
        return map(Operation.RELU, Rules::relu);
    }

    /** {@link Node#tanh()} of each node, as a run. */
    public NodeRun tanh() {
        return map(Operation.TANH, Math::tanh);
    }

    private NodeRun map(Operation operation, DoubleUnaryOperator f) {
        double[] y = Arrays.stream(block.data, from, from + size).map(f).toArray();
        return result(block.requiresGrad, operation, y, this, null);
    }
}
