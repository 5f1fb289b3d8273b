package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Makes random programs of one op, in which its faults have nowhere to hide: of any length, so that tails behind whole vectors are seen,
 * of views, with special numbers in each operand, under cotangents with zeros, of one element, of huge ones. The same seed gives the same
 * task; values are exact in float32.
 */
final class Probes {
    /** In ops of these groups, unless they only select, an infinity meets others, and zeros, in an order that is the kernel's own. */
    private static final Set<Group> SEVERAL_STEPS = Set.of(Group.LINEAR_ALGEBRA, Group.LAYERS, Group.LOSSES);

    private static final int ATTEMPTS = 100;
    /** Of what share of programs it is said how they call their op, and how often that is tried. */
    private static final double WANTED = 0.15;

    private static final int TRIES = 30;

    private static final int MAX_ELEMENTS = 6_000;
    private static final double MAX_VALUE = 1e12;
    private static final String ROOT = "y";
    private static final Expr BOTH = Program.expression("first + second");

    private final Engine reference;
    private final List<Op> ops;
    private final Support support;
    private final boolean special;

    /**
     * Probes.
     *
     * @param reference a float64 engine that evaluates proposals
     * @param ops the ops to choose from
     * @param support what the engines have
     * @param special whether elements may be at kinks, and not finite: where all engines claim to answer as PyTorch does
     */
    Probes(Engine reference, List<Op> ops, Support support, boolean special) {
        this.reference = reference;
        this.ops = ops.stream()
                .flatMap(op -> Collections.nCopies(ways(op), op).stream())
                .toList();
        this.support = support;
        this.special = special;
    }

    /** What has more operands and attributes can be called in more ways. */
    private static int ways(Op op) {
        return 1
                + op.signature().operands().size()
                + op.signature().attributes().size();
    }

