package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.program.Expr;
import org.gradtwin.program.Expr.Apply;
import org.gradtwin.program.Expr.Name;
import org.gradtwin.program.Program;
import org.gradtwin.program.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A program while it grows, one op a statement, with the value of every name. */
final class Draft {
    private static final double MAX_VALUE = 50;
    private static final double MAX_GRADIENT = 1e4;

    private final Engine reference;
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private final Map<String, Expr> statements = new LinkedHashMap<>();
    private final Map<String, Tensor> values = new LinkedHashMap<>();

    private int made;

    Draft(Engine reference) {
        this.reference = reference;
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
        inputs.put(name, new Input(value, requiresGrad && value.dtype().isFloating()));
        values.put(name, value);
        return new Name(name);
    }

    /** Takes back the inputs that no statement uses. */
    void forgetUnusedInputs() {
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

    /**
     * Adds a statement if the language and the reference take it and its value and gradients are moderate.
     *
     * @return its name, empty if it is turned down
     */
    Optional<Name> add(Expr expr) {
        String name = "h" + statements.size();
        try {
            Program program = Program.parse(List.of(name + " = " + expr));
            Optional<Tensor> value = trial(program, name);
            value.ifPresent(tensor -> {
                statements.put(name, program.statements().get(0).expr());
                values.put(name, tensor);
            });
            return value.map(tensor -> new Name(name));
        } catch (UnsupportedOpException | EvaluationException | IllegalArgumentException e) {
            // The proposal was turned down: by the language, a shape rule, or the reference.
            return Optional.empty();
        }
    }

    /** The value of a statement on its own, its operands being leaves; empty if something in it is not moderate. */
    private Optional<Tensor> trial(Program program, String name) {
        Map<String, Input> leaves = new LinkedHashMap<>();
        for (String used : program.inputs()) {
            leaves.put(used, new Input(value(used), value(used).dtype().isFloating()));
        }
        Map<String, Type> types = new LinkedHashMap<>();
        leaves.forEach((used, input) -> types.put(used, input.type(DType.FLOAT64)));
        Shape shape = Objects.requireNonNull(program.infer(types).get(name)).shape();
        Task task = new Task(program, leaves, name, Tensor.full(DType.FLOAT64, shape, 1));
        Evaluation evaluation = Evaluator.evaluate(reference, task, DType.FLOAT64);
        return isModerate(evaluation, MAX_VALUE, MAX_GRADIENT)
                ? evaluation.get(Quantity.value(name))
                : Optional.empty();
    }

    /** Whether all values and gradients are finite and bounded. */
    static boolean isModerate(Evaluation evaluation, double maxValue, double maxGradient) {
        for (Map.Entry<Quantity, Optional<Tensor>> entry :
                evaluation.quantities().entrySet()) {
            double bound = entry.getKey().kind() == Quantity.Kind.VALUE ? maxValue : maxGradient;
            boolean moderate = entry.getValue().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubles()))
                    .allMatch(x -> Math.abs(x) <= bound);
            if (!moderate) {
                return false;
            }
        }
        return true;
    }
}
