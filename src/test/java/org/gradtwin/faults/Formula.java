package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An op done right by another formula, in the language: operands and attributes stand by their names, {@code y} is the result and
 * {@code g} its gradient, both with the dimensions that were reduced kept at size 1. Where a number is not finite the op is done as ever:
 * formulas differ there by more than rounding.
 *
 * @param value the value, which is differentiated; null if it is as ever
 * @param gradients of the first operands, in the place of the value's derivative
 */
record Formula(@Nullable Function<Call, String> value, List<String> gradients) implements Rule {

    /** Another value, and its derivative unless gradients are given. */
    static Formula value(String text, String... gradients) {
        return new Formula(call -> text, List.of(gradients));
    }

    /** Other gradients of the first operands. */
    static Formula gradient(String... texts) {
        return new Formula(null, List.of(texts));
    }

    /** The definition, its text changed, and the derivative of that. */
    static Formula definition(UnaryOperator<String> changed) {
        return new Formula(
                call -> changed.apply(
                        String.join("\n", call.op.definition(call.language()).lines())),
                List.of());
    }

    @Override
    public Tensor value(Call call) {
        Tensor right = call.compute();
        if (value == null || !finite(call, right.toDoubles())) {
            return right;
        }
        Task task = task(call, value.apply(call), Map.of(), Tensor.full(call.dtype, right.shape(), 1));
        return value(call, task);
    }

    @Override
    public double @Nullable [][] gradients(Call call, double[] cotangent) {
        double @Nullable [][] right = call.gradients(cotangent);
        if (!finite(call, cotangent, call.y()) || !finite(call, right)) {
            return right;
        }
        return value != null && gradients.isEmpty()
                ? derivative(call, value.apply(call), cotangent, right)
                : byFormulas(call, cotangent, right);
    }

    private double @Nullable [][] byFormulas(Call call, double[] cotangent, double @Nullable [][] right) {
        Shape kept = kept(call);
        Map<String, Tensor> given = Map.of("y", call.tensor(kept, call.y()), "g", call.tensor(kept, cotangent));
        for (int k = 0; k < gradients.size(); k++) {
            if (right[k] != null) {
                Tensor made = value(call, task(call, "made = " + gradients.get(k), given, null));
                right[k] = made.shape().equals(call.shape(k)) ? made.toDoubles() : call.reduced(k, made.toDoubles());
            }
        }
        return right;
    }

    private static double @Nullable [][] derivative(
            Call call, String text, double[] cotangent, double @Nullable [][] right) {
        Task task = task(call, text, Map.of(), call.tensor(call.result().shape(), cotangent));
        Evaluation evaluation = Evaluator.evaluate(new MatrixEngine(), task, call.dtype);
        List<String> names = call.language().names();
        for (int k = 0; k < right.length; k++) {
            if (right[k] != null) {
                right[k] = evaluation
                        .get(Quantity.grad(names.get(k)))
                        .orElseThrow()
                        .toDoubles();
            }
        }
        return right;
    }

    private static Tensor value(Call call, Task task) {
        return Evaluator.evaluate(new MatrixEngine(), task, call.dtype)
                .get(Quantity.value(task.root()))
                .orElseThrow();
    }

    private static boolean finite(Call call, double @Nullable []... more) {
        return call.tensors().stream()
                        .allMatch(
                                tensor -> tensor == null || !tensor.dtype().isFloating() || finite(tensor.toDoubles()))
                && Arrays.stream(more).allMatch(each -> each == null || finite(each));
    }

    private static boolean finite(double... numbers) {
        return Arrays.stream(numbers).allMatch(Double::isFinite);
    }

    /** The shape of the result with reduced dimensions kept. */
    private static Shape kept(Call call) {
        Shape result = call.result().shape();
        if (call.op.signature().parameters().stream()
                        .noneMatch(parameter -> parameter.name().equals("dim"))
                || call.shape(0).rank() == result.rank()) {
            return result;
        }
        int[] dims = call.shape(0).dims();
        for (int d : call.attributes.dims("dim", call.shape(0))) {
            dims[d] = 1;
        }
        return Shape.of(dims);
    }

    /** A program of the operands and what else is given; its last statement is the root. */
    private static Task task(Call call, String text, Map<String, Tensor> given, @Nullable Tensor cotangent) {
        List<String> names = call.language().names();
        List<String> known = new ArrayList<>(names);
        known.addAll(given.keySet());
        Program program = Program.parse(text, known, call.attributes);
        Map<String, Input> inputs = new LinkedHashMap<>();
        Map<String, Type> types = new LinkedHashMap<>();
        for (String name : program.inputs()) {
            int operand = names.indexOf(name);
            Tensor tensor = operand < 0 ? Objects.requireNonNull(given.get(name)) : call.operand(operand).tensor;
            inputs.put(name, new Input(tensor, tensor.dtype().isFloating()));
            types.put(name, inputs.get(name).type(call.dtype));
        }
        String root = program.statements().get(program.statements().size() - 1).name();
        Shape shape = Objects.requireNonNull(program.infer(types).get(root)).shape();
        return new Task(program, inputs, root, cotangent == null ? Tensor.full(call.dtype, shape, 1) : cotangent);
    }
}
