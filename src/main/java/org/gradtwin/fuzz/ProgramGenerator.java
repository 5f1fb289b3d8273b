package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Parameter.Kind;
import org.gradtwin.language.Program;
import org.gradtwin.language.Sample;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Makes random programs with inputs: the same seed gives the same task. Ops, operands and attributes are proposed from
 * the rows of the op table; what the shape rules refuse, what lies near a kink, and what the reference engine finds
 * large or undefined is proposed anew. Values are exact in float32, so a task is the same in both types.
 */
public final class ProgramGenerator {
    private static final int PROPOSALS = 40;
    private static final int ATTEMPTS = 500;
    private static final double MAX_GRADIENT = 1e6;

    private final Engine reference;
    private final List<Op> ops;
    private final int maxStatements;
    private final Support support;

    /**
     * A generator of programs with any op that the reference has.
     *
     * @param reference a float64 engine that evaluates proposals
     */
    public ProgramGenerator(Engine reference) {
        this(reference, drawn(), 10);
    }

    /**
     * A generator of programs with those ops, and those that bring operands into their domain.
     *
     * @param reference a float64 engine that evaluates proposals
     * @param ops the ops to choose from
     * @param maxStatements how many ops a program has before a few are added for domains
     */
    public ProgramGenerator(Engine reference, List<Op> ops, int maxStatements) {
        this(reference, ops, maxStatements, Support.ALL);
    }

    /** A generator of programs that an engine supports. */
    ProgramGenerator(Engine reference, Support support) {
        this(
                reference,
                drawn().stream().filter(op -> !support.lacking().contains(op)).toList(),
                10,
                support);
    }

    /** The same of those ops alone, and what brings operands into their domain. */
    ProgramGenerator(Engine reference, List<Op> ops, int maxStatements, Support support) {
        if (ops.isEmpty() || maxStatements < 1) {
            throw new IllegalArgumentException(
                    "a generator needs ops and statements, not " + ops.size() + " and " + maxStatements);
        }
        this.reference = reference;
        this.ops = List.copyOf(ops);
        this.maxStatements = maxStatements;
        this.support = support;
    }

    /** The ops that programs are made of: those through which a gradient flows, unless their files say why not. */
    static List<Op> drawn() {
        return Ops.all().stream().filter(Op::isDrawn).toList();
    }