    /** The task of that seed; empty if every proposal is turned down, as happens where few operands are in the domain. */
    Optional<Drawn> generate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Op op = ops.get(random.nextInt(ops.size()));
        Draws draws = new Draws(random.split());
        Wanted wanted = draws.chance(WANTED) ? Wanted.any(op, draws) : Wanted.nothing(op);
        return generate(wanted, TRIES, random).or(() -> generate(Wanted.nothing(op), ATTEMPTS, random));
    }

    /** A task that calls an op as is wanted; empty if every proposal is turned down. */
    Optional<Drawn> generate(Wanted wanted, int attempts, SplittableRandom random) {
        for (int i = 0; i < attempts; i++) {
            Optional<Drawn> drawn = new Attempt(wanted, new Draws(random.split(), true)).task();
            if (drawn.isPresent()) {
                return drawn;
            }
        }
        return Optional.empty();
    }

    /** One try. */
    private final class Attempt {
        private final Op op;
        private final Wanted wanted;
        private final Draws draws;
        private final Draft draft = new Draft(reference, support::has);
        private final Map<String, LeafView> views = new HashMap<>();

        Attempt(Wanted wanted, Draws draws) {
            this.op = wanted.op();
            this.wanted = wanted;
            this.draws = draws;
        }

        Optional<Drawn> task() {
            Apply apply = new Proposals(draws, draft, true).of(wanted);
            if (!wanted.isMet(apply) || !draft.fits(apply) || isLong(apply)) {
                return Optional.empty();
            }
            SpecialNumbers wild = draws.chance(0.5) ? wildest() : SpecialNumbers.MODERATE;
            if (special) {
                makeSpecial(apply, wild);
            }
            takeViews();
            if (!isAnswered(apply, wild)) {
                return Optional.empty();
            }
            boolean misplaced = special && draws.chance(0.1) && misplaces(apply);
            try {
                return task(misplaced || !draws.chance(0.2) ? apply : twice(apply, wild), misplaced);
            } catch (EvaluationException | IllegalArgumentException e) {
                // The language or the reference turned it down.
                return Optional.empty();
            }
        }

        /** Operands may be stretched to the largest size in each dimension. */
        private boolean isLong(Apply apply) {
            long[] sizes = new long[Shape.MAX_RANK];
            Arrays.fill(sizes, 1);
            for (Input input : draft.inputs().values()) {
                int[] dims = input.value().shape().dims();
                for (int d = 1; d <= dims.length; d++) {
                    sizes[sizes.length - d] = Math.max(sizes[sizes.length - d], dims[dims.length - d]);
                }
            }
            long stretched = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
            return stretched > MAX_ELEMENTS || Work.isTooMuch(draft.call(apply));
        }

        /** Points one index to nothing, if the op has indices: engines must refuse the program. */
        private boolean misplaces(Apply apply) {
            if (draft.inputs().values().stream().anyMatch(input -> input.value().size() == 0)) {
                // There is nothing to point to.
                return false;
            }
            for (Expr operand : apply.operands()) {
                if (operand instanceof Name leaf && draft.value(leaf.name()).dtype() == DType.INT64) {
                    Tensor indices = draft.value(leaf.name());
                    draft.replace(leaf.name(), draws.misplaced(indices, MAX_ELEMENTS));
                    if (!draft.fits(apply)) {
                        return true;
                    }
                    // This op counts modulo the size.
                    draft.replace(leaf.name(), indices);
                    return false;
                }
            }
            return false;
        }

        /** What is inside of the domain is answered too; outside of it only an engine that goes there in one step can be asked. */
        private boolean isAnswered(Apply apply, SpecialNumbers wild) {
            return wild == SpecialNumbers.ANY ? !draft.isUndefined(apply) : isInside(apply);
        }

        /** The call, and the same of some operands that hold their numbers in another order: what an op keeps from one call shows. */
        private Expr twice(Apply apply, SpecialNumbers wild) {
            List<@Nullable Expr> operands = new ArrayList<>(apply.operands());
            for (int i = 0; i < operands.size(); i++) {
                if (operands.get(i) instanceof Name leaf
                        && draft.value(leaf.name()).dtype().isFloating()
                        && draws.chance(0.7)) {
                    boolean requiresGrad = Objects.requireNonNull(draft.inputs().get(leaf.name()))
                            .requiresGrad();
                    operands.set(i, draft.input(draws.shuffled(draft.value(leaf.name())), requiresGrad));
                }
            }
            takeViews();
            Apply again = new Apply(op, operands, apply.attributes(), apply.column());
            return isAnswered(again, wild)
                    ? Inliner.substitute(Inliner.substitute(BOTH, "first", apply), "second", again)
                    : apply;
        }

        private SpecialNumbers wildest() {
            return !special
                    ? SpecialNumbers.MODERATE
                    : op.isExact() || !SEVERAL_STEPS.contains(op.group()) ? SpecialNumbers.ANY : SpecialNumbers.NO_HUGE;
        }

        private boolean isInside(Apply apply) {
            return special ? draft.isInside(apply) : draft.isSmooth(apply, support.ties());
        }

        private void makeSpecial(Apply apply, SpecialNumbers wild) {
            int count = apply.operands().size();
            Set<Expr> bounded = new HashSet<>();
            for (int i = 0; i < count; i++) {
                Parameter parameter = op.signature().of(i, count);
                if (parameter != null && op.given(parameter).isPresent()) {
                    bounded.add(apply.operands().get(i));
                }
            }
            for (Expr operand : apply.operands()) {
                if (operand instanceof Name leaf
                        && !bounded.contains(leaf)
                        && draft.value(leaf.name()).dtype().isFloating()
                        && draws.chance(0.5)) {
                    draft.replace(leaf.name(), wild.operand(draft.value(leaf.name()), apply.attributes(), draws));
                }
            }
        }

        /** Makes operands views of leaves, which may change them: what is expanded is the same all along a dimension. */
        private void takeViews() {
            for (Map.Entry<String, Input> entry : List.copyOf(draft.inputs().entrySet())) {
                Tensor value = entry.getValue().value();
                if (value.dtype().isFloating() && op.unanswered().views() && !views.containsKey(entry.getKey())) {
                    LeafView view = LeafView.of(entry.getKey(), value, draws);
                    views.put(entry.getKey(), view);
                    draft.replace(entry.getKey(), view.value());
                }
            }
        }

        private Optional<Drawn> task(Expr called, boolean misplaced) {
            Expr expr = called;
            Map<String, Input> leaves = new LinkedHashMap<>();
            for (Map.Entry<String, Input> entry : draft.inputs().entrySet()) {
                Input input = entry.getValue();
                LeafView view = views.getOrDefault(entry.getKey(), LeafView.none(entry.getKey(), input.value()));
                leaves.put(entry.getKey(), new Input(view.leaf(), input.requiresGrad()));
                expr = Inliner.substitute(expr, entry.getKey(), view.view());
            }
            Program program = Program.of(List.of(new Statement(1, ROOT, expr)));
            Map<String, Input> inputs = new LinkedHashMap<>();
            Map<String, Type> types = new LinkedHashMap<>();
            for (String name : program.inputs()) {
                Input input = Objects.requireNonNull(leaves.get(name));
                inputs.put(name, input);
                types.put(name, input.type(DType.FLOAT64));
            }
            Type root = Objects.requireNonNull(program.infer(types).get(ROOT));
            if (!root.requiresGrad() || root.shape().size() > MAX_ELEMENTS) {
                return Optional.empty();
            }
            Task task = new Task(program, inputs, ROOT, cotangent(root.shape()));
            if (misplaced) {
                // Where nothing results, PyTorch does not look.
                return root.shape().size() == 0 ? Optional.empty() : Optional.of(new Drawn(task, null));
            }
            Evaluation evaluation = Evaluator.evaluate(reference, task, DType.FLOAT64);
            return isModerate(evaluation, task) && support.has(task)
                    ? Optional.of(new Drawn(task, evaluation))
                    : Optional.empty();
        }

        /** Whether numbers are moderate, or not finite where such were given, if several steps could take them apart. */
        private boolean isModerate(Evaluation evaluation, Task task) {
            return wildest() == SpecialNumbers.ANY
                    || Draft.isModerate(evaluation, MAX_VALUE, MAX_VALUE, SpecialNumbers.holdsNonFinite(task));
        }

        private Tensor cotangent(Shape shape) {
            Tensor cotangent = draws.cotangent(shape);
            SpecialNumbers wild = op.unanswered().cotangents() ? wildest() : SpecialNumbers.MODERATE;
            return special && draws.chance(0.3) ? wild.cotangent(cotangent, draws) : cotangent;
        }
    }
}
