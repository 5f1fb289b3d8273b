package org.gradtwin.fuzz;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Program;
import org.gradtwin.language.Signature;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What programs may have so that an engine can be asked them.
 *
 * @param lacking ops that the engine refuses however they are used
 * @param partial ops of which it refuses some uses: another attribute, another shape, one operand more
 * @param ties whether it shares a gradient among ties as PyTorch does; what else engines do there is no fault
 * @param runs whether the engine runs a program, asked where an op is partial
 */
record Support(Set<Op> lacking, Set<Op> partial, boolean ties, Predicate<Task> runs) {
    /** Everything. */
    static final Support ALL = new Support(Set.of(), Set.of(), true, task -> true);

    /** Programs of an op that are tried on an engine: as many show that it has the op, more that it has it in part. */
    private static final int FEW = 6;

    private static final int MANY = 12;

    private static final List<Task> TIED =
            Ops.all().stream().flatMap(op -> tied(op).stream()).toList();

    Support {
        lacking = ordered(lacking);
        partial = ordered(partial);
    }

    private static Set<Op> ordered(Set<Op> ops) {
        Set<Op> copy = new LinkedHashSet<>();
        copy.addAll(ops);
        return Collections.unmodifiableSet(copy);
    }

    /** The op on equal elements, if they are near a kink of it unless they tie in every engine. */
    private static Optional<Task> tied(Op op) {
        Signature signature = op.signature();
        Attributes attributes = signature.defaults();
        Tensor equal = Tensor.full(DType.FLOAT64, Shape.of(3), 0.5);
        int count = signature.operands().size();
        List<@Nullable Tensor> operands = Collections.nCopies(count, equal);
        if (count > 2
                || !op.isDifferentiable()
                || signature.attributes().stream().anyMatch(Parameter::required)) {
            return Optional.empty();
        }
        Input input = new Input(equal, true);
        Shape shape;
        try {
            shape = op.shape(Collections.nCopies(count, input.type(DType.FLOAT64)), attributes);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // By its defaults it takes no vector.
        }
        if (!op.isNearKink(operands, attributes, false) || op.isNearKink(operands, attributes, true)) {
            return Optional.empty();
        }
        Map<String, Input> inputs = count == 1 ? Map.of("x", input) : Map.of("x", input, "y", input);
        List<@Nullable Expr> names =
                inputs.keySet().stream().sorted().<Expr>map(Name::new).toList();
        Program program = Program.parse(List.of("z = " + new Apply(op, names, attributes, 1)));
        return Optional.of(new Task(program, inputs, "z", Tensor.full(DType.FLOAT64, shape, 1)));
    }

    /** The same without programs that have some ops. */
    Support without(Set<Op> ops) {
        Set<Op> none = new LinkedHashSet<>(lacking);
        none.addAll(ops);
        return new Support(none, partial, ties, runs);
    }

    /** The same without programs in which something ties. */
    Support withoutTies() {
        return new Support(lacking, partial, false, runs);
    }

    /** Whether the engine has what a program needs. */
    boolean has(Task task) {
        return Collections.disjoint(task.program().ops(), partial) || runs.test(task);
    }

    /** What an engine supports, by programs of one op each; everything if it refuses all. */
    static Support of(Engine reference, Engine engine, DType dtype) {
        Set<Op> lacking = new LinkedHashSet<>();
        Set<Op> partial = new LinkedHashSet<>();
        int known;
        do {
            // What is missing may only bring an operand into the domain of the op: then nothing is known about the op
            // until programs go without.
            known = lacking.size();
            Support sofar = new Support(lacking, Set.of(), true, task -> true);
            for (Op op : ProgramGenerator.drawn()) {
                if (!lacking.contains(op)) {
                    probe(new ProgramGenerator(reference, List.of(op), 1, sofar), op, engine, dtype, lacking, partial);
                }
            }
        } while (lacking.size() > known);
        Predicate<Task> runs = task -> refused(engine, task, dtype).isEmpty();
        return lacking.size() == ProgramGenerator.drawn().size() ? ALL : new Support(lacking, partial, true, runs);
    }

    private static void probe(
            ProgramGenerator generator, Op op, Engine engine, DType dtype, Set<Op> lacking, Set<Op> partial) {
        int has = 0;
        int refuses = 0;
        for (int seed = 0; seed < (refuses > 0 ? MANY : FEW); seed++) {
            Optional<Op> refused = refused(engine, generator.generate(seed), dtype);
            has += refused.isEmpty() ? 1 : 0;
            refuses += refused.isPresent() && refused.get() == op ? 1 : 0;
        }
        if (refuses > 0) {
            (has > 0 ? partial : lacking).add(op);
        }
    }

    private static Optional<Op> refused(Engine engine, Task task, DType dtype) {
        try {
            Evaluator.evaluate(engine, task, dtype);
        } catch (UnsupportedOpException e) {
            return Optional.of(e.op());
        } catch (EvaluationException e) {
            // It has the ops; what it does wrong will be found.
        }
        return Optional.empty();
    }

    /** Whether an engine shares gradients among ties as the twin does, as far as it has the ops. */
    static boolean tiesAsTwin(Engine twin, Engine engine, DType dtype) {
        return TIED.stream().allMatch(task -> {
            try {
                Quantity gradient = Quantity.grad("x");
                return Evaluator.evaluate(engine, task, dtype)
                        .get(gradient)
                        .equals(Evaluator.evaluate(twin, task, dtype).get(gradient));
            } catch (UnsupportedOpException e) {
                return true;
            } catch (EvaluationException e) {
                return false;
            }
        });
    }
}
