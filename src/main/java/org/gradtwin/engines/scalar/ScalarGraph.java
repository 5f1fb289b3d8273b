package org.gradtwin.engines.scalar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Type;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A graph of scalar nodes, with the tensors remembered that they make up. Dependence is a matter of tensors, as in
 * PyTorch: a tensor of which one element is used has a gradient, with zeros elsewhere.
 */
final class ScalarGraph implements Graph<ScalarValue> {
    @Override
    public ScalarValue leaf(Tensor value, boolean requiresGrad) {
        if (!value.dtype().isFloating()) {
            return ScalarValue.constant(value);
        }
        double[] data = value.toDoubles();
        NodeRun nodes = requiresGrad ? NodeRun.leaves(data) : NodeRun.constants(data);
        return ScalarValue.leaf(new NodeTensor(value.shape(), nodes), requiresGrad);
    }

    @Override
    public ScalarValue apply(Op op, List<@Nullable ScalarValue> operands, Attributes attributes) {
        List<@Nullable Type> types = new ArrayList<>();
        List<@Nullable Tensor> constants = new ArrayList<>();
        for (ScalarValue operand : operands) {
            types.add(operand == null ? null : operand.type());
            constants.add(operand == null ? null : operand.constant());
        }
        Shape result =
                op.checkedType(types, attributes, constants, DType.FLOAT64).shape();
        ScalarCall call = new ScalarCall(op, operands, attributes, result);
        Function<ScalarCall, ScalarValue> rule = ScalarRules.of(call);
        Call typed = new Call(op, types, attributes);
        if (op.isSelection() && (rule == null || (operands.get(0) != null && constants.get(0) != null))) {
            return ScalarSelection.selection(call, Lowering.sources(this, typed, operands));
        }
        return rule == null ? Lowering.apply(this, typed, operands, DType.FLOAT64) : rule.apply(call);
    }

    /** A copy, node by node: only what is computed from the copy counts for its gradient, and constants get one too. */
    @Override
    public ScalarValue retainGrad(ScalarValue value) {
        NodeTensor nodes = value.nodes();
        List<Node> copies = new ArrayList<>(nodes.nodes().size());
        for (Node node : nodes.nodes()) {
            // x − 0 keeps −0; x + 0 would not.
            copies.add(node.requiresGrad() ? node.minus(0) : Node.of(node.data()));
        }
        return ScalarValue.computed(new NodeTensor(nodes.shape(), copies), List.of(value));
    }

    @Override
    public Tensor value(ScalarValue value) {
        Tensor constant = value.constant();
        return constant == null ? value.nodes().values() : constant;
    }

    /**
     * Besides the root's nodes, all nodes of all tensors that the root depends on are roots with a gradient of zero: an
     * element that is not used passes 0 on, as in PyTorch, and not nothing, which differs where 0 meets an infinity.
     */
    @Override
    public void backward(ScalarValue root, Tensor cotangent) {
        List<Node> roots = new ArrayList<>();
        double[] own = new double[cotangent.size()];
        for (int i = 0; i < cotangent.size(); i++) {
            own[roots.size()] = cotangent.get(i);
            add(roots, root.nodes().get(i));
        }
        int given = roots.size();
        for (ScalarValue value : reach(root)) {
            for (Node node : value.nodes().nodes()) {
                add(roots, node);
            }
        }
        if (!roots.isEmpty()) {
            double[] cotangents = new double[roots.size()];
            System.arraycopy(own, 0, cotangents, 0, given);
            Node.backward(roots, cotangents);
        }
    }

    private static void add(List<Node> roots, Node node) {
        if (node.requiresGrad()) {
            roots.add(node);
        }
    }

    private static List<ScalarValue> reach(ScalarValue root) {
        List<ScalarValue> reached = new ArrayList<>();
        Deque<ScalarValue> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            ScalarValue value = open.pop();
            if (!value.reached() && value.requiresGrad()) {
                value.reach();
                reached.add(value);
                value.parents().forEach(open::push);
            }
        }
        return reached;
    }

    @Override
    public Optional<Tensor> gradient(ScalarValue value) {
        if (!value.reached()) {
            return Optional.empty();
        }
        return Optional.of(value.nodes().tensor(Node::grad));
    }

    @Override
    public void close() {}
}
