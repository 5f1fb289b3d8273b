package org.gradtwin.adapters;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.analysis.differentiation.SparseGradient;
import org.gradtwin.engines.scalar.ScalarEngineAdapter;

/** Apache Commons Math 3: forward mode, each number carries its derivatives by all leaves. */
public final class CommonsMath extends ScalarEngineAdapter<CommonsMath.Number> {
    /** A number, and which leaf it is. */
    record Number(SparseGradient of, int leaf) {}

    private static final Map<String, Function<List<Number>, Number>> OPS = Map.ofEntries(
            two("add", SparseGradient::add),
            two("sub", SparseGradient::subtract),
            two("mul", SparseGradient::multiply),
            two("div", SparseGradient::divide),
            two("pow_tensor", SparseGradient::pow),
            two("atan2", (a, b) -> a.atan2(b)),
            two("hypot", (a, b) -> a.hypot(b)),
            one("neg", SparseGradient::negate),
            one("reciprocal", SparseGradient::reciprocal),
            one("abs", SparseGradient::abs),
            one("sqrt", SparseGradient::sqrt),
            one("exp", SparseGradient::exp),
            one("expm1", SparseGradient::expm1),
            one("log", SparseGradient::log),
            one("log10", SparseGradient::log10),
            one("log1p", SparseGradient::log1p),
            one("sin", SparseGradient::sin),
            one("cos", SparseGradient::cos),
            one("tan", SparseGradient::tan),
            one("asin", SparseGradient::asin),
            one("acos", SparseGradient::acos),
            one("atan", SparseGradient::atan),
            one("sinh", SparseGradient::sinh),
            one("cosh", SparseGradient::cosh),
            one("tanh", SparseGradient::tanh),
            one("asinh", SparseGradient::asinh),
            one("acosh", SparseGradient::acosh),
            one("atanh", SparseGradient::atanh));

    private int leaves;
    private SparseGradient root = SparseGradient.createConstant(0);

    /** The engine. */
    public CommonsMath() {
        super(OPS);
    }

    private static Map.Entry<String, Function<List<Number>, Number>> one(
            String id, UnaryOperator<SparseGradient> function) {
        return entry(id, x -> new Number(function.apply(x.get(0).of()), -1));
    }

    private static Map.Entry<String, Function<List<Number>, Number>> two(
            String id, BinaryOperator<SparseGradient> function) {
        return entry(id, x -> new Number(function.apply(x.get(0).of(), x.get(1).of()), -1));
    }

    @Override
    public String name() {
        return "commons-math";
    }

    @Override
    public String description() {
        return Jar.name(SparseGradient.class);
    }

    @Override
    protected boolean intermediateGradients() {
        return false;
    }

    @Override
    protected Number leaf(double value, boolean requiresGrad) {
        return requiresGrad
                ? new Number(SparseGradient.createVariable(leaves, value), leaves++)
                : new Number(SparseGradient.createConstant(value), -1);
    }

    @Override
    protected Number pow(Number x, double exponent) {
        return new Number(x.of().pow(exponent), -1);
    }

    @Override
    protected double data(Number value) {
        return value.of().getValue();
    }

    @Override
    protected void backward(Number of) {
        root = of.of();
    }

    @Override
    protected double grad(Number value) {
        return root.getDerivative(value.leaf());
    }
}
