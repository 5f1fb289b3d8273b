package org.gradtwin.adapters;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.finmath.montecarlo.automaticdifferentiation.RandomVariableDifferentiable;
import net.finmath.montecarlo.automaticdifferentiation.backward.RandomVariableDifferentiableAADFactory;
import net.finmath.stochastic.RandomVariable;
import net.finmath.stochastic.Scalar;
import org.gradtwin.engines.scalar.ScalarEngineAdapter;

/** finmath's random variables that are differentiated backward, each of one number here. */
public final class Finmath extends ScalarEngineAdapter<RandomVariable> {
    private static final Map<String, Function<List<RandomVariable>, RandomVariable>> OPS = Map.ofEntries(
            two("add", RandomVariable::add),
            two("sub", RandomVariable::sub),
            two("mul", RandomVariable::mult),
            two("div", RandomVariable::div),
            two("minimum", RandomVariable::cap),
            two("maximum", RandomVariable::floor),
            one("square", RandomVariable::squared),
            one("reciprocal", RandomVariable::invert),
            one("abs", RandomVariable::abs),
            one("sqrt", RandomVariable::sqrt),
            one("exp", RandomVariable::exp),
            one("expm1", RandomVariable::expm1),
            one("log", RandomVariable::log),
            one("sin", RandomVariable::sin),
            one("cos", RandomVariable::cos));

    private final RandomVariableDifferentiableAADFactory variables = new RandomVariableDifferentiableAADFactory();
    private Map<Long, RandomVariable> gradient = Map.of();

    /** The engine. */
    public Finmath() {
        super(OPS);
    }

    private static Map.Entry<String, Function<List<RandomVariable>, RandomVariable>> one(
            String id, UnaryOperator<RandomVariable> function) {
        return entry(id, x -> function.apply(x.get(0)));
    }

    private static Map.Entry<String, Function<List<RandomVariable>, RandomVariable>> two(
            String id, BinaryOperator<RandomVariable> function) {
        return entry(id, x -> function.apply(x.get(0), x.get(1)));
    }

    @Override
    public String name() {
        return "finmath";
    }

    @Override
    public String description() {
        return Jar.name(RandomVariable.class);
    }

    @Override
    protected boolean intermediateGradients() {
        return false;
    }

    @Override
    protected RandomVariable leaf(double value, boolean requiresGrad) {
        return requiresGrad ? variables.createRandomVariable(0, value) : new Scalar(value);
    }

    @Override
    protected RandomVariable pow(RandomVariable x, double exponent) {
        return x.pow(exponent);
    }

    @Override
    protected double data(RandomVariable value) {
        return value.doubleValue();
    }

    @Override
    protected void backward(RandomVariable root) {
        gradient = root instanceof RandomVariableDifferentiable of ? of.getGradient() : Map.of();
    }

    @Override
    protected double grad(RandomVariable value) {
        RandomVariable of = value instanceof RandomVariableDifferentiable leaf ? gradient.get(leaf.getID()) : null;
        return of == null ? 0 : of.doubleValue();
    }
}
