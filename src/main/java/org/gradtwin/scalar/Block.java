package org.gradtwin.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scalars next to each other, 17 bytes each with a gradient, 8 without: leaves, or what one operation computed, which
 * passes their gradients on at once.
 */
final class Block extends Vertex {

    final Operation operation;
    final boolean requiresGrad;
    final double[] data;
    /** Empty without gradients. */
    final double[] grad;
    /** Where a gradient has arrived; empty without gradients. */
    final boolean[] reached;

    /** What it was computed from: the copied nodes, the arguments of a function, the inputs of a layer. */
    private final List<Node> inputs;
    /** The parameters of a layer: for each output its weights, and then its bias. */
    private final @Nullable NodeRun parameters;

    /** Leaves. */
    Block(double[] data, boolean requiresGrad) {
        this(requiresGrad ? Operation.LEAF : Operation.CONSTANT, data, List.of(), null);
        state = LEAF;
    }

    /** Results. */
    Block(Operation operation, double[] data, List<Node> inputs, @Nullable NodeRun parameters) {
        this.operation = operation;
        this.requiresGrad = operation != Operation.CONSTANT;
        this.data = data;
        this.grad = new double[requiresGrad ? data.length : 0];
        this.reached = new boolean[grad.length];
        this.inputs = inputs;
        this.parameters = parameters;
    }

    @Override
    String op() {
        return operation.label(List.of());
    }

    Node node(int index) {
        return operation == Operation.COPY ? inputs.get(index) : new Element(this, index);
    }

    /** What element {@code index} was computed from. */
    List<Node> operands(int index) {
        if (parameters == null) {
            return operation.isGiven() ? List.of() : List.of(inputs.get(index));
        }
        List<Node> operands = new ArrayList<>(inputs);
        int stride = inputs.size() + 1;
        operands.addAll(parameters.subList(index * stride, (index + 1) * stride));
        return operands;
    }

    void give(int index, double g) {
        if (requiresGrad) {
            grad[index] += g;
            reached[index] = true;
            state = GIVEN;
        }
    }

    private void reach(int from, int n) {
        if (requiresGrad) {
            Arrays.fill(reached, from, from + n, true);
            state = GIVEN;
        }
    }

    void zeroGrad(int from, int n) {
        if (requiresGrad) {
            Arrays.fill(grad, from, from + n, 0);
            if (operation == Operation.LEAF) {
                Arrays.fill(reached, from, from + n, false);
            }
        }
    }

    @Override
    void meetInputs(Sweep sweep) {
        sweep.meet(inputs);
        if (parameters != null) {
            sweep.meet(parameters);
        }
    }

    @Override
    void pass() {
        if (inputs instanceof NodeRun x && parameters != null) {
            passDot(x, parameters);
        } else {
            for (int i = 0; i < data.length; i++) {
                if (reached[i]) {
                    passElement(i);
                }
            }
        }
    }

    private void passElement(int i) {
        if (inputs instanceof NodeRun x) {
            x.block.give(x.from + i, Rules.gradient(operation, grad[i], x.block.data[x.from + i], data[i]));
        } else {
            give(inputs.get(i), grad[i]);
        }
    }

    private void passDot(NodeRun run, NodeRun weights) {
        Block x = run.block;
        Block w = weights.block;
        int n = run.size();
        Loops loops = Loops.get();
        x.reach(run.from, n);
        for (int j = 0; j < data.length; j++) {
            if (!reached[j]) {
                continue;
            }
            int from = weights.from + j * (n + 1);
            w.reach(from, n);
            if (x.requiresGrad && w.requiresGrad && x != w) {
                loops.dotGradient(grad[j], x.data, x.grad, run.from, w.data, w.grad, from, n);
            } else {
                if (x.requiresGrad) {
                    loops.axpy(grad[j], w.data, from, x.grad, run.from, n);
                }
                if (w.requiresGrad) {
                    loops.axpy(grad[j], x.data, run.from, w.grad, from, n);
                }
            }
            w.give(from + n, grad[j]);
        }
    }
}
