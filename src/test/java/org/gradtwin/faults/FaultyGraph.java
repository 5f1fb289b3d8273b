package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Scatter;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A tape, swept from its end to its beginning; what a fault does to the sweep is here, what it does to an op in its rule. */
final class FaultyGraph implements Graph<Value> {
    private final FaultyEngine engine;
    private final DType dtype;
    private final Accumulation accumulation;
    private final List<Value> tape = new ArrayList<>();

    FaultyGraph(FaultyEngine engine, DType dtype) {
        this.engine = engine;
        this.dtype = dtype;
        this.accumulation = engine.accumulation();
    }

    @Override
    public Value leaf(Tensor value, boolean requiresGrad) {
        return push(value, requiresGrad, null);
    }

    private Value push(Tensor tensor, boolean requiresGrad, @Nullable Call call) {
        Value value = new Value(tensor, requiresGrad, call, tape.size());
        tape.add(value);
        return value;
    }

    @Override
    public Value apply(Op op, List<@Nullable Value> operands, Attributes attributes) {
        Call call = new Call(op, new ArrayList<>(operands), attributes, dtype);
        // A derivative that moves elements moves those of its first operand; the others say where.
        boolean moves = op == Scatter.OP || op == Scatter.BACK;
        boolean requiresGrad = op.isDifferentiable()
                && operands.stream()
                        .limit(moves ? 1 : operands.size())
                        .anyMatch(operand -> operand != null && operand.requiresGrad);
        Tensor result = engine.rule(op).value(call);
        call.finish(result);
        return push(result, requiresGrad, call);
    }

    @Override
    public Tensor value(Value value) {
        return value.tensor;
    }

    @Override
    public void backward(Value root, Tensor cotangent) {
        if (accumulation == Accumulation.STALE_INTERMEDIATES) {
            tape.forEach(this::takeStale);
        }
        root.adjoint = cotangent.toDoubles();
        if (accumulation == Accumulation.STALE_SEED) {
            takeStaleSeed(root);
        }
        if (accumulation == Accumulation.RECURSIVE) {
            recurse(root);
            return;
        }
        for (int position = root.position; position >= 0; position--) {
            Value value = tape.get(position);
            double[] adjoint = value.adjoint;
            if (adjoint != null && value.call != null) {
                pass(value, value.call, adjoint);
            }
        }
        if (accumulation == Accumulation.STALE_INTERMEDIATES) {
            tape.forEach(this::leaveStale);
        }
    }

    private void recurse(Value value) {
        Call call = value.call;
        double[] adjoint = value.adjoint;
        if (call != null && adjoint != null) {
            pass(value, call, adjoint);
            for (Value operand : call.operands) {
                if (operand != null && operand.requiresGrad) {
                    recurse(operand);
                }
            }
        }
    }

    private void pass(Value value, Call call, double[] adjoint) {
        double @Nullable [][] parts = accumulation == Accumulation.CACHED
                ? engine.memory.computeIfAbsent(
                        value.position + call.op.id() + shapes(call), key -> call.gradients(adjoint))
                : engine.rule(call.op).gradients(call, adjoint);
        for (int k = 0; k < parts.length; k++) {
            Value operand = call.operands.get(k);
            double[] part = parts[k];
            if (operand != null && operand.requiresGrad && part != null) {
                accumulate(call, k, operand, part);
            }
        }
    }

    private void accumulate(Call call, int k, Value operand, double[] part) {
        boolean lost = accumulation == Accumulation.SAME_OPERAND_ONCE && call.operands.indexOf(operand) < k
                || accumulation == Accumulation.SECOND_CONSUMER_DROPPED
                        && operand.giver != null
                        && operand.giver != call;
        if (lost) {
            return;
        }
        if (accumulation == Accumulation.OVERWRITE && engine.touches(call.op)) {
            operand.adjoint = null;
        }
        operand.giver = call;
        operand.add(part, dtype);
    }

    private static String shapes(Call call) {
        StringBuilder shapes = new StringBuilder();
        call.operands.forEach(operand -> shapes.append(operand == null ? "-" : operand.tensor.shape()));
        return shapes.toString();
    }

    private static String slot(Value value) {
        return value.position + "" + value.tensor.shape();
    }

    private void takeStale(Value value) {
        double @Nullable [][] left = engine.memory.get(slot(value));
        if (value.call != null && value.requiresGrad && left != null) {
            value.adjoint = left[0];
        }
    }

    private void leaveStale(Value value) {
        if (value.call != null && value.adjoint != null) {
            engine.memory.put(slot(value), new double[][] {value.adjoint});
        }
    }

    private void takeStaleSeed(Value root) {
        String key = root.tensor.shape().toString();
        double @Nullable [][] left = engine.memory.get(key);
        if (left != null && left[0] != null) {
            root.add(left[0], dtype);
        }
        engine.memory.put(key, new double[][] {root.adjoint});
    }

    @Override
    public Optional<Tensor> gradient(Value value) {
        return Optional.ofNullable(value.adjoint).map(adjoint -> value.gradient(adjoint, dtype));
    }
}
