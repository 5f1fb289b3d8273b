package org.gradtwin.adapters;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Scatter;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * An engine that makes a graph first and computes when it is asked for numbers. What it has no rule for is lowered.
 *
 * @param <V> what the engine calls a value
 */
abstract class TensorGraph<V> implements Graph<TensorGraph.Node<V>> {
    /**
     * A value of the engine.
     *
     * @param constant its elements, of indices and masks that were given
     * @param parents what it depends on, as far as that requires a gradient
     */
    record Node<V>(V of, Type type, Tensor constant, List<Node<V>> parents) {
        /** Two values are two, whatever they hold. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /**
     * An op to apply.
     *
     * @param of the operands, null for an optional one that is absent
     * @param types theirs
     * @param constants their elements, null of those that are computed
     * @param at its attributes
     * @param result the shape of the result
     */
    record Applied<V>(List<V> of, List<Type> types, List<Tensor> constants, Attributes at, Shape result) {
        V x() {
            return of.get(0);
        }

        V y() {
            return of.get(1);
        }

        Shape shape(int operand) {
            return types.get(operand).shape();
        }

        int rank() {
            return shape(0).rank();
        }

        /** The attribute {@code dim}, counted from 0. */
        int dim() {
            return shape(0).dimension(at.integer("dim"));
        }

        /** The dimensions that a reduction goes over. */
        int[] dims() {
            return at.dims("dim", shape(0));
        }

        boolean is(String attribute, double value) {
            return at.number(attribute) == value;
        }
    }

    /** What an engine has of an op: null where it lacks these attributes or shapes, which are lowered then. */
    interface Rule<G, V> {
        V apply(G graph, Applied<V> op);
    }

    private final DType dtype;
    private final Map<Node<V>, Tensor> values = new HashMap<>();
    private final Map<Node<V>, Tensor> gradients = new HashMap<>();
    private List<Node<V>> wanted = List.of();
    private List<Node<V>> differentiated = List.of();

    TensorGraph(DType dtype) {
        this.dtype = dtype;
    }

    /** What the engine makes of a tensor. */
    abstract V made(Tensor value, boolean requiresGrad);

    /** What the engine makes of an op, null if it lacks it. */
    abstract V made(String op, Applied<V> applied);

    /** The elements of some values. */
    abstract List<Tensor> run(List<V> values);

    /** The gradients of a root, null where the engine says that it does not depend on the value. */
    abstract List<Tensor> run(V root, Tensor cotangent, List<V> by);

    /** Refuses what is given, or computed, in floating point where indices must be. */
    static void requireIndices(Tensor given) {
        if (given == null) {
            throw new IllegalArgumentException("indices must be of int64");
        }
    }

    @Override
    public Node<V> leaf(Tensor value, boolean requiresGrad) {
        Type type = new Type(value.dtype(), value.shape(), requiresGrad);
        Node<V> leaf = new Node<>(made(value, requiresGrad), type, value.dtype().isFloating() ? null : value, List.of());
        values.put(leaf, value);
        return leaf;
    }

    @Override
    public Node<V> apply(Op op, List<Node<V>> operands, Attributes attributes) {
        List<V> of = new ArrayList<>();
        List<Type> types = new ArrayList<>();
        List<Tensor> constants = new ArrayList<>();
        List<Node<V>> parents = new ArrayList<>();
        for (Node<V> operand : operands) {
            of.add(operand == null ? null : operand.of());
            types.add(operand == null ? null : operand.type());
            constants.add(operand == null ? null : operand.constant());
            if (operand != null && operand.type().requiresGrad() && op.isDifferentiable()) {
                parents.add(operand);
            }
        }
        // What PyTorch refuses is refused here, as for engines of numbers: SameDiff would end its process over some of it.
        Type type = op.checkedType(types, attributes, constants, dtype);
        // Indices have no gradient, and what is picked by them has to be known here; so does what is picked of masks.
        boolean outside = type.dtype() == DType.INT64 || (op.isSelection() && !type.dtype().isFloating());
        V made = outside || op == Scatter.OP
                ? null
                : made(op.id(), new Applied<>(of, types, constants, attributes, type.shape()));
        if (made != null) {
            return new Node<>(made, type, null, parents);
        }
        if (op.isPrimitive()) {
            throw new UnsupportedOpException(op, "the engine has no such op, or not with these attributes");
        }
        return Lowering.apply(this, new Call(op, types, attributes), operands, dtype);
    }

    @Override
    public void plan(List<Node<V>> wanted, Node<V> root, Tensor cotangent, List<Node<V>> gradients) {
        this.wanted = wanted;
        this.differentiated = gradients;
    }

    @Override
    public Tensor value(Node<V> value) {
        if (!values.containsKey(value)) {
            try {
                read(wanted.contains(value) ? wanted : List.of(value));
            } catch (RuntimeException e) {
                read(List.of(value)); // another of them may have failed
            }
        }
        return values.get(value);
    }

    private void read(List<Node<V>> of) {
        List<Tensor> read = run(of.stream().map(Node::of).toList());
        for (int i = 0; i < read.size(); i++) {
            values.put(of.get(i), checked(read.get(i), of.get(i)));
        }
    }

    private static Tensor checked(Tensor given, Node<?> of) {
        if (!given.shape().equals(of.type().shape())) {
            throw new IllegalStateException("the shape is " + given.shape() + ", not " + of.type().shape());
        }
        return given;
    }

    @Override
    public void backward(Node<V> root, Tensor cotangent) {
        Set<Node<V>> reached = reached(root);
        List<Node<V>> of = differentiated.stream().filter(reached::contains).distinct().toList();
        List<Tensor> given = of.isEmpty() ? List.of() : run(root.of(), cotangent, of.stream().map(Node::of).toList());
        for (int i = 0; i < given.size(); i++) {
            // The program has a way there: where the engine says none, as by a floor, there is 0.
            Tensor zeros = Tensor.full(dtype, of.get(i).type().shape(), 0);
            gradients.put(of.get(i), given.get(i) == null ? zeros : given.get(i));
        }
    }

    private Set<Node<V>> reached(Node<V> root) {
        Set<Node<V>> reached = new HashSet<>();
        List<Node<V>> open = new ArrayList<>(List.of(root));
        while (!open.isEmpty()) {
            Node<V> node = open.remove(open.size() - 1);
            if (reached.add(node)) {
                open.addAll(node.parents());
            }
        }
        return reached;
    }

    @Override
    public Optional<Tensor> gradient(Node<V> value) {
        return Optional.ofNullable(gradients.get(value)).map(gradient -> checked(gradient, value));
    }
}
