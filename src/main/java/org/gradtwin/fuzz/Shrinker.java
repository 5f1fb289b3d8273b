package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Makes a failing task small: statements go, sub-expressions become inputs or one of their operands, attributes their
 * defaults, inputs stand for others, shapes and values shrink, as long as it still fails. Greedy: of the next smaller tasks the first one that
 * fails is taken, until none does (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 */
public final class Shrinker {
    /** Elements of inputs that are evaluated, in all tries: some seconds. */
    private static final long MAX_WORK = 2_000_000;

    private final Engine reference;
    private final Predicate<Task> fails;
    private final int maxTries;
    private int tries;
    private long work;

    /**
     * A shrinker.
     *
     * @param reference tells the value of an expression that an input takes the place of
     * @param fails whether a task shows the failure; asked only about tasks that fit together
     */
    public Shrinker(Engine reference, Predicate<Task> fails) {
        this(reference, fails, 20_000);
    }

    /**
     * A shrinker that gives up after that many tries, or after fewer large ones, with the smallest task so far.
     *
     * @param reference tells the value of an expression that an input takes the place of
     * @param fails whether a task shows the failure; asked only about tasks that fit together
     * @param maxTries how often it may be asked
     */
    public Shrinker(Engine reference, Predicate<Task> fails, int maxTries) {
        this.reference = reference;
        this.fails = fails;
        this.maxTries = maxTries;
    }

    /**
     * The smallest task that was found.
     *
     * @throws IllegalArgumentException if the task does not fail to begin with
     */
    public Task shrink(Task task) {
        if (!fails.test(task)) {
            throw new IllegalArgumentException("the task does not fail: there is nothing to shrink");
        }
        tries = 0;
        work = 0;
        Task smallest = task;
        Optional<Task> next = Optional.of(task);
        while (next.isPresent()) {
            smallest = next.get();
            next = smaller(smallest);
        }
        return smallest;
    }

    private Optional<Task> smaller(Task task) {
        Complexity now = Complexity.of(task);
        return candidates(task)
                .flatMap(reduction -> reduction.task().stream())
                .filter(candidate -> Complexity.of(candidate).compareTo(now) < 0)
                .takeWhile(this::mayTry)
                .filter(fails)
                .findFirst();
    }

    private boolean mayTry(Task candidate) {
        boolean may = tries++ < maxTries && work < MAX_WORK;
        work += Complexity.of(candidate).elements();
        return may;
    }

    private Stream<Candidate> candidates(Task task) {
        Candidate whole = Candidate.of(task);
        return Stream.of(
                        roots(task, whole),
                        statements(task, whole),
                        expressions(task, whole),
                        inputs(task, whole),
                        shapes(task, whole),
                        values(task, whole))
                .flatMap(reductions -> reductions);
    }

    private static Stream<Candidate> roots(Task task, Candidate whole) {
        return task.program().statements().stream()
                .map(Statement::name)
                .filter(name -> !name.equals(task.root()))
                .flatMap(name ->
                        Stream.of(whole.rootedAt(name), whole.rootedAt(name).requiringGrad()));
    }

    private static Stream<Candidate> statements(Task task, Candidate whole) {
        return task.program().statements().stream()
                .filter(statement -> !statement.name().equals(task.root()))
                .flatMap(statement -> Stream.of(
                        whole.with(statement.name(), (Expr) null), whole.inlined(statement.name(), statement.expr())));
    }

    private Stream<Candidate> expressions(Task task, Candidate whole) {
        Name leaf = new Name(fresh(task.types(DType.FLOAT64).keySet()));
        return task.program().statements().stream()
                .flatMap(statement -> Stream.concat(
                        Stream.of(statement)
                                .filter(one -> !one.name().equals(task.root()))
                                .flatMap(one -> leaves(one.expr(), leaf, task))
                                .map(input -> whole.with(leaf.name(), input).inlined(statement.name(), leaf)),
                        Rewrites.of(statement.expr(), leaf).stream()
                                .flatMap(rewrite -> rewritten(
                                        whole.with(statement.name(), rewrite.expr()), rewrite.cut(), leaf, task))));
    }

    private Stream<Candidate> rewritten(Candidate changed, @Nullable Expr cut, Name leaf, Task task) {
        return Stream.concat(
                cut == null
                        ? Stream.of(changed)
                        : leaves(cut, leaf, task).map(input -> changed.with(leaf.name(), input)),
                // What is left may be what required no gradient.
                Stream.of(changed.requiringGrad()));
    }

    /** One input in the place of another. */
    private static Stream<Candidate> inputs(Task task, Candidate whole) {
        return task.inputs().keySet().stream()
                .flatMap(gone -> task.inputs().keySet().stream()
                        .filter(kept -> !kept.equals(gone))
                        .map(kept -> whole.inlined(gone, new Name(kept))))
                .flatMap(merged -> Stream.of(merged, merged.requiringGrad()));
    }

    /** Smaller inputs, of the program as it is and with other words among its attributes. */
    private static Stream<Candidate> shapes(Task task, Candidate whole) {
        return Stream.concat(
                        Stream.of(whole),
                        task.program().statements().stream()
                                .flatMap(statement -> Rewrites.otherWords(statement.expr()).stream()
                                        .map(expr -> whole.with(statement.name(), expr))))
                .flatMap(Candidate::smallerShapes)
                // A gradient may be right for a cotangent of ones alone.
                .flatMap(smaller -> Stream.of(smaller, smaller.withOnes(), smaller.withDistinct()));
    }

    private static Stream<Candidate> values(Task task, Candidate whole) {
        return Stream.concat(
                Stream.of(whole.withOnes()),
                task.inputs().entrySet().stream().flatMap(entry -> values(entry.getKey(), entry.getValue(), whole)));
    }

    /** One after the other as they are asked for: each is as large as the input. */
    private static Stream<Candidate> values(String name, Input input, Candidate whole) {
        Tensor value = input.value();
        if (!value.dtype().isFloating()) {
            return Stream.of(whole.with(name, new Input(Tensor.indices(value.shape(), new long[value.size()]), false)));
        }
        return Stream.concat(
                Stream.of(
                        whole.with(name, new Input(Tensor.full(value.dtype(), value.shape(), 1), input.requiresGrad())),
                        whole.with(name, new Input(value, false))),
                IntStream.range(0, value.size())
                        .boxed()
                        .flatMap(i -> DoubleStream.of(1, Math.rint(value.get(i)) + 0.0) // no −0
                                .mapToObj(simple -> {
                                    double[] elements = value.toDoubles();
                                    elements[i] = simple;
                                    Tensor simpler = Tensor.of(value.dtype(), value.shape(), elements);
                                    return whole.with(name, new Input(simpler, input.requiresGrad()));
                                })));
    }

    private static String fresh(Set<String> taken) {
        String name = "x";
        for (int i = 0; taken.contains(name); i++) {
            name = "x" + i;
        }
        return name;
    }

    /** Inputs in the place of an expression: one of its value, and one of distinct numbers. */
    private Stream<Input> leaves(Expr expr, Name leaf, Task task) {
        List<Statement> statements = new ArrayList<>(task.program().statements());
        statements.addAll(Program.parse(List.of(leaf.name() + " = " + expr)).statements());
        Task told = new Task(Program.of(statements), task.inputs(), task.root(), task.cotangent());
        Type type = Objects.requireNonNull(told.types(DType.FLOAT64).get(leaf.name()));
        if (!type.dtype().isFloating()) {
            return Stream.empty();
        }
        return Stream.<Supplier<Optional<Tensor>>>of(
                        () -> value(told, leaf), () -> Optional.of(Candidate.distinct(type.shape())))
                .flatMap(value -> value.get().stream())
                .map(value -> new Input(value, type.requiresGrad()));
    }

    private Optional<Tensor> value(Task told, Name name) {
        try {
            return Evaluator.evaluate(reference, told, DType.FLOAT64).get(Quantity.value(name.name()));
        } catch (EvaluationException | UnsupportedOpException e) {
            return Optional.empty();
        }
    }
}
