package org.gradtwin.engines.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Type;
import org.gradtwin.matrix.Matrix;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A graph of the matrix engine, whose values all keep their gradients. */
final class MatrixGraph implements Graph<MatrixGraph.Value> {
    private final DType dtype;
    private final org.gradtwin.matrix.Graph graph;

    MatrixGraph(DType dtype, Precision precision, Kernels kernels) {
        this.dtype = dtype;
        this.graph = new org.gradtwin.matrix.Graph(precision, kernels);
    }

    /** A matrix, or a tensor of another type. */
    sealed interface Value {
        /** A floating-point value of the engine. */
        record Floating(Matrix matrix) implements Value {}

        /** Indices or a mask, which stay outside of the engine. */
        record Plain(Tensor tensor) implements Value {}
    }

    @Override
    public Value leaf(Tensor value, boolean requiresGrad) {
        return value.dtype().isFloating()
                ? new Value.Floating(graph.leaf(value.shape(), value.toDoubles(), requiresGrad))
                : new Value.Plain(value);
    }

    @Override
    public Value apply(Op op, List<@Nullable Value> operands, Attributes attributes) {
        List<@Nullable Type> types = new ArrayList<>();
        List<@Nullable Tensor> constants = new ArrayList<>();
        for (Value operand : operands) {
            types.add(operand == null ? null : type(operand));
            constants.add(operand instanceof Value.Plain plain ? plain.tensor() : null);
        }
        Shape result = op.checkedType(types, attributes, constants, dtype).shape();
        Call typed = new Call(op, types, attributes);
        Function<MatrixCall, Value> rule = MatrixRules.of(typed);
        MatrixCall call = new MatrixCall(op, operands, attributes, result);
        if (op.isSelection() && (rule == null || operands.get(0) instanceof Value.Plain)) {
            return call.selection(Lowering.sources(this, typed, operands));
        }
        return rule == null ? Lowering.apply(this, typed, operands, dtype) : rule.apply(call);
    }

    private Type type(Value value) {
        if (value instanceof Value.Floating floating) {
            Matrix matrix = floating.matrix();
            return new Type(dtype, matrix.shape(), matrix.requiresGrad());
        }
        Tensor tensor = ((Value.Plain) value).tensor();
        return new Type(tensor.dtype(), tensor.shape(), false);
    }

    @Override
    public Tensor value(Value value) {
        if (value instanceof Value.Floating floating) {
            Matrix matrix = floating.matrix();
            return Tensor.of(dtype, matrix.shape(), matrix.values());
        }
        return ((Value.Plain) value).tensor();
    }

    @Override
    public void backward(Value root, Tensor cotangent) {
        floating(root).backward(cotangent.toDoubles());
    }

    @Override
    public Optional<Tensor> gradient(Value value) {
        Matrix matrix = floating(value);
        double[] gradient = matrix.grad();
        return gradient == null ? Optional.empty() : Optional.of(Tensor.of(dtype, matrix.shape(), gradient));
    }

    /** The matrix that an operand must be. */
    static Matrix floating(Value value) {
        if (value instanceof Value.Floating floating) {
            return floating.matrix();
        }
        throw new IllegalArgumentException(
                ((Value.Plain) value).tensor().dtype().torchName() + " stands where a floating-point tensor is needed");
    }
}
