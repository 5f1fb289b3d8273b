package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Op;
import org.gradtwin.language.Signature;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Makes programs of those of a corpus: one to three times the values of an input are nudged, sizes become smaller, or an op becomes
 * another of the same signature; the cotangent is a new one. The same seed gives the same task.
 */
final class Mutator {
    private static final int ATTEMPTS = 500;

    private final List<Task> corpus;
    private final List<Op> ops;
    private final Predicate<Task> usable;

    /**
     * A mutator.
     *
     * @param corpus what programs are made of
     * @param ops those that may stand in the place of others
     * @param usable whether a task may be given to engines
     */
    Mutator(List<Task> corpus, List<Op> ops, Predicate<Task> usable) {
        this.corpus = List.copyOf(corpus);
        this.ops = ops.stream().filter(op -> !op.hasResults()).toList();
        this.usable = usable;
    }

    /**
     * The task of that seed.
     *
     * @throws EngineUnavailableException if none is usable
     */
    Task mutate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ATTEMPTS; i++) {
            Draws draws = new Draws(random.split());
            Task parent = draws.pick(corpus);
            Optional<Task> child = Optional.of(parent);
            for (int steps = draws.below(3); steps >= 0; steps--) {
                child = child.flatMap(
                        task -> step(Candidate.of(task), task, draws).task());
            }
            child = child.flatMap(task -> Candidate.of(task)
                            .with(draws.values(task.cotangent().shape()))
                            .task())
                    .filter(task -> ranks(task).equals(ranks(parent)))
                    .filter(usable);
            if (child.isPresent()) {
                return child.get();
            }
        }
        throw new EngineUnavailableException(
                "seed " + seed + ": none of " + ATTEMPTS + " mutations of the corpus can be used");
    }

    /** Where a dimension is named, a number in the place of a vector would be another question. */
    private static List<Integer> ranks(Task task) {
        return task.inputs().values().stream()
                .map(input -> input.value().shape().rank())
                .toList();
    }

    private Candidate step(Candidate candidate, Task task, Draws draws) {
        switch (draws.below(3)) {
            case 0 -> {
                Map.Entry<String, Input> input =
                        draws.pick(List.copyOf(task.inputs().entrySet()));
                return candidate.with(input.getKey(), nudged(input.getValue(), draws));
            }
            case 1 -> {
                List<Candidate> smaller = candidate.smallerShapes().toList();
                return smaller.isEmpty() ? candidate : draws.pick(smaller);
            }
            default -> {
                Statement statement = draws.pick(task.program().statements());
                List<Apply> calls = new ArrayList<>();
                collect(statement.expr(), calls);
                if (calls.isEmpty()) {
                    return candidate;
                }
                Apply call = draws.pick(calls);
                List<Op> others = ops.stream()
                        .filter(op -> op != call.op()
                                && alike(op.signature(), call.op().signature()))
                        .toList();
                return others.isEmpty()
                        ? candidate
                        : candidate.with(statement.name(), swapped(statement.expr(), call, draws.pick(others)));
            }
        }
    }

    /** By multiples of 1/256 up to an eighth, so that numbers stay floats, and mostly in their domain. */
    private static Input nudged(Input input, Draws draws) {
        Tensor value = input.value();
        if (!value.dtype().isFloating()) {
            return input;
        }
        double[] values = value.toDoubles();
        Arrays.setAll(values, i -> values[i] + (draws.below(65) - 32) / 256.0);
        return new Input(Tensor.of(value.dtype(), value.shape(), values), input.requiresGrad());
    }

    private static void collect(@Nullable Expr expr, List<Apply> calls) {
        if (expr instanceof Apply apply) {
            calls.add(apply);
            apply.operands().forEach(operand -> collect(operand, calls));
        }
    }

    private static boolean alike(Signature one, Signature other) {
        return kinds(one).equals(kinds(other)) && one.attributes().equals(other.attributes());
    }

    private static List<List<Object>> kinds(Signature signature) {
        return signature.operands().stream()
                .map(operand -> List.<Object>of(operand.kind(), operand.optional()))
                .toList();
    }

    @SuppressWarnings("ReferenceEquality") // this call, of several that are alike
    private static Expr swapped(Expr expr, Apply call, Op op) {
        if (!(expr instanceof Apply apply)) {
            return expr;
        }
        Apply inner = apply.with(operand -> swapped(operand, call, op));
        return apply == call ? new Apply(op, inner.operands(), apply.attributes(), apply.column()) : inner;
    }
}
