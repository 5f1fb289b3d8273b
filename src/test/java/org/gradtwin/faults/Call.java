package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One application of an op. Done right it is the matrix engine's, in a graph that holds nothing else; faults replace the
 * value, or the gradients that it passes to its operands.
 */
final class Call {
    final Op op;
    final List<@Nullable Value> operands;
    final Attributes attributes;
    final DType dtype;
    private @Nullable Tensor result;

    Call(Op op, List<@Nullable Value> operands, Attributes attributes, DType dtype) {
        this.op = op;
        this.operands = operands;
        this.attributes = attributes;
        this.dtype = dtype;
    }

    /** The value, done right. */
    Tensor compute() {
        return compute(tensors());
    }

    /** The value for other operands, done right. */
    Tensor compute(List<@Nullable Tensor> tensors) {
        return run(new MatrixEngine().newGraph(dtype), tensors, null).get(0).orElseThrow();
    }

    /** The gradients of the operands, done right; null where there is none. */
    double @Nullable [][] gradients(double[] cotangent) {
        return gradients(cotangent, tensors());
    }

    /** The same for other operands. */
    double @Nullable [][] gradients(double[] cotangent, List<@Nullable Tensor> tensors) {
        List<Optional<Tensor>> results = run(new MatrixEngine().newGraph(dtype), tensors, cotangent);
        double @Nullable [][] gradients = new double[operands.size()][];
        for (int k = 0; k < gradients.length; k++) {
            gradients[k] = results.get(k + 1).map(Tensor::toDoubles).orElse(null);
        }
        return gradients;
    }

    /** Result, then gradients. */
    private <V> List<Optional<Tensor>> run(
            Graph<V> graph, List<@Nullable Tensor> tensors, double @Nullable [] cotangent) {
        try (graph) {
            List<@Nullable V> leaves = new ArrayList<>();
            for (int k = 0; k < tensors.size(); k++) {
                Tensor tensor = tensors.get(k);
                leaves.add(tensor == null ? null : graph.leaf(tensor, requiresGrad(k)));
            }
            V value = graph.apply(op, leaves, attributes);
            Tensor tensor = graph.value(value);
            List<Optional<Tensor>> results = new ArrayList<>(List.of(Optional.of(tensor)));
            if (cotangent != null) {
                graph.backward(value, Tensor.of(dtype, tensor.shape(), cotangent));
                for (int k = 0; k < leaves.size(); k++) {
                    V leaf = leaves.get(k);
                    results.add(leaf != null && requiresGrad(k) ? graph.gradient(leaf) : Optional.empty());
                }
            }
            return results;
        }
    }

    List<@Nullable Tensor> tensors() {
        List<@Nullable Tensor> tensors = new ArrayList<>();
        for (Value operand : operands) {
            tensors.add(operand == null ? null : operand.tensor);
        }
        return tensors;
    }

    /** The op with the types of its operands. */
    org.gradtwin.language.Call language() {
        List<@Nullable Type> types = new ArrayList<>();
        for (Tensor tensor : tensors()) {
            types.add(tensor == null ? null : new Type(tensor.dtype(), tensor.shape(), false));
        }
        return new org.gradtwin.language.Call(op, types, attributes);
    }

    void finish(Tensor value) {
        result = value;
    }

    boolean has(int operand) {
        return operand < operands.size() && operands.get(operand) != null;
    }

    boolean requiresGrad(int operand) {
        Value value = operands.get(operand);
        return value != null && value.requiresGrad;
    }

    /** An operand that is there. */
    Value operand(int operand) {
        Value value = operands.get(operand);
        if (value == null) {
            throw new IllegalArgumentException("operand " + operand + " is missing");
        }
        return value;
    }

    double[] x(int operand) {
        return operand(operand).tensor.toDoubles();
    }

    Shape shape(int operand) {
        return operand(operand).tensor.shape();
    }

    /** The result as it was computed. */
    Tensor result() {
        if (result == null) {
            throw new IllegalStateException(op.id() + " was not computed yet");
        }
        return result;
    }

    double[] y() {
        return result().toDoubles();
    }

    /** A tensor of the result's type. */
    Tensor tensor(Shape shape, double... values) {
        return Tensor.of(dtype, shape, values);
    }

    /** Sums a gradient of the result's shape over the elements that an operand was broadcast to. */
    double[] reduced(int operand, double[] full) {
        double[] sums = new double[shape(operand).size()];
        int[] sources = shape(operand).broadcastSources(result().shape());
        for (int i = 0; i < full.length; i++) {
            sums[sources[i]] += full[i];
        }
        return sums;
    }

    /** An operand's elements, repeated to the result's shape. */
    double[] broadcast(int operand) {
        double[] x = x(operand);
        int[] sources = shape(operand).broadcastSources(result().shape());
        double[] full = new double[sources.length];
        for (int i = 0; i < full.length; i++) {
            full[i] = x[sources[i]];
        }
        return full;
    }
}
