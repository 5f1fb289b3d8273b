package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Convention;
import org.gradtwin.language.Op;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Tells an engine's choice at a kink from a fault. The twin evaluates the task again with ops by their {@link Convention}s, one for all
 * uses of an op. What disagrees with PyTorch is a convention if it agrees, element by element, with one such evaluation, and if nothing
 * else that was compared contradicts that evaluation. So a gradient that is off away from a kink, where a convention changes nothing, or
 * off by another number at one, remains a fault.
 */
final class Conventions {
    /** So many sets of conventions are tried. */
    private static final int TRIED = 200;

    /** What the formulas of a convention round differently from an engine's, in units in the last place. */
    private static final double ULPS = 16;

    private final Engine twin;
    private final Task task;
    private final DType dtype;
    private final List<Check> compared;
    /** By no convention. Not what is expected: the PyTorch that runs may be another one than that which recorded. */
    private final Map<Quantity, Optional<Tensor>> plain;
    /** Of checks that are off, the elements that are so by a convention, be others off by a fault. */
    private final Map<Check, BitSet> excused = new HashMap<>();

    private Conventions(Engine twin, Task task, DType dtype, List<Check> compared) {
        this.twin = twin;
        this.task = task;
        this.dtype = dtype;
        this.compared = compared;
        this.plain = evaluated(new Choice(List.of(), false, new HashSet<>())).orElse(Map.of());
    }

    /** The checks of an engine that claims conventions of its own: those that disagree by them alone say so. */
    static List<Check> applied(Engine twin, Task task, DType dtype, List<Check> checks) {
        List<Check> compared = checks.stream()
                .filter(check -> check.tolerance() != null
                        && check.comparison() != null
                        && check.comparison().problem() == null)
                .toList();
        if (compared.stream().noneMatch(Conventions::isOff)) {
            return checks;
        }
        Conventions conventions = new Conventions(twin, task, dtype, compared);
        Explanation whole = conventions.best(false);
        Explanation best = whole.explains(compared) ? whole : Explanation.better(whole, conventions.best(true));
        String reason = best.conventions().stream().map(Convention::toString).collect(Collectors.joining("; "));
        return checks.stream()
                .map(check -> best.explained().contains(check)
                        ? check.with(Verdict.CONVENTION, reason)
                        : conventions.faultOf(check))
                .toList();
    }

    /** A check that is off by a fault, whose worst element is one that no convention excuses. */
    private Check faultOf(Check check) {
        BitSet by = excused.get(check);
        Tolerance tolerance = check.tolerance();
        if (by == null || tolerance == null) {
            return check;
        }
        Comparison fault =
                Comparison.of(check.actual().orElseThrow(), check.expected().orElseThrow(), tolerance, by);
        return fault.agrees() ? check : check.with(fault);
    }

    /** An engine that goes by some conventions. */
    static Engine by(Engine engine, Convention... chosen) {
        return new Choice(List.of(chosen), false, new HashSet<>()).of(engine);
    }

    private static boolean isOff(Check check) {
        return check.verdict() == Verdict.DISAGREE
                && check.comparison() != null
                && !check.comparison().agrees();
    }

    /** What some conventions explain. */
    private record Explanation(List<Convention> conventions, Set<Check> explained) {
        static Explanation better(Explanation a, Explanation b) {
            return b.explained.size() > a.explained.size() ? b : a;
        }

        boolean explains(List<Check> compared) {
            return compared.stream().filter(Conventions::isOff).allMatch(explained::contains);
        }
    }

    /**
     * The set of conventions that explains most.
     *
     * @param lowered whether ops are computed by their definitions, so that conventions of ops inside of those count
     */
    private Explanation best(boolean lowered) {
        Explanation best = new Explanation(List.of(), Set.of());
        Set<Op> met = new LinkedHashSet<>();
        evaluated(new Choice(List.of(), lowered, met));
        Map<List<Object>, List<Convention>> kinks = new LinkedHashMap<>();
        met.stream()
                .flatMap(op -> op.conventions().stream())
                .filter(convention -> evaluated(new Choice(List.of(convention), lowered, new HashSet<>()))
                        .filter(with -> compared.stream().anyMatch(check -> moves(check, with)))
                        .isPresent())
                .forEach(convention -> kinks.computeIfAbsent(
                                List.of(convention.op(), convention.where()), key -> new ArrayList<>())
                        .add(convention));
        List<List<Convention>> sets = new ArrayList<>(List.of(List.of()));
        kinks.values().forEach(answers -> {
            for (List<Convention> set : List.copyOf(sets)) {
                if (sets.size() <= TRIED) {
                    answers.forEach(answer -> sets.add(
                            Stream.concat(set.stream(), Stream.of(answer)).toList()));
                }
            }
        });
        for (List<Convention> set : sets.subList(1, sets.size())) {
            Optional<Map<Quantity, Optional<Tensor>>> with = evaluated(new Choice(set, lowered, new HashSet<>()));
            if (with.isPresent()) {
                best = Explanation.better(best, explanation(set, with.get()));
                if (best.explains(compared)) {
                    return best;
                }
            }
        }
        return best;
    }

