package org.gradtwin.verify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.NotAskedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureInput;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Features;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Calls each op of an engine in each way that its signature allows ({@link Features}): cases of the corpus with ordinary numbers, against
 * what PyTorch was recorded to answer. It is for what is called wrongly: numbers may be off by a thousandth.
 */
public final class OpCalls {
    private static final double CLOSE = 1e-3;

    /** Values of an attribute that has no default. */
    private static final int VALUES = 3;

    /** Characters of the numbers that are shown. */
    private static final int SHOWN = 60;

    /** Flags of cases at points where a right call may give another number than PyTorch's, or which take long. */
    private static final Set<String> SPECIAL = Set.of(
            "Cancellation",
            "ConstantRow",
            "EmptyTensor",
            "Extremes",
            "Kink",
            "Large",
            "NonFinite",
            "Overflow",
            "ProductWithZeros",
            "Saturation",
            "Subnormal",
            "Tie",
            "WildCotangent",
            "ZeroBase");

    /**
     * What became of the calls.
     *
     * @param calls how many programs were answered
     * @param right the ops of which none was wrong
     * @param wrong a line for each op of which one was
     * @param left the ops that were not called
     * @param whole whether time sufficed for every way to call
     */
    public record Outcome(int calls, int right, List<String> wrong, List<String> left, boolean whole) {}

    private final Engine engine;
    private final DType dtype;
    private final BiPredicate<Op, Attributes> has;
    private final List<OfOp> ops = new ArrayList<>();

    /**
     * Reads what is to be called.
     *
     * @param ops those that the engine names
     * @param has whether it takes an application: others are made of other ops
     */
    public OpCalls(Engine engine, List<Op> ops, BiPredicate<Op, Attributes> has) {
        this.engine = engine;
        this.has = has;
        this.dtype = engine.dtypes().contains(DType.FLOAT64) ? DType.FLOAT64 : DType.FLOAT32;
        List<NamedCase> cases = FixtureSet.bundled(ops.stream()
                        .map(op -> "op/" + op.id().replace('_', '-') + "*")
                        .toArray(String[]::new))
                .cases()
                .stream()
                .filter(this::isOrdinary)
                .sorted(Comparator.comparingInt((NamedCase named) ->
                                named.given().parsed().ops().size())
                        .thenComparingInt(
                                named -> named.given().program().toString().length()))
                .toList();
        ops.forEach(op -> this.ops.add(new OfOp(op, cases)));
    }

    private boolean isOrdinary(NamedCase named) {
        return named.given().refusal().isEmpty()
                && named.given().dtypes().contains(dtype)
                && named.given().flags().stream().noneMatch(SPECIAL::contains);
    }

    /** Calls every op once, and then in further ways until time is over. */
    public Outcome run(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        List<OfOp> open = new ArrayList<>(ops);
        open.removeIf(each -> !each.call());
        while (!open.isEmpty() && System.nanoTime() < end) {
            open.removeIf(each -> System.nanoTime() < end && !each.call());
        }
        return new Outcome(
                ops.stream().mapToInt(each -> each.calls).sum(),
                (int) ops.stream()
                        .filter(each -> each.calls > 0 && each.wrong == null)
                        .count(),
                ops.stream().flatMap(each -> Stream.ofNullable(each.wrong)).toList(),
                ops.stream()
                        .filter(each -> each.calls == 0)
                        .map(each -> each.op.id())
                        .toList(),
                open.isEmpty());
    }

    /** The calls of one op. */
    private final class OfOp {
        private final Op op;
        private final Deque<NamedCase> left;
        private final Set<String> seen = new HashSet<>();
        private int calls;
        private @Nullable String wrong;

        OfOp(Op op, List<NamedCase> cases) {
            this.op = op;
            this.left = new ArrayDeque<>(cases.stream()
                    .filter(named -> named.given().parsed().ops().contains(op))
                    .toList());
        }

