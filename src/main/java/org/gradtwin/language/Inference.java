package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Parameter.Kind;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Finds the type of every value by the ops' shape rules. */
final class Inference {
    private final Program program;
    private final Map<String, Type> types;
    private final DType floating;

    private Inference(Program program, Map<String, Type> inputs) {
        this.program = program;
        this.types = new LinkedHashMap<>(inputs);
        this.floating = inputs.values().stream()
                .map(Type::dtype)
                .filter(DType::isFloating)
                .findFirst()
                .orElse(DType.FLOAT64);
    }

    static Map<String, Type> infer(Program program, Map<String, Type> inputs) {
        Inference inference = new Inference(program, inputs);
        for (Statement statement : program.statements()) {
            inference.requireCount(statement);
            Type type = inference.type(statement.expr(), statement.line());
            if (inference.types.put(statement.name(), type) != null) {
                throw new ProgramException(
                        statement.line(), 1, "'" + statement.name() + "' is assigned, but it is an input");
            }
        }
        return inference.types;
    }

    /** Python takes a tuple apart only into as many names as it has items. */
    private void requireCount(Statement statement) {
        int names = statement.together().size();
        if (names > 1 && statement.expr() instanceof Apply apply) {
            List<@Nullable Type> operands = operands(apply, statement.line());
            int results = apply.op().results(new Call(apply.op(), operands, apply.attributes()), names);
            if (results != names) {
                throw new ProgramException(
                        statement.line(),
                        1,
                        names + " names for the " + results + " results of " + Printer.call(apply));
            }
        }
    }

    private Type type(Expr expr, int line) {
        if (expr instanceof Grad grad) {
            return gradient(grad, line);
        }
        if (expr instanceof Name name) {
            Type type = types.get(name.name());
            if (type == null) {
                throw new ProgramException(line, 1, Refusals.ofName(name.name(), types.keySet()));
            }
            return type;
        }
        if (!(expr instanceof Apply apply)) {
            return new Type(floating, Shape.SCALAR, false);
        }
        List<@Nullable Type> operands = operands(apply, line);
        try {
            requireTypes(apply, operands);
            return apply.op().type(operands, apply.attributes(), floating);
        } catch (IllegalArgumentException e) {
            throw e instanceof ProgramException
                    ? e
                    : new ProgramException(line, apply.column(), String.valueOf(e.getMessage()));
        }
    }

    /** PyTorch makes a gradient of what has one element, with respect to what it depends on. */
    private Type gradient(Grad grad, int line) {
        Type of = type(grad.of(), line);
        Type by = type(grad.by(), line);
        String what = grad + ": ";
        if (!grad.summed() && of.shape().size() != 1) {
            throw new ProgramException(
                    line,
                    1,
                    what + "'" + grad.of() + "' is of shape " + of.shape() + ", not one number: write grad(" + grad.of()
                            + ".sum(), " + grad.by() + ")");
        }
        if (!by.requiresGrad()) {
            throw new ProgramException(line, 1, what + "'" + grad.by() + "' does not require a gradient");
        }
        if (!of.requiresGrad()
                || !program.dependencies(grad.of().name()).contains(grad.by().name())) {
            throw new ProgramException(line, 1, what + "'" + grad.of() + "' does not depend on '" + grad.by() + "'");
        }
        return new Type(by.dtype(), by.shape(), true);
    }

    private List<@Nullable Type> operands(Apply apply, int line) {
        List<@Nullable Type> operands = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            operands.add(operand == null ? null : type(operand, line));
        }
        return operands;
    }

    private static boolean takes(Kind kind, DType dtype) {
        return switch (kind) {
            case INDICES, INDICES_TUPLE -> dtype == DType.INT64;
            case MASK -> dtype == DType.BOOL;
            case MASK_OR_TENSOR -> dtype != DType.INT64;
            case INDICES_OR_TENSOR -> dtype != DType.BOOL;
            case ANY -> true;
            default -> dtype.isFloating();
        };
    }

    private static void requireTypes(Apply apply, List<@Nullable Type> operands) {
        boolean promotes = apply.op().takesMasks()
                && IntStream.range(0, operands.size()).anyMatch(i -> isFloatingTensor(apply, operands, i));
        for (int i = 0; i < operands.size(); i++) {
            Type type = operands.get(i);
            if (promotes && type != null && type.dtype() == DType.BOOL) {
                continue;
            }
            // The tensors of a subscript, which have no parameter, are judged with it.
            Parameter parameter = apply.op().signature().of(i, operands.size());
            if (type != null && parameter != null && !takes(parameter.kind(), type.dtype())) {
                throw new IllegalArgumentException(apply.op().id() + ": '" + parameter.name() + "' takes "
                        + switch (parameter.kind()) {
                            case INDICES, INDICES_TUPLE -> "an int64";
                            case MASK -> "a bool";
                            case MASK_OR_TENSOR -> "a bool or floating-point";
                            case INDICES_OR_TENSOR -> "an int64 or floating-point";
                            default -> "a floating-point";
                        }
                        + " tensor, not " + type.dtype().torchName()
                        + (parameter.kind() != Kind.INDICES
                                        && parameter.kind() != Kind.INDICES_TUPLE
                                        && type.dtype() == DType.BOOL
                                ? ": write where(mask, 1.0, 0.0)"
                                : ""));
            }
        }
    }

    /** A number takes the type of what stands beside it, a tensor gives it. */
    private static boolean isFloatingTensor(Apply apply, List<@Nullable Type> operands, int operand) {
        Type type = operands.get(operand);
        return type != null && type.dtype().isFloating() && !(apply.operands().get(operand) instanceof Expr.Number);
    }
}
