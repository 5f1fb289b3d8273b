package org.gradtwin.adapters;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engines.scalar.ScalarEngineAdapter;

/**
 * Forward mode: each number carries its derivatives by all leaves. Two libraries have a {@code SparseGradient} with the same methods and no
 * type in common, so that these are called by their names.
 */
abstract class SparseGradients extends ScalarEngineAdapter<SparseGradients.Number> {
    /** A number, and which leaf it is. */
    record Number(Object of, int leaf) {}

    private static final Map<String, String> TWO = Map.of(
            "add", "add", "sub", "subtract", "mul", "multiply", "div", "divide", "pow_tensor", "pow", "atan2", "atan2", "hypot", "hypot");

    private static final List<String> ONE = List.of(
            "negate", "reciprocal", "abs", "sqrt", "exp", "expm1", "log", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan",
            "sinh", "cosh", "tanh", "asinh", "acosh", "atanh");

    private final Class<?> type;
    private final Method variable;
    private final Method constant;
    private final Method pow;
    private final Method value;
    private final Method derivative;
    private int leaves;
    private Object root;

    SparseGradients(Class<?> type) {
        super(ops(type));
        this.type = type;
        variable = method(type, "createVariable", int.class, double.class);
        constant = method(type, "createConstant", double.class);
        pow = method(type, "pow", double.class);
        value = method(type, "getValue");
        derivative = method(type, "getDerivative", int.class);
    }

    private static Map<String, Function<List<Number>, Number>> ops(Class<?> type) {
        Map<String, Function<List<Number>, Number>> ops = new HashMap<>();
        TWO.forEach((op, name) -> ops.put(op, calling(method(type, name, type))));
        ONE.forEach(name -> ops.put(name.equals("negate") ? "neg" : name, calling(method(type, name))));
        return ops;
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) {
        return Stream.of(type.getMethods())
                .filter(method -> method.getName().equals(name) && takes(method, parameters))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(type + " has no method " + name));
    }

    /** An inherited one is declared with the type that its interface has. */
    private static boolean takes(Method method, Class<?>... parameters) {
        Class<?>[] declared = method.getParameterTypes();
        return declared.length == parameters.length
                && IntStream.range(0, declared.length).allMatch(i -> declared[i].isAssignableFrom(parameters[i]));
    }

    private static Function<List<Number>, Number> calling(Method method) {
        return x -> new Number(call(method, x.get(0).of(), x.stream().skip(1).map(Number::of).toArray()), -1);
    }

    /** What it throws is the library's own. */
    private static Object call(Method method, Object of, Object... with) {
        try {
            return method.invoke(of, with);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String description() {
        return Jar.name(type);
    }

    @Override
    protected boolean intermediateGradients() {
        return false;
    }

    @Override
    protected Number leaf(double value, boolean requiresGrad) {
        return requiresGrad
                ? new Number(call(variable, null, leaves, value), leaves++)
                : new Number(call(constant, null, value), -1);
    }

    @Override
    protected Number pow(Number x, double exponent) {
        return new Number(call(pow, x.of(), exponent), -1);
    }

    @Override
    protected double data(Number x) {
        return (double) call(value, x.of());
    }

    @Override
    protected void backward(Number of) {
        root = of.of();
    }

    @Override
    protected double grad(Number x) {
        return (double) call(derivative, root, x.leaf());
    }
}
