package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.NotAskedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is at fault in a program of several ops. Each is judged alone, on the operands and the cotangent that it has in PyTorch: an
 * error that only flowed through it is not there. Where every op is right alone, the graph is at fault, and the shares that PyTorch's ops
 * pass back to the first gradient that is off tell in what way.
 */
final class Inquest {
    /** An op is off as others are, if it is by this part of what the worst is. */
    private static final double MANY = 0.01;

    private static final String RESULT = "result";
    private static final String RIGHT = "the graph: alone, each op is right";

    private final Engine engine;
    private final Engine twin;
    private final DType dtype;
    private final SingleOps ops;
    private final Task task;
    private final Map<String, Type> types;
    private final Evaluation right;

    private Inquest(Engine engine, Engine twin, DType dtype, SingleOps ops, Task task) {
        this.engine = engine;
        this.twin = twin;
        this.dtype = dtype;
        this.ops = ops;
        this.task = task;
        this.types = task.types(dtype);
        this.right = Evaluator.evaluate(twin, task, dtype);
    }

    /**
     * The culprit.
     *
     * @param first where the engine first went wrong
     * @return empty if that cannot be told: one of both fails, or the engine agrees when it is asked again
     */
    static Optional<Culprit> of(Engine engine, Engine twin, Task task, DType dtype, Quantity first) {
        Optional<DType> in = Answer.computedIn(engine, dtype);
        SingleOps ops = new SingleOps(task.program());
        if (in.isEmpty() || ops.applications().size() < 2) {
            return Optional.empty();
        }
        return answered(() -> {
            Task flat = ops.of(task.rounded(dtype));
            Evaluation wrong = Evaluator.evaluate(engine, flat, in.get());
            return new Inquest(engine, twin, in.get(), ops, flat).culprit(wrong, first);
        });
    }