        /** Calls it in a way that is new; false if there is none, or one was wrong. */
        boolean call() {
            while (!left.isEmpty()) {
                NamedCase named = left.remove();
                Optional<Statement> statement = named.given().parsed().statements().stream()
                        .filter(each -> applications(each.expr()).findAny().isPresent())
                        .findFirst();
                if (statement.isPresent()
                        && isNew(statement.get())
                        && isSmooth(named.given(), statement.get().expr())) {
                    try {
                        Optional<String> problem = problem(named);
                        calls++;
                        applications(statement.get().expr()).map(this::ways).forEach(seen::addAll);
                        wrong = problem.map(words ->
                                        op.id() + ": " + statement.get() + ": " + words + " (" + named.name() + ")")
                                .orElse(null);
                        return wrong == null;
                    } catch (UnsupportedOpException | NotAskedException e) {
                        // What else is in the program may be missing.
                    }
                }
            }
            return false;
        }

        private boolean isNew(Statement statement) {
            return calls == 0
                    || applications(statement.expr()).map(this::ways).anyMatch(ways -> !seen.containsAll(ways));
        }

        /** The ways in which it is called; of an attribute that must be given each value is one, up to some. */
        private Set<String> ways(Apply apply) {
            Set<String> ways = new HashSet<>(Features.of(apply));
            for (Parameter parameter : op.signature().attributes()) {
                String name = parameter.name() + " given as ";
                if (parameter.required()
                        && seen.stream().filter(way -> way.startsWith(name)).count() < VALUES) {
                    ways.add(name + apply.attributes().get(parameter.name()));
                }
            }
            return ways;
        }

        /** Where it is applied as the engine takes it. */
        private Stream<Apply> applications(@Nullable Expr expr) {
            return expr instanceof Apply apply
                    ? Stream.concat(
                            Stream.of(apply).filter(each -> each.op() == op && has.test(op, each.attributes())),
                            apply.operands().stream().flatMap(this::applications))
                    : Stream.empty();
        }
    }

    /** Whether no op has operands at one of its kinks, as far as these are leaves and numbers. */
    private static boolean isSmooth(FixtureCase given, @Nullable Expr expr) {
        if (!(expr instanceof Apply apply)) {
            return true;
        }
        List<@Nullable Tensor> operands = new ArrayList<>();
        apply.operands().forEach(operand -> operands.add(leaf(given, operand)));
        boolean known = IntStream.range(0, operands.size())
                .allMatch(i -> operands.get(i) != null || apply.operands().get(i) == null);
        return apply.operands().stream().allMatch(operand -> isSmooth(given, operand))
                && !(known && apply.op().isNearKink(operands, apply.attributes(), true));
    }

    private static @Nullable Tensor leaf(FixtureCase given, @Nullable Expr operand) {
        FixtureInput leaf = operand instanceof Expr.Name name ? given.inputs().get(name.name()) : null;
        return leaf != null
                ? leaf.source().tensor()
                : operand instanceof Expr.Number number ? Tensor.scalar(DType.FLOAT64, number.value()) : null;
    }

    /** What is wrong with the answer to a case, in a line. */
    private Optional<String> problem(NamedCase named) {
        Attempt attempt = Evaluator.attempt(engine, named.given().task(), dtype);
        Map<Quantity, Optional<Tensor>> given = attempt.evaluation().quantities();
        return attempt.failures().values().stream()
                .map(EvaluationException::getMessage)
                .findFirst()
                .or(() -> named.given().expected(dtype).entrySet().stream()
                        .filter(each -> !near(given.getOrDefault(each.getKey(), Optional.empty()), each.getValue()))
                        .map(each -> each.getKey() + " is "
                                + inWords(given.getOrDefault(each.getKey(), Optional.empty())) + ", not "
                                + inWords(each.getValue()))
                        .findFirst());
    }

    private static boolean near(Optional<Tensor> given, Optional<Tensor> expected) {
        if (given.isEmpty() || expected.isEmpty()) {
            return given.isEmpty() && expected.isEmpty();
        }
        double[] numbers = given.get().toDoubles();
        double[] right = expected.get().toDoubles();
        boolean near = given.get().shape().equals(expected.get().shape());
        for (int i = 0; near && i < right.length; i++) {
            near = Double.compare(numbers[i], right[i]) == 0
                    || Math.abs(numbers[i] - right[i]) <= CLOSE * Math.max(1, Math.abs(right[i]));
        }
        return near;
    }

    private static String inWords(Optional<Tensor> tensor) {
        return tensor.map(given -> {
                    String numbers = Arrays.toString(given.toDoubles());
                    return numbers.length() <= SHOWN ? numbers : numbers.substring(0, SHOWN) + "…";
                })
                .orElse("none");
    }
}
