package example;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.gradtwin.engines.scalar.ScalarEngineAdapter;

/** A small engine of numbers: all other operations, and tensors, are made of these. */
public final class MyEngine extends ScalarEngineAdapter<MyEngine.Value> {
    /** A number, what it was computed from, and its derivatives with respect to that. */
    static final class Value {
        final double data;
        final List<Value> from;
        final double[] slopes;
        double grad;

        Value(double data, List<Value> from, double... slopes) {
            this.data = data;
            this.from = from;
            this.slopes = slopes;
        }
    }

    private static final Map<String, Function<List<Value>, Value>> OPS = Map.of(
            "add", x -> new Value(x.get(0).data + x.get(1).data, x, 1, 1),
            "mul", x -> new Value(x.get(0).data * x.get(1).data, x, x.get(1).data, x.get(0).data),
            "tanh", x -> tanh(x.get(0)),
            "relu", x -> new Value(Math.max(0, x.get(0).data), x, x.get(0).data >= 0 ? 1 : 0));

    public MyEngine() {
        super(OPS);
    }

    private static Value tanh(Value x) {
        double y = Math.tanh(x.data);
        return new Value(y, List.of(x), 1 - y * y);
    }

    @Override
    public String name() {
        return "my-engine";
    }

    @Override
    protected Value leaf(double value, boolean requiresGrad) {
        return new Value(value, List.of());
    }

    @Override
    protected double data(Value value) {
        return value.data;
    }

    @Override
    protected void backward(Value root) {
        List<Value> order = new ArrayList<>();
        visit(root, new HashSet<>(), order);
        root.grad = 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            Value value = order.get(i);
            for (int k = 0; k < value.from.size(); k++) {
                value.from.get(k).grad += value.slopes[k] * value.grad;
            }
        }
    }

    private static void visit(Value value, Set<Value> seen, List<Value> order) {
        if (seen.add(value)) {
            value.from.forEach(each -> visit(each, seen, order));
            order.add(value);
        }
    }

    @Override
    protected double grad(Value value) {
        return value.grad;
    }
}
