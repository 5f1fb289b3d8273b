package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;

/**
 * Makes random programs with inputs: the same seed gives the same task. Ops, operands and attributes are proposed from
 * the rows of the op table; what the shape rules refuse, what lies near a kink, and what the reference engine finds
 * large or undefined is proposed anew. Values are exact in float32, so a task is the same in both types.
 */
public final class ProgramGenerator {
    /** How many ops a program has, if nobody says, before a few are added for domains. */
    static final int STATEMENTS = 10;

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
        this(reference, drawn().stream().filter(Op::isDrawnAmongOthers).toList(), STATEMENTS);
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

    /** The same of what an engine supports. */
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

    /** The ops that programs are made of, of one op at least: those through which a gradient flows, unless their files say why not. */
    static List<Op> drawn() {
        return Ops.all().stream().filter(Op::isDrawn).toList();
    }

    /**
     * The task of that seed; its values and gradients are finite, and its root requires a gradient.
     *
     * @throws EngineUnavailableException if no program can be made, because the reference lacks an op or every proposal is refused
     */
    public Task generate(long seed) {
        return draw(seed).task();
    }

    /** The same, with what the reference makes of it. */
    Drawn draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String refusal = "";
        for (int i = 0; i < ATTEMPTS; i++) {
            Attempt attempt = new Attempt(new Draws(random.split()));
            Optional<Drawn> drawn = attempt.task();
            if (drawn.isPresent()) {
                return drawn.get();
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
        private final Proposals proposals;

        Attempt(Draws draws) {
            this.draws = draws;
            this.proposals = new Proposals(draws, draft, false);
        }

        Optional<Drawn> task() {
            int statements = 1 + draws.below(maxStatements);
            for (int i = 0; i < statements; i++) {
                grow(draws.pick(ops));
            }
            if (draft.statements().isEmpty()) {
                return Optional.empty();
            }
            String root = join();
            Map<String, Expr> inlined = Inliner.inline(draft.statements(), root, draws);
            List<Statement> lines = new ArrayList<>();
            inlined.forEach((name, expr) -> lines.add(new Statement(lines.size() + 1, name, expr)));
            Program program = Program.of(lines);
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
            Optional<Evaluation> evaluation = usable(task);
            if (evaluation.isEmpty()) {
                draft.refuse("its root requires no gradient, or a value or gradient is large");
            }
            return evaluation.map(known -> new Drawn(task, known));
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
                    root = draft.add(Program.expression(root + " + sum(sin(" + name + "))"))
                            .map(Name::name)
                            .orElse(root);
                }
            }
            return root;
        }

        /** What the reference makes of it, if its root requires a gradient and no number is large. */
        private Optional<Evaluation> usable(Task task) {
            Type root = Objects.requireNonNull(
                    task.program().infer(task.inputTypes(DType.FLOAT64)).get(task.root()));
            return Optional.of(task)
                    .filter(usable -> root.requiresGrad())
                    .map(usable -> Evaluator.evaluate(reference, usable, DType.FLOAT64))
                    .filter(evaluation -> Draft.isModerate(evaluation, MAX_GRADIENT, MAX_GRADIENT));
        }

        /** Adds the op if one of a number of proposals is taken. */
        private void grow(Op op) {
            int before = draft.statements().size();
            for (int i = 0; i < PROPOSALS; i++) {
                Apply apply = proposals.of(op);
                if (draft.fits(apply)
                        && draft.isSmooth(apply, support.ties())
                        && draft.add(apply).isPresent()) {
                    return;
                }
                draft.forget(before);
            }
        }
    }
}
