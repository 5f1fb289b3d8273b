package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.gradtwin.program.Expr;
import org.gradtwin.program.Expr.Apply;
import org.gradtwin.program.Expr.Name;
import org.gradtwin.program.Expr.Number;
import org.gradtwin.program.Statement;
import org.gradtwin.program.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Walks a program once, statement by statement, and has an engine build it, run backward, and tell every value and
 * gradient. A statement that is only a name stands for the same value, as in Python.
 */
public final class Evaluator<V> {
    private final Graph<V> graph;
    private final DType dtype;
    private final Map<String, Slot<V>> slots = new HashMap<>();

    /** A value and whether it depends on a leaf that requires a gradient. */
    private record Slot<V>(V value, boolean requiresGrad) {}

    private Evaluator(Graph<V> graph, DType dtype) {
        this.graph = graph;
        this.dtype = dtype;
    }

    /**
     * Evaluates a task.
     *
     * @throws IllegalArgumentException if the task does not fit together
     * @throws UnsupportedOpException if the engine lacks an op
     * @throws EvaluationException if the engine fails, with the line
     */
    public static Evaluation evaluate(Engine engine, Task task, DType dtype) {
        Map<String, Type> types = task.types(dtype);
        return with(engine, dtype, evaluator -> evaluator.run(engine.name(), task, types));
    }

    /** Does something with a graph of an engine, while no other thread has one unless the engine allows it. */
    private static <T> T with(Engine engine, DType dtype, Function<Evaluator<?>, T> what) {
        if (engine.concurrent()) {
            return open(engine, dtype, what);
        }
        synchronized (engine) {
            return open(engine, dtype, what);
        }
    }

    @SuppressWarnings("try") // the resource is there to be closed
    private static <T> T open(Engine engine, DType dtype, Function<Evaluator<?>, T> what) {
        Graph<?> graph = guard("new graph", () -> engine.newGraph(dtype));
        try (Closing closing = closing(graph)) {
            return what.apply(new Evaluator<>(graph, dtype));
        }
    }

    /** Closes a graph as an engine's step, which may fail. */
    private interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    private static Closing closing(Graph<?> graph) {
        return () -> guard("close", () -> {
            graph.close();
            return graph;
        });
    }

    /**
     * Has an engine build a program that ought to be refused, without looking at its shapes first.
     *
     * @return what the engine said when it refused or failed, empty if it did not
     * @throws UnsupportedOpException if the engine lacks an op
     */
    public static Optional<EvaluationException> refusal(Engine engine, Task task, DType dtype) {
        try {
            return with(engine, dtype, evaluator -> {
                evaluator.build(task, Map.of());
                return Optional.empty();
            });
        } catch (EvaluationException e) {
            return Optional.of(e);
        }
    }

    private Evaluation run(String engine, Task task, Map<String, Type> types) {
        build(task, types);
        Map<Quantity, Optional<Tensor>> results = new LinkedHashMap<>();
        for (Statement statement : task.program().statements()) {
            Type type = types.get(statement.name());
            if (type != null && type.dtype().isFloating()) {
                results.put(
                        Quantity.value(statement.name()),
                        Optional.of(guard(
                                statement.line(),
                                () -> graph.value(slot(statement.name()).value()))));
            }
        }
        int last = task.program().statements().size();
        guard(last, () -> {
            graph.backward(slot(task.root()).value(), task.cotangent().to(dtype));
            return task;
        });
        types.forEach((name, type) -> {
            if (type.requiresGrad()) {
                results.put(
                        Quantity.grad(name),
                        guard(last, () -> graph.gradient(slot(name).value())));
            }
        });
        return new Evaluation(engine, dtype, results);
    }

    private void build(Task task, Map<String, Type> types) {
        task.inputs().forEach((name, input) -> {
            V leaf = guard("leaf " + name, () -> graph.leaf(input.in(dtype), input.requiresGrad()));
            slots.put(name, new Slot<>(leaf, input.requiresGrad()));
        });
        for (Statement statement : task.program().statements()) {
            slots.put(statement.name(), guard(statement.line(), () -> {
                Slot<V> slot = slot(statement.expr());
                boolean retain =
                        slot.requiresGrad() && statement.expr() instanceof Apply && types.containsKey(statement.name());
                return retain ? new Slot<>(graph.retainGrad(slot.value()), true) : slot;
            }));
        }
    }

    private Slot<V> slot(Expr expr) {
        if (expr instanceof Name name) {
            return slot(name.name());
        }
        if (expr instanceof Number number) {
            return new Slot<>(graph.leaf(Tensor.scalar(dtype, number.value()), false), false);
        }
        Apply apply = (Apply) expr;
        List<@Nullable V> operands = new ArrayList<>();
        boolean requiresGrad = false;
        for (Expr operand : apply.operands()) {
            Slot<V> slot = operand == null ? null : slot(operand);
            operands.add(slot == null ? null : slot.value());
            requiresGrad |= slot != null && slot.requiresGrad();
        }
        return new Slot<>(graph.apply(apply.op(), operands, apply.attributes()), requiresGrad);
    }

    private Slot<V> slot(String name) {
        Slot<V> slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("'" + name + "' is not defined");
        }
        return slot;
    }

    /** What an engine does wrong is its failure, and ends no run: also an overflow of the stack, or null for an answer. */
    private static <T> T guard(int line, Supplier<T> step) {
        return guard(cause -> new EvaluationException(line, cause), step);
    }

    private static <T> T guard(String name, Supplier<T> step) {
        return guard(cause -> new EvaluationException(name, cause), step);
    }

    private static <T> T guard(Function<RuntimeException, EvaluationException> failure, Supplier<T> step) {
        try {
            return Objects.requireNonNull(step.get(), "the engine gave null");
        } catch (UnsupportedOpException | EngineUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failure.apply(e);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            // Other languages throw checked exceptions, Kotlin's and Scala's NotImplementedError is an error.
            throw failure.apply(new IllegalStateException(e.toString(), e));
        }
    }
}
