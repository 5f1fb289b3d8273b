package org.gradtwin.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.gradtwin.language.Differentiation;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.NoFormulaException;
import org.gradtwin.language.Program;
import org.gradtwin.language.ProgramException;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
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

    /** A value, whether it depends on a leaf that requires a gradient, and its type. */
    private record Slot<V>(V value, boolean requiresGrad, DType dtype) {}

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
        return attempt(engine, task, dtype).orThrow();
    }

    /**
     * Evaluates a task as far as the engine comes.
     *
     * @throws IllegalArgumentException if the task does not fit together
     * @throws UnsupportedOpException if the engine lacks an op
     */
    public static Attempt attempt(Engine engine, Task task, DType dtype) {
        Map<String, Type> types = task.types(dtype);
        String name = engine.name();
        try {
            return with(engine, dtype, evaluator -> evaluator.run(name, task, types));
        } catch (EvaluationException e) {
            // Without a graph there is nothing, and a graph that cannot be closed is not to be trusted.
            return Attempt.failed(name, dtype, task, e);
        }
    }

    /** Does something with a graph of an engine, while no other thread has one unless the engine allows it. */
    private static <T> T with(Engine engine, DType dtype, Function<Evaluator<?>, T> what) {
        return Running.during(
                "engine " + engine.name(),
                () -> engine instanceof DescribedEngine described
                        ? guard("program", () -> described.run(() -> open(engine, dtype, what)))
                        : open(engine, dtype, what));
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
                evaluator.readLast(task);
                return Optional.empty();
            });
        } catch (EvaluationException e) {
            return Optional.of(e);
        }
    }

    /** An engine that computes late refuses when it is asked for a number. */
    private void readLast(Task task) {
        List<Statement> statements = task.program().statements();
        Statement last = statements.get(statements.size() - 1);
        guard(last.line(), () -> graph.value(slot(last.name()).value()));
    }

    private Attempt run(String engine, Task task, Map<String, Type> types) {
        Map<Quantity, Optional<Tensor>> results = new LinkedHashMap<>();
        Map<Quantity, EvaluationException> failures = new LinkedHashMap<>();
        Optional<EvaluationException> incomplete = failure(() -> build(task, types));
        // What is true or false, or an index, shows in what is computed with it.
        List<Statement> told = task.program().statements().stream()
                .filter(statement -> {
                    Type type = types.get(statement.name());
                    return type != null && type.dtype().isFloating();
                })
                .toList();
        Optional<EvaluationException> unplanned =
                incomplete.isPresent() ? Optional.empty() : failure(() -> plan(task, told, types));
        Optional<EvaluationException> broken = incomplete.or(() -> unplanned);
        for (Statement statement : told) {
            Quantity quantity = Quantity.value(statement.name());
            Optional<EvaluationException> before = slots.containsKey(statement.name()) ? unplanned : incomplete;
            before.or(() -> failure(() -> results.put(
                            quantity,
                            Optional.of(guard(
                                    statement.line(),
                                    () -> graph.value(slot(statement.name()).value()))))))
                    .ifPresent(failure -> failures.put(quantity, failure));
        }
        // A gradient in the program may be a constant, and PyTorch's own choice whether what follows depends on it.
        boolean zeros = task.program().differentiates();
        Optional<EvaluationException> backward = broken.or(() -> failure(() -> guard("backward", () -> {
            Slot<V> root = slot(task.root());
            if (root.requiresGrad() || !zeros) {
                graph.backward(root.value(), task.cotangent().to(dtype));
            }
            return task;
        })));
        types.forEach((name, type) -> {
            if (type.requiresGrad()) {
                Quantity quantity = Quantity.grad(name);
                backward.or(() -> failure(() -> results.put(
                                quantity, guard(quantity.toString(), () -> gradient(slot(name), zeros ? type : null)))))
                        .ifPresent(failure -> failures.put(quantity, failure));
            }
        });
        return new Attempt(new Evaluation(engine, dtype, results), failures);
    }

    /** A gradient; zeros in the place of none where a type is given. */
    private Optional<Tensor> gradient(Slot<V> slot, @Nullable Type zeros) {
        Optional<Tensor> gradient =
                zeros != null && !slot.requiresGrad() ? Optional.empty() : graph.gradient(slot.value());
        return zeros == null ? gradient : gradient.or(() -> Optional.of(Tensor.full(dtype, zeros.shape(), 0)));
    }

    private void plan(Task task, List<Statement> told, Map<String, Type> types) {
        List<V> values =
                told.stream().map(statement -> slot(statement.name()).value()).toList();
        List<V> gradients = types.entrySet().stream()
                .filter(entry -> entry.getValue().requiresGrad())
                .map(entry -> slot(entry.getKey()).value())
                .toList();
        guard("program", () -> {
            graph.plan(values, slot(task.root()).value(), task.cotangent().to(dtype), gradients);
            return task;
        });
    }

    /** The exception that a step throws, empty if it throws none. */
    private static Optional<EvaluationException> failure(Runnable step) {
        try {
            step.run();
            return Optional.empty();
        } catch (EvaluationException e) {
            return Optional.of(e);
        }
    }

    private void build(Task task, Map<String, Type> types) {
        task.inputs().forEach((name, input) -> {
            V leaf = guard("leaf " + name, () -> graph.leaf(input.in(dtype), input.requiresGrad()));
            slots.put(
                    name,
                    new Slot<>(leaf, input.requiresGrad(), input.type(dtype).dtype()));
        });
        Set<String> gradients = new HashSet<>();
        for (Statement statement : task.program().statements()) {
            if (statement.expr() instanceof Grad) {
                gradients.add(statement.name());
            }
        }
        for (Statement statement : written(task).statements()) {
            slots.put(statement.name(), guard(statement.line(), () -> {
                Slot<V> slot = slot(statement.expr());
                if (!slot.requiresGrad() && gradients.contains(statement.name())) {
                    // In PyTorch too a gradient that nothing moves is a value whose own gradient can be asked for.
                    return new Slot<>(graph.leaf(graph.value(slot.value()), true), true, dtype);
                }
                boolean retain = slot.requiresGrad()
                        && !(statement.expr() instanceof Name)
                        && types.containsKey(statement.name());
                return retain ? new Slot<>(graph.retainGrad(slot.value()), true, slot.dtype()) : slot;
            }));
        }
    }

    /** The program, with its gradients written out where the engine does not make them. */
    private Program written(Task task) {
        if (graph.differentiates() || !task.program().differentiates()) {
            return task.program();
        }
        try {
            return Differentiation.expand(task.program(), task.inputTypes(dtype));
        } catch (ProgramException e) {
            throw new EvaluationException(e.line(), e);
        } catch (NoFormulaException e) {
            throw new UnsupportedOpException(
                    e.op(), "its gradient has no formula in the language, which a gradient of it needs");
        }
    }

    private Slot<V> slot(Expr expr) {
        if (expr instanceof Name name) {
            return slot(name.name());
        }
        if (expr instanceof Number number) {
            return new Slot<>(graph.leaf(Tensor.scalar(dtype, number.value()), false), false, dtype);
        }
        if (expr instanceof Grad grad) {
            V of = slot(grad.of()).value();
            V root = grad.summed() ? Lowering.total(graph, of, dtype) : of;
            return new Slot<>(graph.grad(root, slot(grad.by()).value()), true, dtype);
        }
        Apply apply = (Apply) expr;
        List<@Nullable V> operands = new ArrayList<>();
        List<@Nullable DType> dtypes = new ArrayList<>();
        boolean requiresGrad = false;
        for (Expr operand : apply.operands()) {
            Slot<V> slot = operand == null ? null : slot(operand);
            operands.add(
                    slot == null
                            ? null
                            : slot.dtype() == DType.BOOL && apply.op().takesMasks()
                                    ? Lowering.numbers(graph, slot.value(), dtype)
                                    : slot.value());
            dtypes.add(slot == null ? null : slot.dtype());
            requiresGrad |= slot != null && slot.requiresGrad() && apply.op().isDifferentiable();
        }
        V value = graph.apply(apply.op(), operands, apply.attributes());
        return new Slot<>(value, requiresGrad, apply.op().dtype(dtypes, dtype));
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

    private static <T> T guard(Function<Throwable, EvaluationException> failure, Supplier<T> step) {
        try {
            return Objects.requireNonNull(step.get(), "the engine gave null");
        } catch (UnsupportedOpException | NotAskedException | EngineUnavailableException | EvaluationException e) {
            throw e;
        } catch (Throwable e) {
            // Other languages throw checked exceptions, Kotlin's and Scala's NotImplementedError is an error.
            throw failure.apply(e);
        }
    }
}
