package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Program;
import org.gradtwin.language.Restriction;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A program while it grows, one op a statement, with the value of every name. */
final class Draft {

    private static final double MAX_VALUE = 50;
    private static final double MAX_GRADIENT = 1e4;

    private final Engine reference;
    private final Predicate<Task> supported;
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private final Map<String, Expr> statements = new LinkedHashMap<>();
    private final Map<String, Tensor> values = new LinkedHashMap<>();
    /** The names that depend on an input that requires a gradient. */
    private final Set<String> differentiable = new HashSet<>();

    private int made;
    private String refusal = "";

    /**
     * An empty draft.
     *
     * @param reference evaluates what is proposed
     * @param supported whether the program of one op that a statement would be can be used
     */
    Draft(Engine reference, Predicate<Task> supported) {
        this.reference = reference;
        this.supported = supported;
    }

    /** Why something was turned down the last time, empty if nothing was. */
    String refusal() {
        return refusal;
    }

    /** Turns something down. */
    void refuse(@Nullable String reason) {
        refusal = Objects.requireNonNullElse(reason, "no reason");
    }

    Map<String, Input> inputs() {
        return inputs;
    }

    /** Expressions by name, in order. */
    Map<String, Expr> statements() {
        return statements;
    }

    /** The names of floating values, inputs first. */
    List<String> names() {
        return values.keySet().stream()
                .filter(name -> value(name).dtype().isFloating())
                .toList();
    }

    Tensor value(String name) {
        return Objects.requireNonNull(values.get(name));
    }

    /** A new leaf. */
    Name input(Tensor value, boolean requiresGrad) {
        String name = (value.dtype().isFloating() ? "x" : "t") + made++;
        boolean differentiated = requiresGrad && value.dtype().isFloating();
        inputs.put(name, new Input(value, differentiated));
        values.put(name, value);
        if (differentiated) {
            differentiable.add(name);
        }
        return new Name(name);
    }

    /** Takes back all statements but the first so many, and the inputs that none of them uses. */
    void forget(int from) {
        List.copyOf(statements.keySet()).stream().skip(from).forEach(name -> {
            statements.remove(name);
            values.remove(name);
            differentiable.remove(name);
        });
        for (String name : List.copyOf(inputs.keySet())) {
            if (statements.values().stream().allMatch(expr -> Inliner.uses(expr, name) == 0)) {
                inputs.remove(name);
                values.remove(name);
            }
        }
    }

