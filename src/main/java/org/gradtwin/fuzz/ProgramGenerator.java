package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Domain;
import org.gradtwin.program.Expr;
import org.gradtwin.program.Expr.Apply;
import org.gradtwin.program.Expr.Name;
import org.gradtwin.program.Expr.Number;
import org.gradtwin.program.Index;
import org.gradtwin.program.Op;
import org.gradtwin.program.Ops;
import org.gradtwin.program.Parameter;
import org.gradtwin.program.Parameter.Kind;
import org.gradtwin.program.Program;
import org.gradtwin.program.Type;
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
    private static final double MAX_GRADIENT = 1e6;

    private final Engine reference;
    private final List<Op> ops;
    private final int maxStatements;
    private final Set<Op> without;

    /**
     * A generator of programs with any op that the reference has.
     *
     * @param reference a float64 engine that evaluates proposals
     */
    public ProgramGenerator(Engine reference) {
        this(reference, Set.of());
    }

    /**
     * A generator of programs with any op but those.
     *
     * @param reference a float64 engine that evaluates proposals
     * @param without the ops that no program is to have
     */
    public ProgramGenerator(Engine reference, Set<Op> without) {
        this(reference, Ops.all().stream().filter(op -> !without.contains(op)).toList(), 10, without);
    }

    /**
     * A generator of programs with those ops, and those that bring operands into their domain.
     *
     * @param reference a float64 engine that evaluates proposals
     * @param ops the ops to choose from
     * @param maxStatements how many ops a program has before a few are added for domains
     */
    public ProgramGenerator(Engine reference, List<Op> ops, int maxStatements) {
        this(reference, ops, maxStatements, Set.of());
    }

    /** The same without some of the ops that bring operands into their domain. */
    ProgramGenerator(Engine reference, List<Op> ops, int maxStatements, Set<Op> without) {
        if (ops.isEmpty() || maxStatements < 1) {
            throw new IllegalArgumentException(
                    "a generator needs ops and statements, not " + ops.size() + " and " + maxStatements);
        }
        this.reference = reference;
        this.ops = List.copyOf(ops);
        this.maxStatements = maxStatements;
        this.without = Set.copyOf(without);
    }

    /** The task of that seed; its values and gradients are finite, and its root requires a gradient. */
    public Task generate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        while (true) {
            Optional<Task> task = new Attempt(new Draws(random.split())).task();
            if (task.isPresent()) {
                return task.get();
            }
        }
    }

    /** One try; the draft may end up without a root, or with a gradient that is too large. */
    private final class Attempt {
        private final Draws draws;
        private final Draft draft = new Draft(reference);

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
            if (program.ops().stream().anyMatch(without::contains)) {
                // One that joins or brings into a domain.
                return Optional.empty();
            }
            Map<String, Input> inputs = new LinkedHashMap<>();
            program.inputs()
                    .forEach(name -> inputs.put(
                            name, Objects.requireNonNull(draft.inputs().get(name))));
            Task task = new Task(
                    program, inputs, root, draws.values(draft.value(root).shape()));
            return isUsable(task) ? Optional.of(task) : Optional.empty();
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
                    Apply sine = new Apply(Ops.of("sin"), List.of(new Name(name)), Attributes.NONE, 1);
                    Attributes all = Ops.of("sum").signature().defaults();
                    Apply sum = new Apply(Ops.of("sum"), List.of(sine), all, 1);
                    Apply joined = new Apply(Ops.of("add"), List.of(new Name(root), sum), Attributes.NONE, 1);
                    root = draft.add(joined).map(Name::name).orElse(root);
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
            for (int i = 0; i < PROPOSALS; i++) {
                Apply apply = op == Ops.of("index") ? subscript() : proposal(op);
                if (fits(apply) && draft.add(apply).isPresent()) {
                    return;
                }
                draft.forgetUnusedInputs();
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
            } catch (IllegalArgumentException e) {
                // The rule turns the proposal down.
                return false;
            }
            return !apply.op().isOutside(operands, apply.attributes())
                    && !apply.op().isNearKink(operands, apply.attributes());
        }

        private Apply proposal(Op op) {
            List<@Nullable Expr> operands = new ArrayList<>();
            List<Shape> shapes = new ArrayList<>();
            for (Parameter parameter : op.signature().operands()) {
                int count = parameter.kind() == Kind.TENSORS ? 1 + draws.below(3) : 1;
                for (int i = 0; i < count; i++) {
                    Expr operand = operand(op, parameter, operands.size(), shapes);
                    operands.add(operand);
                    if (operand instanceof Name name) {
                        shapes.add(draft.value(name.name()).shape());
                    }
                }
            }
            Shape first = shapes.isEmpty() ? Shape.SCALAR : shapes.get(0);
            return new Apply(op, operands, draws.attributes(op, first), 1);
        }

        private @Nullable Expr operand(Op op, Parameter parameter, int position, List<Shape> before) {
            if (parameter.optional() && draws.chance(0.5)) {
                return null;
            }
            boolean last = position == op.signature().operands().size() - 1;
            boolean numberFirst = position == 0 && !last && op.operator().isPresent() && op != Ops.of("matmul");
            if ((parameter.kind() == Kind.TENSOR_OR_NUMBER && draws.chance(0.25))
                    || (numberFirst && draws.chance(0.1))) {
                return draws.literal(position > 0 || op != Ops.of("pow_tensor"));
            }
            if (parameter.kind() == Kind.INDICES) {
                return indices(before);
            }
            boolean inDomain = op.domain() != Domain.ALL && (op.domain() == Domain.NONZERO ? last : position == 0);
            return inDomain ? positive(before) : tensor(before);
        }

        /**
         * A name, often one that is used already; or a new input of a shape that may fit beside the operands so far.
         */
        private Name tensor(List<Shape> before) {
            List<String> names = draft.names();
            if (before.isEmpty() || draws.chance(0.5)) {
                return draws.chance(0.85) && !names.isEmpty()
                        ? new Name(draws.pickLate(names))
                        : draft.input(draws.values(draws.shape()), draws.chance(0.85));
            }
            return draft.input(draws.values(draws.shapeBeside(draws.pick(before))), draws.chance(0.85));
        }

        /** A name whose value is in every domain: one at hand, or a new one made from another. */
        private Name positive(List<Shape> before) {
            Name name = tensor(before);
            Tensor value = draft.value(name.name());
            boolean already = true;
            for (int i = 0; i < value.size(); i++) {
                already &= value.get(i) >= 0.25;
            }
            if (already) {
                return name;
            }
            Op op = draws.pick(List.of(Ops.of("square"), Ops.of("exp"), Ops.of("sigmoid")));
            Apply inner = new Apply(op, List.of(name), Attributes.NONE, 1);
            Apply shifted = new Apply(Ops.of("add"), List.of(inner, new Number(0.5, false)), Attributes.NONE, 1);
            return draft.add(shifted).orElse(name);
        }

        private Name indices(List<Shape> before) {
            Shape beside = before.isEmpty() ? draws.shape() : draws.pick(before);
            Shape shape = draws.chance(0.3) ? Shape.SCALAR : Shape.of(draws.chance(0.5) ? beside.rows() : 3);
            return draft.input(draws.indices(shape, Math.min(beside.last(), 1 + draws.below(5))), false);
        }

        private Apply subscript() {
            Name name = tensor(List.of());
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
            return new Apply(Ops.of("index"), operands, new Attributes(Map.of("index", new Index(items))), 1);
        }
    }
}