    /** What comes of evaluations; empty if an engine has no answer. */
    private static <T> Optional<T> answered(Supplier<Optional<T>> asked) {
        try {
            return asked.get();
        } catch (EvaluationException
                | EngineUnavailableException
                | UnsupportedOpException
                | NotAskedException
                | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<Culprit> culprit(Evaluation wrong, Quantity first) {
        if (error(wrong, right, first).isNone()) {
            return Optional.empty();
        }
        List<Alone> plain = alone(false);
        return ofMany(wrong, first, plain)
                .or(() -> worst(wrong, first, plain))
                .or(() -> unsummed(wrong, first, plain))
                .or(() -> worst(wrong, first, alone(true)))
                .or(this::graph);
    }

    /** Nothing else is left; but what a gradient in the program is made of was not judged. */
    private Optional<Culprit> graph() {
        return task.program().differentiates() ? Optional.empty() : Optional.of(new Culprit(null, RIGHT));
    }

    /** The op that is farthest off alone, if that is the cause of what is seen. */
    private Optional<Culprit> worst(Evaluation wrong, Quantity first, List<Alone> alone) {
        for (Distance.Measure measure : Distance.Measure.values()) {
            double enough = measure.enough(error(wrong, right, first), dtype);
            Optional<Alone> worst = alone.stream()
                    .max(Comparator.comparingDouble(one -> measure.of(one.error)))
                    .filter(one -> measure.of(one.error) >= enough);
            if (worst.isPresent()) {
                return worst.map(one -> one.culprit(ops));
            }
        }
        return Optional.empty();
    }

    /** Ops that are off alone, several and most of them, have the graph in common. */
    private Optional<Culprit> ofMany(Evaluation wrong, Quantity first, List<Alone> alone) {
        Distance.Measure measure = Distance.Measure.OF_LARGEST;
        double worst =
                alone.stream().mapToDouble(one -> measure.of(one.error)).max().orElse(0);
        double enough =
                Math.max(measure.enough(error(wrong, right, first), dtype), Math.min(MANY * worst, Double.MAX_VALUE));
        Set<Op> all = new HashSet<>();
        Set<Op> off = new HashSet<>();
        for (Alone one : alone) {
            all.add(one.op());
            if (measure.of(one.error) >= enough) {
                off.add(one.op());
            }
        }
        return off.size() < 2 || 2 * off.size() < all.size()
                ? Optional.empty()
                : Optional.of(new Culprit(
                        null, "the graph: also alone, " + off.size() + " of " + all.size() + " ops are off"));
    }

    private List<Alone> alone(boolean moved) {
        return ops.applications().stream()
                .filter(application -> !moved || hasView(application))
                .flatMap(application -> alone(application, moved).stream())
                .toList();
    }

    /**
     * An op alone.
     *
     * @param error how far off the engine is there
     * @param value whether the value is
     * @param moved whether operands are views as in the program
     * @param shares what it passes back in PyTorch, by name
     */
    private record Alone(
            Statement application, Distance error, boolean value, boolean moved, Map<String, Tensor> shares) {
        Op op() {
            return ((Apply) application.expr()).op();
        }

        Culprit culprit(SingleOps ops) {
            return new Culprit(
                    op(),
                    op().id() + " in " + FailureMessage.at(ops.line(application)) + ": alone on PyTorch's operands"
                            + (moved ? ", moved as they are there," : "") + " its " + (value ? "value" : "gradient")
                            + " is off, " + error.inWords());
        }
    }

    private boolean hasView(Statement application) {
        return ((Apply) application.expr()).operands().stream().anyMatch(operand -> view(operand) != null);
    }

    private @Nullable Apply view(@Nullable Expr operand) {
        Apply apply = operand instanceof Name name ? ops.definition(name.name()) : null;
        return apply != null && apply.op().group() == Group.SHAPE ? apply : null;
    }

    /** One op on PyTorch's operands; empty if one of both has no answer. */
    private Optional<Alone> alone(Statement application, boolean views) {
        Apply apply = (Apply) application.expr();
        Map<String, Input> leaves = new LinkedHashMap<>();
        Expr expr = written(apply, views, "", leaves);
        if (leaves.values().stream().noneMatch(Input::requiresGrad)) {
            for (int i = 0; i < apply.operands().size(); i++) {
                if (apply.operands().get(i) instanceof Name name && !apply.op().isConstant(i)) {
                    leaves.computeIfPresent(
                            name.name(),
                            (key, leaf) ->
                                    new Input(leaf.value(), leaf.value().dtype().isFloating()));
                }
            }
        }
        Type type = types.get(application.name());
        if (type == null || !type.dtype().isFloating()) {
            return Optional.empty();
        }
        Tensor cotangent = gradient(right, application.name()).orElseGet(() -> Tensor.full(dtype, type.shape(), 1));
        Task single = new Task(Program.of(List.of(new Statement(1, RESULT, expr))), leaves, RESULT, cotangent);
        return answered(() -> {
            Evaluation expected = Evaluator.evaluate(twin, single, dtype);
            Map<String, Tensor> shares = new LinkedHashMap<>();
            leaves.keySet().forEach(name -> gradient(expected, name).ifPresent(share -> shares.put(name, share)));
            Distance value = Distance.INFINITE;
            Distance error = Distance.INFINITE;
            try {
                Evaluation actual = Evaluator.evaluate(engine, single, dtype);
                value = error(actual, expected, Quantity.value(RESULT));
                error = value;
                for (Quantity quantity : expected.quantities().keySet()) {
                    error = error.or(error(actual, expected, quantity));
                }
            } catch (EvaluationException e) {
                // What it cannot do alone it is to blame for.
            }
            return Optional.of(new Alone(application, error, value.equals(error), views, shares));
        });
    }

    /**
     * The call with leaves for operands; what is no number, as a mask, and views if they are to be kept, are written out. Two views are of two
     * leaves: what meets in one is the graph's.
     */
    private Expr written(Apply apply, boolean views, String of, Map<String, Input> leaves) {
        List<@Nullable Expr> operands = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            if (!(operand instanceof Name name)) {
                operands.add(operand);
                continue;
            }
            Apply inner = views ? view(name) : null;
            Tensor value = value(name.name());
            if (inner == null && value == null) {
                inner = ops.definition(name.name());
            }
            if (inner != null) {
                operands.add(written(inner, false, views ? " of " + name.name() : of, leaves));
            } else {
                leaves.put(
                        name.name() + of,
                        new Input(
                                Objects.requireNonNull(value),
                                Objects.requireNonNull(types.get(name.name())).requiresGrad()));
                operands.add(new Name(name.name() + of));
            }
        }
        return new Apply(apply.op(), operands, apply.attributes(), apply.column());
    }

    private @Nullable Tensor value(String name) {
        Input input = task.inputs().get(name);
        return input != null
                ? input.value()
                : right.quantities()
                        .getOrDefault(Quantity.value(name), Optional.empty())
                        .orElse(null);
    }

    private static Optional<Tensor> gradient(Evaluation evaluation, String name) {
        return evaluation.quantities().getOrDefault(Quantity.grad(name), Optional.empty());
    }

    /** In what way the first gradient that is off does not add up, if that can be told. */
    private Optional<Culprit> unsummed(Evaluation wrong, Quantity first, List<Alone> alone) {
        Distance.Measure measure = Distance.Measure.OF_LARGEST;
        double enough = measure.enough(error(wrong, right, first), dtype);
        for (String name : ops.backwards(task.inputs().keySet())) {
            Type type = types.get(name);
            if (type != null && type.requiresGrad() && measure.of(error(wrong, right, Quantity.grad(name))) >= enough) {
                Tensor none = Tensor.full(dtype, type.shape(), 0);
                List<Alone> users = alone.stream()
                        .filter(one -> one.shares.containsKey(name))
                        .toList();
                return sum(
                                name,
                                gradient(right, name).orElse(none),
                                gradient(wrong, name).orElse(none),
                                users)
                        .map(how -> new Culprit(
                                null, RIGHT + ". Of what they pass back to " + ops.shown(name) + " " + how));
            }
        }
        return Optional.empty();
    }

    private Optional<String> sum(String name, Tensor total, Tensor actual, List<Alone> users) {
        for (Alone user : users) {
            Tensor share = Objects.requireNonNull(user.shares.get(name));
            if (isNear(total, total, share, 1)) {
                // It is nothing beside the others: nobody could tell whether it is there.
                continue;
            }
            String from = " the share of " + user.op().id() + " in " + FailureMessage.at(ops.line(user.application));
            if (users.size() > 1 && isNear(actual, total, share, 0)) {
                return Optional.of("only" + from + " is there: the others are overwritten");
            }
            if (isNear(actual, total, share, -1)) {
                return Optional.of(from.strip() + " is missing");
            }
            if (isNear(actual, total, share, 1)) {
                return Optional.of(from.strip() + " counts twice");
            }
        }
        return isNear(actual, total, total, 1)
                ? Optional.of("all counts twice, as where something is left from a backward before")
                : Optional.empty();
    }

    /** Whether the actual gradient is the share, for 0, or the total and so many shares. */
    private boolean isNear(Tensor actual, Tensor total, Tensor share, int times) {
        double[] sum = share.toDoubles();
        for (int i = 0; times != 0 && i < sum.length; i++) {
            sum[i] = total.get(i) + times * sum[i];
        }
        Tensor expected = Tensor.of(dtype, total.shape(), sum);
        return Distance.of(Optional.of(actual), Optional.of(expected)).ofLargest()
                < (dtype == DType.FLOAT32 ? 1e-4 : 1e-9);
    }

    private static Distance error(Evaluation actual, Evaluation expected, Quantity quantity) {
        Optional<Tensor> right = expected.quantities().get(quantity);
        Optional<Tensor> wrong = actual.quantities().get(quantity);
        return right == null || wrong == null ? Distance.NONE : Distance.of(wrong, right);
    }
}