    /**
     * The task of that seed; its values and gradients are finite, and its root requires a gradient.
     *
     * @throws EngineUnavailableException if no program can be made, because the reference lacks an op or every proposal is refused
     */
    public Task generate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String refusal = "";
        for (int i = 0; i < ATTEMPTS; i++) {
            Attempt attempt = new Attempt(new Draws(random.split()));
            Optional<Task> task = attempt.task();
            if (task.isPresent()) {
                return task.get();
            }
            refusal = attempt.draft.refusal();
        }
        throw new EngineUnavailableException("no program can be made with "
                + ops.stream().map(Op::id).collect(Collectors.joining(", ")) + ": " + ATTEMPTS
                + " attempts were turned down, the last because: " + refusal);
    }

    /** One try; the draft may end up without a root, or with a gradient that is too large. */
    private final class Attempt {
        private final Draws draws;
        private final Draft draft = new Draft(reference, support::has);

        Attempt(Draws draws) {
            this.draws = draws;
        }

        Optional<Task> task() {
            int statements = 1 + draws.below(maxStatements);
            for (int i = 0; i < statements; i++) {
                grow(draws.pick(ops));
            }
            if (draft.statements().isEmpty()) {
                return Optional.empty();
            }
            String root = join();
            Map<String, Expr> inlined = Inliner.inline(draft.statements(), root, draws);
            List<String> lines = new ArrayList<>();
            inlined.forEach((name, expr) -> lines.add(name + " = " + expr));
            Program program = Program.parse(lines);
            for (Op op : program.ops()) {
                if (support.lacking().contains(op)) {
                    // One that joins or brings into a domain.
                    draft.refuse("the engine lacks " + op.id());
                    return Optional.empty();
                }
            }
            Map<String, Input> inputs = new LinkedHashMap<>();
            program.inputs()
                    .forEach(name -> inputs.put(
                            name, Objects.requireNonNull(draft.inputs().get(name))));
            Task task = new Task(
                    program, inputs, root, draws.values(draft.value(root).shape()));
            if (!isUsable(task)) {
                draft.refuse("its root requires no gradient, or a value or gradient is large");
                return Optional.empty();
            }
            return Optional.of(task);
        }

        /**
         * Has most loose ends flow into the last statement, through a sine: a plain sum gives every element the same
         * cotangent, and hides what is wrong with a softmax.
         *
         * @return the root
         */
        private String join() {
            List<String> names = new ArrayList<>(draft.statements().keySet());
            String root = names.remove(names.size() - 1);
            for (String name : names) {
                boolean loose = draft.statements().values().stream().allMatch(expr -> Inliner.uses(expr, name) == 0);
                if (loose && draws.chance(0.75)) {
                    root = draft.add(root + " + sum(sin(" + name + "))")
                            .map(Name::name)
                            .orElse(root);
                }
            }
            return root;
        }

        private boolean isUsable(Task task) {
            Map<String, Type> given = new LinkedHashMap<>();
            task.inputs().forEach((name, input) -> given.put(name, input.type(DType.FLOAT64)));
            Type root = Objects.requireNonNull(task.program().infer(given).get(task.root()));
            return root.requiresGrad()
                    && Draft.isModerate(Evaluator.evaluate(reference, task, DType.FLOAT64), MAX_GRADIENT, MAX_GRADIENT);
        }

        /** Adds the op if one of a number of proposals is taken. */
        private void grow(Op op) {
            int before = draft.statements().size();
            for (int i = 0; i < PROPOSALS; i++) {
                Apply apply = op.isSubscript() ? subscript(op) : proposal(op);
                if (fits(apply) && draft.add(apply.toString()).isPresent()) {
                    return;
                }
                draft.forget(before);
            }
        }

        private boolean fits(Apply apply) {
            List<@Nullable Tensor> operands = draft.operands(apply);
            List<@Nullable Type> types = new ArrayList<>();
            for (Tensor tensor : operands) {
                types.add(tensor == null ? null : new Type(tensor.dtype(), tensor.shape(), false));
            }
            try {
                apply.op().shape(types, apply.attributes());
                apply.op().requireIndices(types, apply.attributes(), operands);
            } catch (IllegalArgumentException e) {
                // The rule turns the proposal down.
                draft.refuse(e.getMessage());
                return false;
            }
            if (namesADimensionOfANumber(apply, types.get(0))) {
                draft.refuse("a dimension of a number is named");
                return false;
            }
            boolean exact = apply.operands().stream()
                    .allMatch(operand ->
                            operand instanceof Name name && draft.inputs().containsKey(name.name()));
            if (apply.op().isOutside(operands, apply.attributes())
                    || apply.op().isNearKink(operands, apply.attributes(), exact && support.ties())) {
                draft.refuse("an operand is outside of the domain or near a kink");
                return false;
            }
            return true;
        }

        /** PyTorch takes {@code dim=0} of a number; engines that do as NumPy does refuse it, and are right to. */
        private static boolean namesADimensionOfANumber(Apply apply, @Nullable Type first) {
            Attributes attributes = apply.attributes();
            return first != null && first.shape().rank() == 0 && attributes.has("dim") && attributes.get("dim") != null;
        }

        private Apply proposal(Op op) {
            return op.samples().isEmpty() ? proposed(op) : drawn(op, draws.pick(op.samples()));
        }

        /** A call that the op's file gives, of names at hand that have the shapes, and of new inputs. */
        private Apply drawn(Op op, Sample sample) {
            List<@Nullable Expr> operands = new ArrayList<>();
            for (int i = 0; i < sample.shapes().size(); i++) {
                Shape shape = sample.shapes().get(i);
                Kind kind = Objects.requireNonNull(
                                op.signature().of(i, sample.shapes().size()))
                        .kind();
                boolean inDomain = op.domain() != Domain.ALL
                        && (op.domain().ofLast() ? i == sample.shapes().size() - 1 : i == 0);
                if (shape == null) {
                    operands.add(null);
                } else if (kind == Kind.INDICES || kind == Kind.INDICES_TUPLE || kind == Kind.INDICES_OR_TENSOR) {
                    operands.add(draft.input(draws.indices(shape, 1 + draws.below(4)), false));
                } else if (inDomain) {
                    operands.add(draft.input(draws.values(shape, op.domain()), draws.chance(0.85)));
                } else if (kind == Kind.MASK || (kind == Kind.MASK_OR_TENSOR && draws.chance(0.5))) {
                    operands.add(draft.input(draws.mask(shape), false));
                } else {
                    List<String> fitting = draft.names().stream()
                            .filter(name -> draft.value(name).shape().equals(shape))
                            .toList();
                    operands.add(
                            !fitting.isEmpty() && draws.chance(0.7)
                                    ? new Name(draws.pickLate(fitting))
                                    : draft.input(draws.values(shape), !op.isConstant(i) && draws.chance(0.85)));
                }
            }
            return new Apply(op, operands, sample.attributes(), 1);
        }

        private Apply proposed(Op op) {
            List<@Nullable Expr> operands = new ArrayList<>();
            List<Name> before = new ArrayList<>();
            for (Parameter parameter : op.signature().operands()) {
                int count = parameter.kind() == Kind.TENSORS ? 1 + draws.below(3) : 1;
                for (int i = 0; i < count; i++) {
                    Expr operand = operand(op, parameter, operands.size(), before);
                    operands.add(operand);
                    if (operand instanceof Name name) {
                        before.add(name);
                    }
                }
            }
            Shape first = before.isEmpty() ? Shape.SCALAR : shape(before.get(0));
            return new Apply(op, operands, draws.attributes(op, first), 1);
        }

        private Shape shape(Name name) {
            return draft.value(name.name()).shape();
        }

        private @Nullable Expr operand(Op op, Parameter parameter, int position, List<Name> before) {
            if (parameter.optional() && draws.chance(0.5)) {
                return null;
            }
            boolean last = position == op.signature().operands().size() - 1;
            boolean numberFirst = position == 0 && !last && op.operator().isPresent() && op.broadcasts();
            if ((parameter.kind() == Kind.TENSOR_OR_NUMBER && draws.chance(0.25))
                    || (numberFirst && draws.chance(0.1))) {
                return draws.literal(position > 0 || op.domain() != Domain.POSITIVE);
            }
            if (parameter.kind() == Kind.INDICES || parameter.kind() == Kind.INDICES_OR_TENSOR) {
                return indices(before);
            }
            if (parameter.kind() == Kind.MASK) {
                return draft.input(
                        draws.mask(before.isEmpty() ? draws.shape() : draws.shapeBeside(shape(draws.pick(before)))),
                        false);
            }
            Optional<Domain> given = op.given(parameter);
            if (given.isPresent()) {
                // One number an element, or one a row.
                int[] dims = shape(before.get(0)).dims();
                Shape beside = Shape.of(Arrays.copyOf(dims, Math.max(dims.length - draws.below(2), 0)));
                return draft.input(draws.values(beside, given.get()), false);
            }
            if (parameter.optional() && draws.chance(0.7)) {
                // Often one number a column, and a constant: weights of classes must be one.
                Shape beside = shape(before.get(0));
                Shape shape = draws.chance(0.7) ? Shape.of(beside.last()) : draws.shapeBeside(beside);
                return draft.input(draws.values(shape), draws.chance(0.4));
            }
            boolean inDomain = op.domain() != Domain.ALL && (op.domain().ofLast() ? last : position == 0);
            return inDomain ? within(op, before) : tensor(op, before);
        }

        /**
         * A name, often one that is used already; or a new input of a shape that may fit beside the operands so far. Now and then it
         * is an operand so far, turned, so that two ways lead to it, or an input equal to one, so that they tie.
         */
        private Name tensor(Op op, List<Name> before) {
            if (!before.isEmpty()) {
                Name other = draws.pick(before);
                if (draws.chance(0.15) && shape(other).rank() == 2) {
                    return draft.add(other + ".T").orElse(other);
                }
                if (draws.chance(0.1) && draft.inputs().containsKey(other.name())) {
                    return draft.input(draft.value(other.name()), draws.chance(0.85));
                }
            }
            List<String> names = draft.names();
            if (before.isEmpty()) {
                List<String> fitting = names.stream()
                        .filter(name -> op.ranks().stream()
                                .anyMatch(ranks -> ranks.get(0)
                                        == draft.value(name).shape().rank()))
                        .toList();
                return draws.chance(0.85) && !fitting.isEmpty()
                        ? new Name(draws.pickLate(fitting))
                        : input(draws.shape(op));
            }
            if (draws.chance(0.5)) {
                return draws.chance(0.85) && !names.isEmpty() ? new Name(draws.pickLate(names)) : input(draws.shape());
            }
            return input(draws.shapeBeside(shape(draws.pick(before))));
        }

        /** A new input, now and then of few numbers, so that some tie. */
        private Name input(Shape shape) {
            Tensor value = draws.chance(0.1) ? draws.few(shape) : draws.values(shape);
            return draft.input(value, draws.chance(0.85));
        }

        /** A name whose value is in a domain: one at hand, or a new one made from another. */
        private Name within(Op op, List<Name> before) {
            Domain domain = op.domain();
            Name name = tensor(op, before);
            Tensor value = draft.value(name.name());
            boolean already = true;
            for (int i = 0; i < value.size(); i++) {
                already &= domain.holds(value.get(i));
            }
            if (already) {
                return name;
            }
            if (domain == Domain.WITHIN_ONE) {
                return draft.add("0.75*tanh(%s)".formatted(name)).orElse(name);
            }
            if (domain == Domain.PROBABILITY) {
                return draft.add("sigmoid(%s)".formatted(name)).orElse(name);
            }
            String function = draws.pick(List.of("square(%s)", "exp(%s)", "sigmoid(%s)"));
            String above = domain == Domain.ABOVE_ONE ? " + 1.25" : " + 0.5";
            return draft.add(function.formatted(name) + above).orElse(name);
        }

        private Name indices(List<Name> before) {
            Shape beside = before.isEmpty() ? draws.shape() : shape(draws.pick(before));
            Shape shape = draws.chance(0.3) ? Shape.SCALAR : Shape.of(draws.chance(0.5) ? beside.rows() : 3);
            return draft.input(draws.indices(shape, Math.min(beside.last(), 1 + draws.below(5))), false);
        }

        private Apply subscript(Op op) {
            Name name = tensor(op, List.of());
            Shape shape = draft.value(name.name()).shape();
            List<@Nullable Expr> operands = new ArrayList<>();
            operands.add(name);
            List<Index.Item> items = new ArrayList<>();
            Shape gathered = draws.chance(0.3) ? Shape.of(2, 2) : Shape.of(3);
            for (int d = 0; d < shape.rank() && (d == 0 || draws.chance(0.7)); d++) {
                int size = shape.dim(d);
                switch (draws.below(3)) {
                    case 0 -> items.add(draws.slice(size));
                    case 1 -> items.add(new Index.At(draws.below(2 * size + 1) - size));
                    default -> {
                        operands.add(draft.input(draws.indices(gathered, size), false));
                        items.add(new Index.Gather(operands.size() - 1));
                    }
                }
            }
            return new Apply(op, operands, Attributes.of(new Index(items)), 1);
        }
    }
}
