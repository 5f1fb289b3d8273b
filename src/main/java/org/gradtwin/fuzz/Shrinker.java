package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.fuzz.Rewrites.Rewrite;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * Makes a failing task small: statements go, sub-expressions become inputs or one of their operands, attributes their
 * defaults, shapes and values shrink, as long as it still fails. Greedy: of the next smaller tasks the first one that
 * fails is taken, until none does (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 */
public final class Shrinker {
    /** Elements of inputs that are evaluated, in all tries: some seconds. */
    private static final long MAX_WORK = 2_000_000;

    private final Predicate<Task> fails;
    private final int maxTries;
    private int tries;
    private long work;

    /**
     * A shrinker.
     *
     * @param fails whether a task shows the failure; asked only about tasks that fit together
     */
    public Shrinker(Predicate<Task> fails) {
        this(fails, 20_000);
    }

    /**
     * A shrinker that gives up after that many tries, or after fewer large ones, with the smallest task so far.
     *
     * @param fails whether a task shows the failure; asked only about tasks that fit together
     * @param maxTries how often it may be asked
     */
    public Shrinker(Predicate<Task> fails, int maxTries) {
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

    private static Stream<Candidate> candidates(Task task) {
        Candidate whole = Candidate.of(task);
        return Stream.of(
                        roots(task, whole),
                        statements(task, whole),
                        expressions(task, whole),
                        whole.smallerShapes(),
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

    private static Stream<Candidate> expressions(Task task, Candidate whole) {
        Map<String, Type> types = task.types(DType.FLOAT64);
        Name leaf = new Name(fresh(types.keySet()));
        List<Candidate> reductions = new ArrayList<>();
        for (Statement statement : task.program().statements()) {
            if (!statement.name().equals(task.root())) {
                reductions.add(
                        whole.with(leaf.name(), leaf(statement.expr(), types)).inlined(statement.name(), leaf));
            }
            for (Rewrite rewrite : Rewrites.of(statement.expr(), leaf)) {
                Candidate changed = whole.with(statement.name(), rewrite.expr());
                Expr cut = rewrite.cut();
                reductions.add(cut == null ? changed : changed.with(leaf.name(), leaf(cut, types)));
                // What is left may be what required no gradient.
                reductions.add(changed.requiringGrad());
            }
        }
        return reductions.stream();
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

    /** An input in the place of an expression: of its shape, with distinct values in every op's domain. */
    private static Input leaf(Expr expr, Map<String, Type> types) {
        String name = fresh(types.keySet());
        Type type = Objects.requireNonNull(
                Program.parse(List.of(name + " = " + expr)).infer(types).get(name));
        double[] values = new double[type.shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5 + i / 4.0;
        }
        return new Input(Tensor.of(DType.FLOAT64, type.shape(), values), true);
    }
}