    private Explanation explanation(List<Convention> set, Map<Quantity, Optional<Tensor>> with) {
        Predicate<Check> agrees = check -> agrees(check, with);
        boolean contradicted = compared.stream().filter(check -> !isOff(check)).anyMatch(agrees.negate());
        if (!contradicted) {
            compared.stream().filter(Conventions::isOff).forEach(check -> excuse(check, with));
        }
        return new Explanation(
                set,
                contradicted
                        ? Set.of()
                        : compared.stream()
                                .filter(Conventions::isOff)
                                .filter(agrees)
                                .collect(Collectors.toSet()));
    }

    /** Whether conventions make another number of an element of what was compared. */
    private boolean moves(Check check, Map<Quantity, Optional<Tensor>> with) {
        Tensor before = tensor(plain, check);
        Tensor moved = tensor(with, check);
        return before != null
                && moved != null
                && IntStream.range(0, before.size()).anyMatch(i -> !loose(check).agrees(moved.get(i), before.get(i)));
    }

    /** Keeps the elements of a check that are what conventions make of them, unless one that they change is as PyTorch has it. */
    private void excuse(Check check, Map<Quantity, Optional<Tensor>> with) {
        Tensor expected = check.expected().orElse(null);
        Tensor actual = check.actual().orElse(null);
        Tensor before = tensor(plain, check);
        Tensor moved = tensor(with, check);
        if (expected == null || actual == null || before == null || moved == null) {
            return;
        }
        Tolerance loose = loose(check);
        BitSet by = new BitSet();
        for (int i = 0; i < expected.size(); i++) {
            if (!loose.agrees(moved.get(i), before.get(i))) {
                if (loose.agrees(actual.get(i), expected.get(i))) {
                    return;
                }
                by.set(i, loose.agrees(actual.get(i), moved.get(i)));
            }
        }
        excused.merge(check, by, (known, more) -> more.cardinality() > known.cardinality() ? more : known);
    }

    /** Whether each element is what conventions make of it, and what was expected where they change nothing. */
    private boolean agrees(Check check, Map<Quantity, Optional<Tensor>> with) {
        Tensor expected = check.expected().orElse(null);
        Tensor actual = check.actual().orElse(null);
        Tensor before = tensor(plain, check);
        Tensor moved = tensor(with, check);
        Tolerance tolerance = check.tolerance();
        if (expected == null || actual == null || before == null || moved == null || tolerance == null) {
            return false;
        }
        Tolerance loose = loose(check);
        return IntStream.range(0, expected.size())
                .allMatch(i -> loose.agrees(moved.get(i), before.get(i))
                        ? tolerance.agrees(actual.get(i), expected.get(i))
                        : loose.agrees(actual.get(i), moved.get(i)));
    }

    private static @Nullable Tensor tensor(Map<Quantity, Optional<Tensor>> from, Check check) {
        return from.getOrDefault(check.quantity(), Optional.empty()).orElse(null);
    }

    /** Where PyTorch's answer is an exact zero, nothing may be off by a rounding; a convention's answer there may. */
    private Tolerance loose(Check check) {
        double ulps = ULPS * (dtype == DType.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0));
        Tolerance recorded = check.tolerance();
        return recorded == null
                ? new Tolerance(ulps, 0, "rounding")
                : new Tolerance(Math.max(recorded.rtol(), ulps), recorded.atol(), recorded.because());
    }

    private Optional<Map<Quantity, Optional<Tensor>>> evaluated(Choice choice) {
        try {
            return Optional.of(
                    Evaluator.attempt(choice.of(twin), task, dtype).evaluation().quantities());
        } catch (UnsupportedOpException | EngineUnavailableException e) {
            return Optional.empty();
        }
    }

    /**
     * Conventions to go by.
     *
     * @param chosen one for a kink of an op
     * @param lowered whether all other ops are computed by their definitions
     * @param met takes the ops that have conventions
     */
    private record Choice(List<Convention> chosen, boolean lowered, Set<Op> met) {
        /** An engine that goes by them. */
        Engine of(Engine engine) {
            return new Engine() {
                @Override
                public String name() {
                    return engine.name();
                }

                @Override
                public Graph<?> newGraph(DType dtype) {
                    return graph(engine.newGraph(dtype), dtype);
                }
            };
        }

        private <V> Graph<V> graph(Graph<V> graph, DType dtype) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                    if (!op.conventions().isEmpty()) {
                        met.add(op);
                    }
                    List<Convention> own = chosen.stream()
                            .filter(convention -> convention.op() == op)
                            .toList();
                    if (own.isEmpty() && !(lowered && op.hasDefinition())) {
                        return graph.apply(op, operands, attributes);
                    }
                    List<@Nullable Type> types = new ArrayList<>();
                    for (V operand : operands) {
                        Tensor value = operand == null ? null : graph.value(operand);
                        types.add(value == null ? null : new Type(value.dtype(), value.shape(), false));
                    }
                    Call call = new Call(op, types, attributes);
                    if (own.isEmpty()) {
                        return Lowering.apply(this, call, operands, dtype);
                    }
                    // The definition applies the op itself, which goes by the others.
                    Graph<V> others = new Choice(own.subList(1, own.size()), false, met).graph(graph, dtype);
                    return Lowering.apply(others, call, own.get(0).definition(call), operands, dtype);
                }
            };
        }
    }
}
