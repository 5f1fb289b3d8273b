package org.gradtwin.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** An op applied to values, computed by the matrix engine in a graph that holds nothing else. */
final class Application {
    private static final MatrixEngine ENGINE = new MatrixEngine();

    final Op op;
    final List<@Nullable TapeValue> operands;
    final Attributes attributes;
    /** For each operand, how many others used the value before. */
    final int[] usesBefore;
    /** How many applications of the op came before in the graph. */
    final int callsBefore;

    private final DType dtype;
    private @Nullable Tensor result;
    /** What came from above, null if nothing did. */
    double @Nullable [] cotangent;
    /** What it passes to each operand. */
    double @Nullable [] @Nullable [] parts;

    Application(Op op, List<@Nullable TapeValue> operands, Attributes attributes, int callsBefore, DType dtype) {
        this.op = op;
        this.operands = new ArrayList<>(operands);
        this.attributes = attributes;
        this.callsBefore = callsBefore;
        this.dtype = dtype;
        usesBefore = new int[operands.size()];
        for (int k = 0; k < usesBefore.length; k++) {
            TapeValue operand = operands.get(k);
            usesBefore[k] = operand == null ? 0 : operand.uses++;
        }
    }

    /** Whether it sees what the right engine saw. */
    boolean isRight() {
        return operands.stream().allMatch(operand -> operand == null || operand.right);
    }

    boolean requiresGrad(int operand) {
        TapeValue node = operands.get(operand);
        return node != null && node.requiresGrad;
    }

    Tensor result() {
        if (result == null) {
            throw new IllegalStateException(op.id() + " was not computed yet");
        }
        return result;
    }

    void finish(Tensor value) {
        result = value;
    }

    /** The op with the types of its operands. */
    Call call() {
        List<@Nullable Type> types = new ArrayList<>();
        for (TapeValue operand : operands) {
            types.add(operand == null ? null : new Type(operand.tensor.dtype(), operand.tensor.shape(), false));
        }
        return new Call(op, types, attributes);
    }

    Tensor compute() {
        return run(ENGINE.newGraph(dtype), null).get(0).orElseThrow();
    }

    double @Nullable [][] gradients(double[] from) {
        List<Optional<Tensor>> results = run(ENGINE.newGraph(dtype), from);
        double @Nullable [][] gradients = new double[operands.size()][];
        for (int k = 0; k < gradients.length; k++) {
            gradients[k] = results.get(k + 1).map(Tensor::toDoubles).orElse(null);
        }
        return gradients;
    }

    /** Result, then gradients. */
    private <V> List<Optional<Tensor>> run(Graph<V> graph, double @Nullable [] from) {
        try (graph) {
            List<@Nullable V> leaves = new ArrayList<>();
            for (int k = 0; k < operands.size(); k++) {
                TapeValue operand = operands.get(k);
                leaves.add(operand == null ? null : graph.leaf(operand.tensor, requiresGrad(k)));
            }
            V value = graph.apply(op, leaves, attributes);
            Tensor tensor = graph.value(value);
            List<Optional<Tensor>> results = new ArrayList<>(List.of(Optional.of(tensor)));
            if (from != null) {
                graph.backward(value, Tensor.of(dtype, tensor.shape(), from));
                for (int k = 0; k < leaves.size(); k++) {
                    V leaf = leaves.get(k);
                    results.add(leaf != null && requiresGrad(k) ? graph.gradient(leaf) : Optional.empty());
                }
            }
            return results;
        }
    }
}
