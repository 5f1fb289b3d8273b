package org.gradtwin.engines.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
import org.jspecify.annotations.Nullable;

/** The values of ops in 50 digits, without a memory of what was computed: what definitions are lowered to. */
final class ExactArithmetic implements Graph<Exact> {
    private final DType dtype;

    ExactArithmetic(DType dtype) {
        this.dtype = dtype;
    }

    @Override
    public Exact leaf(Tensor value, boolean requiresGrad) {
        return Exact.of(value);
    }

    @Override
    public Exact apply(Op op, List<@Nullable Exact> operands, Attributes attributes) {
        List<@Nullable Type> types = new ArrayList<>();
        List<@Nullable Tensor> plain = new ArrayList<>();
        for (Exact operand : operands) {
            Tensor tensor = operand == null ? null : operand.plain();
            types.add(
                    operand == null ? null : new Type(tensor == null ? dtype : tensor.dtype(), operand.shape(), false));
            plain.add(tensor);
        }
        Call call = new Call(op, types, attributes);
        op.requireIndices(types, attributes, plain);
        Function<ExactCall, Exact> rule = ExactRules.of(op);
        if (rule != null) {
            return rule.apply(new ExactCall(call, operands, op.shape(types, attributes)));
        }
        if (op == Scatter.OP) {
            return scattered(call, operands);
        }
        if (op.isSelection()) {
            return selected(call, operands);
        }
        if (op.isPrimitive()) {
            throw new UnsupportedOpException(op, "the exact engine has no rule for it yet");
        }
        return Lowering.apply(this, call, operands, dtype);
    }

    private Exact selected(Call call, List<@Nullable Exact> operands) {
        int[] sources = Lowering.sources(this, call, operands);
        Shape result = call.op().shape(call.operands(), call.attributes());
        double fill = call.op().movement().fill(call.attributes());
        List<Real> elements = new ArrayList<>();
        for (int operand : call.op().selectedFrom(operands)) {
            Exact from = operands.get(operand);
            Tensor plain = from == null ? null : from.plain();
            if (plain != null) {
                return Exact.of(plain.pick(result, fill, sources));
            }
            elements.addAll(from == null ? List.of() : List.of(from.reals()));
        }
        Real[] picked = new Real[sources.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = sources[i] < 0 ? Real.of(fill) : elements.get(sources[i]);
        }
        return Exact.of(result, picked);
    }

    private Exact scattered(Call call, List<@Nullable Exact> operands) {
        List<@Nullable Tensor> values = new ArrayList<>();
        operands.forEach(operand -> values.add(operand == null ? null : value(operand)));
        int[] targets = Scatter.targets(call, values);
        Shape result = call.op().shape(call.operands(), call.attributes());
        Real[] sums = new Real[result.size()];
        Exact gradient = operands.get(0);
        for (int i = 0; gradient != null && i < targets.length; i++) {
            if (targets[i] >= 0) {
                Real before = sums[targets[i]];
                sums[targets[i]] = before == null ? gradient.reals()[i] : before.plus(gradient.reals()[i]);
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i] == null ? Real.ZERO : sums[i];
        }
        return Exact.of(result, sums);
    }

    @Override
    public Tensor value(Exact value) {
        return value.tensor(DType.FLOAT64);
    }

    @Override
    public void backward(Exact root, Tensor cotangent) {
        throw new UnsupportedOperationException("values alone");
    }

    @Override
    public Optional<Tensor> gradient(Exact value) {
        throw new UnsupportedOperationException("values alone");
    }
}