    /** The values of an application's operands, null for absent ones. */
    List<@Nullable Tensor> operands(Apply apply) {
        List<@Nullable Tensor> tensors = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            if (operand instanceof Name name) {
                tensors.add(value(name.name()));
            } else {
                tensors.add(
                        operand instanceof Expr.Number number ? Tensor.scalar(DType.FLOAT64, number.value()) : null);
            }
        }
        return tensors;
    }

    /** An application with the types of its operands. */
    Call call(Apply apply) {
        return call(apply, operands(apply));
    }

    private static Call call(Apply apply, List<@Nullable Tensor> operands) {
        List<@Nullable Type> types = new ArrayList<>();
        for (Tensor tensor : operands) {
            types.add(tensor == null ? null : new Type(tensor.dtype(), tensor.shape(), false));
        }
        return new Call(apply.op(), types, apply.attributes());
    }

    /** Another value for a leaf. */
    void replace(String name, Tensor value) {
        boolean requiresGrad = Objects.requireNonNull(inputs.get(name)).requiresGrad();
        inputs.put(name, new Input(value, requiresGrad));
        values.put(name, value);
    }

    /** Whether the op's rules take an application. */
    boolean fits(Apply apply) {
        List<@Nullable Tensor> operands = operands(apply);
        List<@Nullable Type> types = call(apply, operands).operands();
        try {
            apply.op().shape(types, apply.attributes());
            apply.op().requireIndices(types, apply.attributes(), operands);
        } catch (IllegalArgumentException e) {
            refuse(e.getMessage());
            return false;
        }
        if (!canBeWritten(apply)) {
            refuse("it is called in a way that PyTorch has no overload for");
            return false;
        }
        if (namesADimensionOfANumber(apply, types.isEmpty() ? null : types.get(0))) {
            refuse("a dimension of a number is named");
            return false;
        }
        return true;
    }

    /** Some flags are given only where dim is, and dim only where it is not None. */
    private static boolean canBeWritten(Apply apply) {
        Attributes attributes = apply.attributes();
        return !apply.op().restricted(Restriction.NEVER_NONE).contains("dim")
                || attributes.get("dim") != null
                || apply.op().restricted(Restriction.ONLY_WITH_DIM).stream().noneMatch(attributes::flag);
    }

    /** PyTorch takes {@code dim=0} of a number; engines that do as NumPy does refuse it, and are right to. */
    private static boolean namesADimensionOfANumber(Apply apply, @Nullable Type first) {
        Attributes attributes = apply.attributes();
        return first != null && first.shape().rank() == 0 && attributes.has("dim") && attributes.get("dim") != null;
    }

    /** Whether there is no one answer, in one type at least. */
    boolean isUndefined(Apply apply) {
        return apply.op().unanswered().inAnyType(operands(apply), apply.attributes());
    }

    /** Whether its operands are in the op's domain. */
    boolean isInside(Apply apply) {
        return !apply.op().isOutside(operands(apply), apply.attributes());
    }

    /** Whether its operands are in the op's domain and away from its kinks; leaves that tie may be at one. */
    boolean isSmooth(Apply apply, boolean ties) {
        List<@Nullable Tensor> operands = operands(apply);
        boolean exact = apply.operands().stream()
                .allMatch(operand -> operand instanceof Name name && inputs.containsKey(name.name()));
        if (apply.op().isOutside(operands, apply.attributes())
                || apply.op().isNearKink(operands, apply.attributes(), exact && ties)) {
            refuse("an operand is outside of the domain or near a kink");
            return false;
        }
        return true;
    }

    /**
     * Adds a statement if the language and the reference take it and its value and gradients are moderate.
     *
     * @return its name, empty if it is turned down
     * @throws EngineUnavailableException if the reference lacks the op: no other proposal of it would do better
     */
    Optional<Name> add(Expr expr) {
        String name = "h" + statements.size();
        try {
            Program program = Program.of(List.of(new Statement(1, name, expr)));
            Task task = trial(program, name);
            Evaluation evaluation = Evaluator.evaluate(reference, task, DType.FLOAT64);
            if (!isModerate(evaluation, MAX_VALUE, MAX_GRADIENT)) {
                refuse("a value or a gradient is not finite, or large");
                return Optional.empty();
            }
            if (!supported.test(task)) {
                refuse("the engine lacks it");
                return Optional.empty();
            }
            statements.put(name, expr);
            values.put(name, evaluation.get(Quantity.value(name)).orElseThrow());
            if (program.inputs().stream().anyMatch(differentiable::contains)) {
                differentiable.add(name);
            }
            return Optional.of(new Name(name));
        } catch (UnsupportedOpException e) {
            throw new EngineUnavailableException("no program can be made with " + e.op().id()
                    + ": the engine that judges programs, " + reference.name() + ", lacks it (" + e.getMessage() + ")");
        } catch (EvaluationException | IllegalArgumentException e) {
            // The proposal was turned down: by the language, a shape rule, or the reference.
            refuse(e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * A statement on its own, its operands being leaves: those require a gradient that depend on an input that does, or all if none
     * does. Some operands must not, such as the weights of classes.
     */
    private Task trial(Program program, String name) {
        boolean constant = program.inputs().stream().noneMatch(differentiable::contains);
        Map<String, Input> leaves = new LinkedHashMap<>();
        for (String used : program.inputs()) {
            boolean requiresGrad = value(used).dtype().isFloating() && (constant || differentiable.contains(used));
            leaves.put(used, new Input(value(used), requiresGrad));
        }
        Map<String, Type> types = new LinkedHashMap<>();
        leaves.forEach((used, input) -> types.put(used, input.type(DType.FLOAT64)));
        Shape shape = Objects.requireNonNull(program.infer(types).get(name)).shape();
        return new Task(program, leaves, name, Tensor.full(DType.FLOAT64, shape, 1));
    }

    /** Whether all values and gradients are finite and bounded. */
    static boolean isModerate(Evaluation evaluation, double maxValue, double maxGradient) {
        return isModerate(evaluation, maxValue, maxGradient, false);
    }

    /** The same, or not finite if that may be. */
    static boolean isModerate(Evaluation evaluation, double maxValue, double maxGradient, boolean nonFinite) {
        for (Map.Entry<Quantity, Optional<Tensor>> entry :
                evaluation.quantities().entrySet()) {
            double bound = entry.getKey().kind() == Quantity.Kind.VALUE ? maxValue : maxGradient;
            boolean moderate = entry.getValue().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubles()))
                    .allMatch(x -> Math.abs(x) <= bound || (nonFinite && !Double.isFinite(x)));
            if (!moderate) {
                return false;
            }
        }
        return true;
    }
}
